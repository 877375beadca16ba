import { expect, it } from 'vitest'
import { HeldLog, type OpenLog } from '../src/audit/held-log.ts'

/** Logs that write down what happens to them, and are closed only when a test says so. */
function logs() {
  const events: string[] = []
  const closings: (() => void)[] = []
  const open = (name: string) => (): Promise<OpenLog<string, string>> => {
    events.push(`open ${name}`)
    return Promise.resolve({
      status: { waiting: 0, lost: 0 },
      append: (item) => Promise.resolve(`${item} in ${name}`),
      close: () => {
        events.push(`close ${name}`)
        return new Promise<void>((resolve) => closings.push(resolve))
      },
    })
  }
  const closeNext = async (): Promise<void> => {
    await new Promise(setImmediate)
    closings.shift()?.()
  }
  return { events, open, closeNext }
}

it('opens a log anew only when the old one is closed, and loses nothing between', async () => {
  const { events, open, closeNext } = logs()
  const held = new HeldLog(open('first'))
  const before = held.append('a')
  const renewed = held.renew(open('second'))
  const after = held.append('b')
  await new Promise(setImmediate)
  expect(events).toEqual(['open first', 'close first'])
  await closeNext()
  await renewed
  expect(events).toEqual(['open first', 'close first', 'open second'])
  expect([await before, await after]).toEqual(['a in first', 'b in second'])
})

it('ends two renewals at once with the later one', async () => {
  const { events, open, closeNext } = logs()
  const held = new HeldLog(open('first'))
  const renewals = [held.renew(open('second')), held.renew(open('third'))]
  await closeNext()
  await closeNext()
  await Promise.all(renewals)
  expect(await held.append('a')).toBe('a in third')
  expect(events.filter((event) => event.startsWith('open'))).toHaveLength(3)
})

it('rejects appends while it cannot be opened, and tells why', async () => {
  const { open } = logs()
  const fault = new Error('no disk')
  const held = new HeldLog<string, string, OpenLog<string, string>>(() => Promise.reject(fault))
  await expect(held.append('a')).rejects.toBe(fault)
  expect(held.fault).toBe(fault)
  await held.renew(open('second'))
  expect(held.fault).toBeUndefined()
  expect(await held.append('b')).toBe('b in second')
})
