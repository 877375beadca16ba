import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Sessions, Tickets, type Passage } from '../src/index.ts'

const MINUTE = 60_000
const CONSOLES = ['c1'.repeat(32), 'c2'.repeat(32)]

/** Steps of a clock: most go forward, some are set back. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: -20 * MINUTE, max: -2_000 }) },
)

const passageOf = (console: number): Passage => ({
  user: 'ann',
  level: 'user',
  console: CONSOLES.at(console) as string,
})

const codeOf = (result: object): string => {
  const { outcome, reasons } = result as { outcome: string; reasons?: { code: string }[] }
  return reasons?.[0]?.code ?? outcome
}

/** The time of the model: what passed on the clock, without what it was set back. */
class Elapsed {
  shown = 1_700_000_000_000
  passed = 0

  move(ms: number): Date {
    this.shown += ms
    this.passed += Math.max(0, ms)
    return new Date(this.shown)
  }
}

const ticketStep = fc.record({
  step,
  action: fc.oneof(fc.constant('issue' as const), fc.nat({ max: 12 })),
})

it('redeems each ticket once and in its life, whatever the clock does', () => {
  const property = fc.property(fc.array(ticketStep, { maxLength: 60 }), (steps) => {
    const [limit, lifeMs] = [3, 2 * MINUTE]
    const tickets = new Tickets({ limit, lifeMs })
    const model: { ticket: string; end: number; used: boolean }[] = []
    const time = new Elapsed()
    for (const { step: ms, action } of steps) {
      const at = time.move(ms)
      const now = time.passed
      if (action === 'issue') {
        const alive = model.filter(({ end }) => end > now).length
        const result = tickets.issue(passageOf(0), at)
        expect(codeOf(result)).toBe(alive < limit ? 'issued' : 'tickets-full')
        if (result.outcome === 'issued') {
          model.push({ ticket: result.ticket.expose(), end: now + lifeMs, used: false })
        }
      } else {
        const one = model[action]
        const code = codeOf(tickets.redeem(one?.ticket ?? '', { address: '::1' }, at))
        if (one === undefined) expect(code).toBe('ticket-unknown')
        else if (one.used && one.end > now) expect(code).toBe('ticket-used')
        else if (one.end > now) expect(code).toBe('redeemed')
        else expect(['ticket-expired', 'ticket-used', 'ticket-unknown']).toContain(code)
        if (one !== undefined && code === 'redeemed') one.used = true
      }
    }
  })
  fc.assert(property, { numRuns: 300 })
})

const sessionStep = fc.record({
  step,
  action: fc.oneof(
    { weight: 3, arbitrary: fc.record({ open: fc.nat({ max: 1 }) }) },
    { weight: 6, arbitrary: fc.record({ find: fc.nat({ max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ end: fc.nat({ max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ endOf: fc.nat({ max: 1 }) }) },
  ),
})

it('keeps each session as long as it may last and no longer, whatever the clock does', () => {
  const property = fc.property(fc.array(sessionStep, { maxLength: 60 }), (steps) => {
    const [limit, idleMs, longestMs] = [3, 2 * MINUTE, 5 * MINUTE]
    const sessions = new Sessions({ limit, idleMs, longestMs })
    const model: { id: string; console: string; end: number; longest: number }[] = []
    const time = new Elapsed()
    for (const { step: ms, action } of steps) {
      // The sessions see no time but what they are asked with.
      const at = time.move('open' in action || 'find' in action ? ms : 0)
      const now = time.passed
      const alive = model.filter(({ end }) => end > now)
      if ('open' in action) {
        const passage = passageOf(action.open)
        const result = sessions.open(passage, at)
        expect(codeOf(result)).toBe(alive.length < limit ? 'opened' : 'sessions-full')
        if (result.outcome !== 'opened') continue
        const [id, longest] = [result.id.expose(), now + longestMs]
        model.push({ id, console: passage.console, end: now + idleMs, longest })
      } else if ('find' in action) {
        const one = model[action.find]
        const code = codeOf(sessions.find(one?.id ?? '', at))
        if (one !== undefined && one.end > now) {
          expect(code).toBe('found')
          one.end = Math.min(now + idleMs, one.longest)
        } else expect(code).toMatch(/^session-(?:unknown|idle|ended)$/)
      } else if ('end' in action) {
        const one = model[action.end]
        sessions.end(one?.id ?? '')
        if (one !== undefined) one.end = Math.min(one.end, now)
      } else {
        const console = CONSOLES.at(action.endOf) as string
        const those = model.filter((one) => one.console === console && one.end > now)
        expect(sessions.endOf(console)).toBe(those.length)
        for (const one of those) one.end = now
      }
    }
  })
  fc.assert(property, { numRuns: 300 })
})
