import { describe, expect, it } from 'vitest'
import {
  checkLevel,
  checkPrivilege,
  describeLogin,
  LEVELS,
  LOGIN_CODES,
  Sessions,
  Tickets,
  type Level,
  type LoginCode,
  type Passage,
} from '../src/index.ts'

const PASSAGE: Passage = { user: 'ann', level: 'operator', console: 'c1'.repeat(32) }
const HERE = { address: '192.0.2.7' }
const MINUTE = 60_000

const at = (ms: number): Date => new Date(1_700_000_000_000 + ms)
const codeOf = (result: { outcome: string; reasons?: readonly [{ code: string }, ...unknown[]] }) =>
  result.reasons?.[0].code ?? result.outcome
const sourceOf = (result: object) =>
  'reasons' in result ? (result.reasons as { source: unknown }[])[0]?.source : undefined

function issued(tickets: Tickets, ms = 0, passage = PASSAGE): string {
  const result = tickets.issue(passage, at(ms))
  if (result.outcome !== 'issued') throw new Error(result.reasons[0].code)
  return result.ticket.expose()
}

function opened(sessions: Sessions, ms = 0, passage = PASSAGE): string {
  const result = sessions.open(passage, at(ms))
  if (result.outcome !== 'opened') throw new Error(result.reasons[0].code)
  return result.id.expose()
}

describe('a privilege', () => {
  const privileges = { user: ['see'], operator: ['see', 'run'], administrator: ['trust'] }

  it.each([
    ['user', 'see', 'level-sufficient'],
    ['operator', 'run', 'level-sufficient'],
    ['user', 'run', 'level-without-privilege'],
    ['administrator', 'run', 'level-without-privilege'],
    ['constructor', 'see', 'level-without-privilege'],
  ])('of %s to %s: %s', (level, privilege, code) => {
    expect(codeOf(checkPrivilege(privileges, level as Level, privilege))).toBe(code)
  })
})

describe('a level', () => {
  const pairs = LEVELS.flatMap((passed, rank) =>
    LEVELS.map((needed, least) => ({ passed, needed, outcome: rank >= least ? 'allow' : 'deny' })),
  )

  it.each(pairs)('$passed where $needed is needed: $outcome', ({ passed, needed, outcome }) => {
    const code = outcome === 'allow' ? 'level-sufficient' : 'level-too-low'
    expect(checkLevel(passed, needed)).toEqual({
      outcome,
      reasons: [{ code, source: { request: 'level' }, facts: { passed, needed } }],
    })
  })

  it.each([
    ['root', 'user'],
    ['administrator', 'root'],
    ['root', 'root'],
    ['Administrator', 'user'],
  ])('%s where %s is needed is no level', (passed, needed) => {
    expect(codeOf(checkLevel(passed as Level, needed as Level))).toBe('level-too-low')
  })
})

describe('a ticket', () => {
  it('gives its passage once', () => {
    const tickets = new Tickets()
    const ticket = issued(tickets)
    expect(ticket).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(tickets.redeem(ticket, HERE, at(1))).toEqual({ outcome: 'redeemed', passage: PASSAGE })
    const again = tickets.redeem(ticket, HERE, at(2))
    expect([codeOf(again), sourceOf(again)]).toEqual(['ticket-used', { request: 'ticket' }])
  })

  it('ends, and stays ended when the clock is set back', () => {
    const tickets = new Tickets({ lifeMs: 30_000 })
    const ticket = issued(tickets)
    const other = issued(tickets)
    expect(codeOf(tickets.redeem(ticket, HERE, at(30_000)))).toBe('ticket-expired')
    expect(codeOf(tickets.redeem(ticket, HERE, at(0)))).toBe('ticket-expired')
    expect(codeOf(tickets.redeem(other, HERE, at(-MINUTE)))).toBe('ticket-expired')
  })

  it('of a browser elsewhere is refused, and good for its own', () => {
    const tickets = new Tickets()
    const ticket = issued(tickets, 0, { ...PASSAGE, browserAddress: HERE.address })
    const elsewhere = tickets.redeem(ticket, { address: '192.0.2.8' }, at(1))
    expect([codeOf(elsewhere), sourceOf(elsewhere)]).toEqual([
      'ticket-of-other-address',
      { request: 'ticket' },
    ])
    expect(codeOf(tickets.redeem(ticket, HERE, at(2)))).toBe('redeemed')
  })

  it.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(43)}\n`, 'A'.repeat(100_000)])(
    'that was not issued is unknown',
    (ticket) => {
      const tickets = new Tickets()
      issued(tickets)
      expect(codeOf(tickets.redeem(ticket, HERE, at(0)))).toBe('ticket-unknown')
    },
  )

  it('is refused when there are as many as may be, and none that is alive is dropped', () => {
    const tickets = new Tickets({ limit: 2, lifeMs: 30_000 })
    const first = issued(tickets, 0)
    const second = issued(tickets, 10_000)
    const third = tickets.issue(PASSAGE, at(20_000))
    expect([codeOf(third), sourceOf(third)]).toEqual(['tickets-full', { table: 'tickets' }])
    expect(codeOf(tickets.redeem(first, HERE, at(20_000)))).toBe('redeemed')
    expect(codeOf(tickets.issue(PASSAGE, at(29_999)))).toBe('tickets-full')
    issued(tickets, 30_000)
    expect(codeOf(tickets.redeem(first, HERE, at(30_000)))).toBe('ticket-unknown')
    expect(codeOf(tickets.redeem(second, HERE, at(30_000)))).toBe('redeemed')
  })

  it('says when it ends in the time of whoever asks, though the clock was set back', () => {
    const tickets = new Tickets({ lifeMs: 30_000 })
    issued(tickets, 100 * MINUTE)
    const result = tickets.issue(PASSAGE, at(0))
    if (result.outcome !== 'issued') throw new Error('denied')
    expect(result.end).toEqual(at(30_000))
    expect(codeOf(tickets.redeem(result.ticket.expose(), HERE, at(29_999)))).toBe('redeemed')
  })

  it.each([{ limit: 0 }, { limit: 1.5 }, { lifeMs: 999 }, { lifeMs: 300_001 }, { lifeMs: NaN }])(
    'table is not made with %j',
    (options) => {
      expect(() => new Tickets(options)).toThrow(RangeError)
    },
  )
})

describe('a session', () => {
  it('is found by its identifier, and says when it ends', () => {
    const sessions = new Sessions()
    const result = sessions.open(PASSAGE, at(0))
    if (result.outcome !== 'opened') throw new Error('denied')
    const session = { passage: PASSAGE, openedAt: at(0), end: at(15 * MINUTE) }
    expect(result.session).toEqual(session)
    expect(String(result.id)).toBe('[secret]')
    expect(sessions.find(result.id.expose(), at(MINUTE))).toEqual({
      outcome: 'found',
      session: { ...session, end: at(16 * MINUTE) },
    })
  })

  it('ends when it is not used', () => {
    const sessions = new Sessions({ idleMs: MINUTE })
    const id = opened(sessions)
    expect(codeOf(sessions.find(id, at(59_999)))).toBe('found')
    expect(codeOf(sessions.find(id, at(119_998)))).toBe('found')
    const idle = sessions.find(id, at(179_998))
    expect([codeOf(idle), sourceOf(idle)]).toEqual(['session-idle', { request: 'session' }])
  })

  it('ends after its longest time however much it is used', () => {
    const sessions = new Sessions({ idleMs: 2 * MINUTE, longestMs: 3 * MINUTE })
    const id = opened(sessions)
    expect(codeOf(sessions.find(id, at(MINUTE)))).toBe('found')
    expect(sessions.find(id, at(2 * MINUTE))).toMatchObject({ session: { end: at(3 * MINUTE) } })
    expect(codeOf(sessions.find(id, at(3 * MINUTE)))).toBe('session-ended')
  })

  it('lasts neither anew nor longer when the clock is set back', () => {
    const sessions = new Sessions({ idleMs: MINUTE, longestMs: 3 * MINUTE })
    const idle = opened(sessions)
    const used = opened(sessions)
    expect(codeOf(sessions.find(used, at(50_000)))).toBe('found')
    expect(codeOf(sessions.find(idle, at(MINUTE)))).toBe('session-idle')
    expect(codeOf(sessions.find(idle, at(0)))).toBe('session-idle')
    expect(codeOf(sessions.find(used, at(-30 * MINUTE)))).toBe('found')
    expect(codeOf(sessions.find(used, at(-29 * MINUTE)))).toBe('session-idle')
  })

  it('ends when the person signs out, and no other does', () => {
    const sessions = new Sessions()
    const [id, other] = [opened(sessions), opened(sessions)]
    sessions.end(id)
    sessions.end('x')
    expect(codeOf(sessions.find(id, at(1)))).toBe('session-ended')
    expect(codeOf(sessions.find(other, at(1)))).toBe('found')
  })

  it('ends with the trust in its console, and no other does', () => {
    const sessions = new Sessions({ idleMs: MINUTE })
    const console = 'c2'.repeat(32)
    const idle = opened(sessions, 0)
    expect(codeOf(sessions.find(idle, at(MINUTE)))).toBe('session-idle')
    const mine = [opened(sessions, MINUTE), opened(sessions, MINUTE)]
    const other = opened(sessions, MINUTE, { ...PASSAGE, console })
    expect(sessions.endOf(PASSAGE.console)).toBe(2)
    expect(sessions.endOf(PASSAGE.console)).toBe(0)
    expect(mine.map((id) => codeOf(sessions.find(id, at(MINUTE))))).toEqual([
      'session-ended',
      'session-ended',
    ])
    expect(codeOf(sessions.find(other, at(MINUTE)))).toBe('found')
  })

  it('is refused when there are as many as may be, and none that is alive is dropped', () => {
    const sessions = new Sessions({ limit: 2, idleMs: MINUTE })
    const first = opened(sessions, 0)
    const second = opened(sessions, 0)
    sessions.find(first, at(30_000))
    const third = sessions.open(PASSAGE, at(59_999))
    expect([codeOf(third), sourceOf(third)]).toEqual(['sessions-full', { table: 'sessions' }])
    opened(sessions, MINUTE)
    expect(codeOf(sessions.find(second, at(MINUTE)))).toBe('session-unknown')
    expect(codeOf(sessions.find(first, at(MINUTE)))).toBe('found')
    sessions.end(first)
    opened(sessions, MINUTE)
  })

  it.each(['', 'A'.repeat(43), 'A'.repeat(44)])('that was not opened is unknown', (id) => {
    expect(codeOf(new Sessions().find(id, at(0)))).toBe('session-unknown')
  })

  it.each([
    { idleMs: 59_999 },
    { idleMs: 3_600_001 },
    { idleMs: NaN },
    { idleMs: 120_000, longestMs: 119_999 },
    { longestMs: Infinity },
    { limit: 0 },
  ])('table is not made with %j', (options) => {
    expect(() => new Sessions(options)).toThrow(RangeError)
  })

  it('is not asked for at no time', () => {
    expect(() => new Sessions().open(PASSAGE, new Date(NaN))).toThrow(RangeError)
    expect(() => new Tickets().issue(PASSAGE, new Date(NaN))).toThrow(RangeError)
  })
})

it('keeps no identifier, only what cannot be turned back', () => {
  const given: string[] = []
  const random = (bytes: number): Uint8Array => {
    expect(bytes).toBe(32)
    given.push(Buffer.alloc(bytes, given.length + 1).toString('base64url'))
    return Buffer.alloc(bytes, given.length)
  }
  expect(issued(new Tickets({ random }))).toBe(given[0])
  expect(opened(new Sessions({ random }))).toBe(given[1])
})

it('has a sentence for every code', () => {
  const codes = Object.keys(LOGIN_CODES) as LoginCode[]
  const sentences = codes.map((code) => describeLogin({ code }))
  expect(new Set(sentences).size).toBe(codes.length)
})
