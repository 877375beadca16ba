import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { AT, AUDIENCE, identity } from './exchange.ts'

const TO = { certificate: identity('ed25519').sha256, audience: AUDIENCE }
const LIMIT = 4

/** One value as the model has it. */
interface Issued {
  readonly value: string
  readonly end: number
  /** Which store it was issued under. */
  readonly life: number
  isAccepted: boolean
}

/** What is known to have happened. */
interface Model {
  now: number
  /** Latest instant at which the present store was asked. */
  latest: number
  /** How often the receiver was started. */
  life: number
  readonly issued: Issued[]
}

/** The receiver. */
interface Real {
  store: signed.ReplayStore
}

type Command = fc.AsyncCommand<Model, Real>

function valuesOf({ store }: Real, lifeMs: number): signed.SingleUseValues {
  return new signed.SingleUseValues({ store, lifeMs })
}

class Issue implements Command {
  readonly #lifeMs: number

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs
  }

  check(): boolean {
    return true
  }

  run(model: Model, real: Real): Promise<void> {
    const { value, end } = valuesOf(real, this.#lifeMs).issue(TO, new Date(model.now))
    model.issued.push({ value, end: end.getTime(), life: model.life, isAccepted: false })
    return Promise.resolve()
  }

  toString(): string {
    return `issue for ${this.#lifeMs} ms`
  }
}

/** Uses one value; `all`: each that there is, the newest first. */
class Use implements Command {
  readonly #which: number | 'all'

  constructor(which: number | 'all') {
    this.#which = which
  }

  check({ issued }: Model): boolean {
    return issued.length > 0
  }

  async run(model: Model, real: Real): Promise<void> {
    const { issued } = model
    const which = this.#which
    const used =
      which === 'all' ? issued.toReversed() : issued.slice(which % issued.length).slice(0, 1)
    for (const one of used) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { reasons } = await valuesOf(real, 1_000).use(one.value, new Date(model.now))
      expectUse(model, one, reasons[0].code)
    }
  }

  toString(): string {
    return `use ${this.#which}`
  }
}

/** Compares what came of a use with what may have, and notes it. */
function expectUse(model: Model, one: Issued, code: signed.Code): void {
  const { issued, now, life } = model
  if (one.life !== life) {
    expect(code).toBe('value-unknown')
    return
  }
  model.latest = Math.max(model.latest, now)
  const accepted = issued.filter((other) => other.life === life && other.isAccepted)
  // A clock that was set back leaves open whether what had ended by then is kept.
  const kept = accepted.filter(({ end }) => secondAfter(end) > model.latest)
  const atMost = accepted.filter(({ end }) => secondAfter(end) > now)
  if (code === 'value-accepted') {
    expect(one.isAccepted).toBe(false)
    expect(one.end).toBeGreaterThan(now)
    expect(kept.length).toBeLessThan(LIMIT)
    one.isAccepted = true
  } else if (code === 'value-used') {
    expect(one.isAccepted).toBe(true)
    expect(one.end).toBeGreaterThan(now)
  } else if (code === 'value-expired') {
    expect(one.end).toBeLessThanOrEqual(model.latest)
  } else {
    expect(code).toBe('store-full')
    expect(one.isAccepted).toBe(false)
    expect(atMost.length).toBeGreaterThanOrEqual(LIMIT)
  }
}

/** Values are forgotten by the second. */
function secondAfter(time: number): number {
  return Math.ceil(time / 1000) * 1000
}

class MoveClock implements Command {
  readonly #ms: number

  constructor(ms: number) {
    this.#ms = ms
  }

  check(): boolean {
    return true
  }

  run(model: Model): Promise<void> {
    model.now += this.#ms
    return Promise.resolve()
  }

  toString(): string {
    return `clock ${this.#ms} ms`
  }
}

class Restart implements Command {
  check(): boolean {
    return true
  }

  async run(model: Model, real: Real): Promise<void> {
    await real.store.close()
    real.store = signed.memoryReplayStore({ limit: LIMIT })
    model.life += 1
    model.latest = Number.NEGATIVE_INFINITY
  }

  toString(): string {
    return 'restart'
  }
}

const uses = fc.nat(30).map((which) => new Use(which))
const COMMANDS = fc.commands(
  [
    fc.constantFrom(1_000, 1_500, 2_000, 2_400, 8_000).map((lifeMs) => new Issue(lifeMs)),
    uses,
    fc.constant(new Use('all')),
    fc.constantFrom(1, 100, 500, 900, 1_000, 3_000).map((ms) => new MoveClock(ms)),
    fc.integer({ min: -9_000, max: -1 }).map((ms) => new MoveClock(ms)),
    fc.constant(new Restart()),
  ],
  { maxCommands: 60, size: 'max' },
)

it('accepts no value twice and forgets none early, whatever happens in which order', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(COMMANDS, async (commands) => {
      const model: Model = { now: AT.getTime(), latest: 0, life: 0, issued: [] }
      await fc.asyncModelRun(
        () => ({ model, real: { store: signed.memoryReplayStore({ limit: LIMIT }) } }),
        commands,
      )
      for (const { isAccepted } of model.issued) seen.add(isAccepted ? 'accepted' : 'not')
    }),
    { numRuns: 2_000 },
  )
  expect(seen).toEqual(new Set(['accepted', 'not']))
})
