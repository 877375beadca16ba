import { Secret } from '@gatehouse/core'
import { describe, expect, it, vi } from 'vitest'
import { openLog } from '../src/log.ts'
import { Notifier } from '../src/snmp/notifier.ts'
import type { Sink } from '../src/snmp/sinks.ts'

const community = new Secret('trap-word')
const FIRST: Sink = { host: '10.0.0.7', port: 162, kind: 'trap', version: '2c', community }
const SECOND: Sink = { ...FIRST, host: '10.0.0.8' }

function notifier(send: (sink: Sink) => Promise<void>) {
  const log: Record<string, unknown>[] = []
  const write = (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>)
  const parts = {
    originator: { send },
    sinks: () => [{ ...FIRST }, { ...SECOND }],
    uptime: () => 1.5,
    log: openLog('web-1', '-', { write }),
  }
  return { made: new Notifier(parts), log }
}

/** Settles when all that was sent has come to its end. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('notifications', () => {
  it('of bad requests are few for each receiver, and of other things all', async () => {
    const send = vi.fn(() => Promise.resolve())
    const { made } = notifier(send)
    for (let bad = 0; bad < 20; bad += 1) made.authenticationFailure()
    expect(send).toHaveBeenCalledTimes(2 * 3)
    await settled()
    made.coldStart()
    expect(send).toHaveBeenCalledTimes(2 * 4)
    expect(send).toHaveBeenLastCalledWith(
      SECOND,
      expect.objectContaining({ trapOid: [1, 3, 6, 1, 6, 3, 1, 1, 5, 1], uptime: 150 }),
    )
  })

  it('that fail are told of once, and again when they arrive', async () => {
    let isFailing = true
    const { made, log } = notifier(({ host }) =>
      isFailing && host === FIRST.host ? Promise.reject(new Error('no route')) : Promise.resolve(),
    )
    for (let sent = 0; sent < 3; sent += 1) {
      made.coldStart()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await settled()
    }
    isFailing = false
    made.coldStart()
    await settled()
    expect(log.map(({ event, host }) => [event, host])).toEqual([
      ['notification-failed', FIRST.host],
      ['notifications', FIRST.host],
    ])
    expect(JSON.stringify(log)).not.toContain('trap-word')
  })

  it('that wait are no more than sixteen for each receiver, and none after the end', () => {
    const send = vi.fn(() => new Promise<void>(() => undefined))
    const { made } = notifier(send)
    for (let sent = 0; sent < 20; sent += 1) made.coldStart()
    expect(send).toHaveBeenCalledTimes(2 * 16)
    const { made: stopped } = notifier(send)
    stopped.stop()
    stopped.coldStart()
    expect(send).toHaveBeenCalledTimes(2 * 16)
  })
})
