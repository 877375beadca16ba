import { formatTrustList, trustList } from '@gatehouse/certificate-trust'
import { expect, it, onTestFinished, vi } from 'vitest'
import { renderStart } from '../src/index.ts'
import { ExpiryWatch } from '../src/listeners/expiry-watch.ts'
import type { Watched } from '../src/listeners/transport.ts'
import {
  consoleIdentity,
  days,
  identityFiles,
  root,
  selfSigned,
  startTls,
  systemIdentity,
} from './tls-world.ts'

const DAY = 86_400_000

interface Said {
  readonly code: string
  readonly daysLeft: number
}

/** A watch by a clock of its own, and what it told the log. */
function watching(first: Watched): { watch: ExpiryWatch; said: Said[]; live: Live } {
  const said: Said[] = []
  const live: Live = { watched: first, at: days(0) }
  const log = {
    warn: (_: string, { code, daysLeft }: Said) => void said.push({ code, daysLeft }),
    info: () => undefined,
    error: () => undefined,
    decision: () => undefined,
    reopen: () => undefined,
  }
  const watch = new ExpiryWatch({
    watched: () => live.watched,
    now: () => live.at,
    log,
  })
  onTestFinished(() => watch.stop())
  return { watch, said, live }
}

interface Live {
  watched: Watched
  at: Date
}

const system = systemIdentity()
const [own] = system.certificates

it('says each stage once, on the day on which it comes', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { watch, said, live } = watching({ certificates: [own], lists: [] })
  watch.start()
  watch.start()
  const codes = Array.from({ length: 22 }, (_, day) => {
    live.at = days(day + 1)
    vi.advanceTimersByTime(DAY)
    return said.length
  })
  expect(said.map(({ code }) => code)).toEqual(['within-30-days', 'within-7-days', 'expired'])
  expect([codes.indexOf(2), codes.indexOf(3)]).toEqual([12, 19])
  expect(watch.warnings).toMatchObject([{ code: 'expired', certificate: { subject: own.subject } }])
  watch.stop()
  vi.advanceTimersByTime(90 * DAY)
  expect(vi.getTimerCount()).toBe(0)
})

it('says at once what comes in by a reload, and nothing twice', () => {
  const { watch, said, live } = watching({ certificates: [own], lists: [] })
  const other = consoleIdentity().certificates[0]
  live.watched = { certificates: [own, other], lists: [] }
  watch.look()
  watch.look()
  expect(said).toHaveLength(2)
  live.watched = { certificates: [], lists: [] }
  watch.look()
  expect([said.length, watch.warnings]).toEqual([2, []])
})

it('looks at the entries of the trust list, and until when they count', () => {
  const entry = {
    certificate: selfSigned().certificates[0],
    role: 'console',
    until: days(5),
  } as const
  const { entries } = trustList([entry])
  const { said } = watching({ certificates: entries, lists: [] })
  expect(said).toEqual([{ code: 'trust-ends', daysLeft: 5 }])
})

it('does not keep the process alive', () => {
  const start = vi.spyOn(globalThis, 'setInterval')
  onTestFinished(() => start.mockRestore())
  const { watch } = watching({ certificates: [], lists: [] })
  watch.start()
  const [{ value: timer } = { value: undefined }] = start.mock.results
  expect((timer as NodeJS.Timeout).hasRef()).toBe(false)
})

it('stands on the start screen and in the log, of what is in force', async () => {
  let now = days(0)
  const clients = { trustFile: 'trust.json', required: true }
  const [pinned] = selfSigned().certificates
  const list = trustList([
    { certificate: root, role: 'root' },
    { certificate: pinned, role: 'console', until: days(40) },
  ])
  const started = await startTls(
    {
      identity: system,
      tls: { clients },
      files: { 'trust.json': formatTrustList(list) },
    },
    { now: () => now },
  )
  const { agent, config, log } = started
  const told = (): unknown[] =>
    log.filter(({ event }) => event === 'certificate-time').map(({ code }) => code)
  expect(told()).toEqual(['within-30-days', 'within-30-days', 'trust-ends'])
  const screen = renderStart(config, agent)
  expect(screen.match(/^TIME: /gm)).toHaveLength(3)
  expect(screen).toContain(own.sha256)
  expect(screen).toContain(pinned.sha256)

  now = days(14)
  await agent.reload()
  await agent.reload()
  expect(told().slice(3)).toEqual(['within-7-days', 'trust-ends'])

  const files = Object.entries({ ...identityFiles(systemIdentity()), 'server.key': 'nothing' })
  await Promise.all(files.map(([name, text]) => started.write(name, text)))
  now = days(21)
  expect(await agent.reload()).toMatchObject({ tls: false })
  expect(agent.timeWarnings[0]).toMatchObject({ code: 'expired' })
  expect(renderStart(config, agent)).toContain(`certificate ${own.sha256}`)
})
