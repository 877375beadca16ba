import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReplayStore, UsedValue, UseOutcome } from '../src/index.ts'

/** How a store is opened for a test. */
interface StoreOptions {
  readonly limit?: number
}

/** A place where stores can be opened. */
export interface Place {
  /** Opens the store of this place, with what it remembers. */
  readonly open: (options?: StoreOptions) => Promise<ReplayStore>
  /** Whether a store that is opened again remembers. */
  readonly isLasting: boolean
}

/** The value of a number: its end goes with it, as the authentication code of a real value sees to. */
export function valueOf(number: number, end: number): UsedValue {
  const id = Buffer.from(String(number).padStart(16, '0')).toString('base64url')
  return { id, end }
}

const at = (ms: number): Date => new Date(ms)

/** Opens a store for one piece of work. */
async function withStore<Result>(
  { open }: Place,
  options: StoreOptions,
  work: (store: ReplayStore) => Promise<Result>,
): Promise<Result> {
  const store = await open(options)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** What every store of used values has to do. */
export function describeStore(title: string, makePlace: () => Promise<Place>, runs: number): void {
  describe(title, () => {
    it('takes a value once', async () => {
      await withStore(await makePlace(), {}, async (store) => {
        expect(await store.use(valueOf(1, 60_000), at(0))).toBe('first')
        expect(await store.use(valueOf(1, 60_000), at(1))).toBe('used')
        expect(await store.use(valueOf(2, 60_000), at(1))).toBe('first')
      })
    })

    it('takes each value once of many that come at once', async () => {
      await withStore(await makePlace(), {}, async (store) => {
        const numbers = Array.from({ length: 1_200 }, (_, index) => index % 300)
        const outcomes = await Promise.all(
          numbers.map((number) => store.use(valueOf(number, 60_000), at(0))),
        )
        expect(outcomes.slice(0, 300)).toEqual(Array.from({ length: 300 }, () => 'first'))
        expect(outcomes.slice(300)).toEqual(Array.from({ length: 900 }, () => 'used'))
      })
    })

    it('takes no value that has ended', async () => {
      await withStore(await makePlace(), {}, async (store) => {
        expect(await store.use(valueOf(1, 1_000), at(1_000))).toBe('expired')
        expect(await store.use(valueOf(2, 1_000), at(999))).toBe('first')
      })
    })

    it('takes no value again that it forgot, nor one that ended before, when the clock is set back', async () => {
      await withStore(await makePlace(), {}, async (store) => {
        expect(await store.use(valueOf(1, 5_000), at(0))).toBe('first')
        expect(await store.use(valueOf(2, 90_000), at(60_000))).toBe('first')
        expect(await store.use(valueOf(3, 90_000), at(65_000))).toBe('first')
        expect(await store.use(valueOf(1, 5_000), at(0))).toBe('expired')
        expect(await store.use(valueOf(4, 4_999), at(0))).toBe('expired')
        expect(await store.use(valueOf(5, 6_001), at(0))).toBe('first')
      })
    })

    it('is full rather than forget anything early, and has room again when values end', async () => {
      await withStore(await makePlace(), { limit: 3 }, async (store) => {
        const ends = [10_000, 20_000, 30_000]
        for (const end of ends) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          expect(await store.use(valueOf(end, end), at(0))).toBe('first')
        }
        expect(await store.use(valueOf(4, 40_000), at(9_999))).toBe('full')
        const again = ends.map((end) => store.use(valueOf(end, end), at(9_999)))
        expect(await Promise.all(again)).toEqual(['used', 'used', 'used'])
        expect(await store.use(valueOf(4, 40_000), at(10_000))).toBe('first')
        expect(await store.use(valueOf(5, 40_000), at(10_001))).toBe('full')
      })
    })

    it('is full for what is beyond its room, of values that come at once', async () => {
      await withStore(await makePlace(), { limit: 2 }, async (store) => {
        const offered = [1, 2, 3, 1, 3].map((number) => store.use(valueOf(number, 10_000), at(0)))
        expect(await Promise.all(offered)).toEqual(['first', 'first', 'full', 'used', 'full'])
      })
    })

    it.each([{ limit: 0 }, { limit: 1.5 }, { limit: Number.NaN }])(
      'is not opened with %j',
      async (options) => {
        const { open } = await makePlace()
        await expect((async () => await open(options))()).rejects.toThrow()
      },
    )

    it('rejects uses when it is closed, and uses without a time', async () => {
      const { open } = await makePlace()
      const store = await open()
      await expect(store.use(valueOf(1, 1_000), at(Number.NaN))).rejects.toThrow()
      await expect(store.use(valueOf(1, Number.NaN), at(0))).rejects.toThrow()
      const last = store.use(valueOf(1, 1_000), at(0))
      await store.close()
      expect(await last).toBe('first')
      await expect(store.use(valueOf(2, 1_000), at(0))).rejects.toThrow()
      await store.close()
    })

    it('accepts no value twice, and no unused one not at all, in any order of uses, ends and openings', async () => {
      const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await follow(await makePlace(), steps)
      })
      await fc.assert(property, { numRuns: runs })
    })
  })
}

const LIMIT = 6

type Step =
  | { readonly uses: readonly number[]; readonly ms: number }
  /** Closes the store and opens it again. */
  | { readonly reopen: true }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      uses: fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 4 }),
      ms: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 0, max: 2_500 }) },
        { weight: 1, arbitrary: fc.integer({ min: -9_000, max: -1 }) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
)

/** Offers values as the steps say, and compares with what may come of it. */
async function follow({ open, isLasting }: Place, steps: readonly Step[]): Promise<void> {
  const accepted = new Map<number, number>()
  let [now, latest] = [0, 0]
  let store = await open({ limit: LIMIT })
  try {
    for (const one of steps) {
      if ('reopen' in one) {
        if (!isLasting) continue
        // oxlint-disable-next-line no-await-in-loop -- one step after the other
        await store.close()
        // oxlint-disable-next-line no-await-in-loop -- as above
        store = await open({ limit: LIMIT })
        continue
      }
      now += one.ms
      latest = Math.max(latest, now)
      const offered = one.uses.map((number) => valueOf(number, endOf(number)))
      // oxlint-disable-next-line no-await-in-loop -- as above
      const outcomes = await Promise.all(offered.map((value) => store.use(value, at(now))))
      for (const [index, outcome] of outcomes.entries()) {
        const number = one.uses.at(index) as number
        expect(possible(accepted, number, now, latest)).toContain(outcome)
        if (outcome === 'first') accepted.set(number, endOf(number))
      }
    }
  } finally {
    await store.close()
  }
}

const endOf = (number: number): number => 1_000 + number * 700

/** What may come of offering a value; `latest` is the latest time that the store was told. */
function possible(
  accepted: ReadonlyMap<number, number>,
  number: number,
  now: number,
  latest: number,
): readonly UseOutcome[] {
  const end = endOf(number)
  if (end <= now) return ['expired']
  const wasAccepted = accepted.has(number)
  if (end <= latest) return wasAccepted ? ['expired', 'used'] : ['expired', 'first', 'full']
  if (wasAccepted) return ['used']
  const ends = [...accepted.values()]
  if (ends.filter((one) => one > latest).length >= LIMIT) return ['full']
  // What has ended holds its room a little longer: ends within a second may be forgotten together.
  return ends.filter((one) => one > now - 1_000).length >= LIMIT ? ['first', 'full'] : ['first']
}
