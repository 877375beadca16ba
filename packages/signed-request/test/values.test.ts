import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '@gatehouse/core'
import * as signed from '../src/index.ts'
import { AT, AUDIENCE, identity, newValues } from './exchange.ts'

const TO = { certificate: identity('ed25519').sha256, audience: AUDIENCE }
const OTHER = identity('other').sha256
const at = (ms: number): Date => new Date(AT.getTime() + ms)

describe('a single-use value', () => {
  it('is short, fit for a header and never the same', () => {
    const values = newValues()
    const all = Array.from({ length: 1000 }, () => values.issue(TO, AT).value)
    expect(new Set(all).size).toBe(1000)
    expect(all.filter((value) => !/^[\w-]{1,160}$/.test(value))).toEqual([])
  })

  it('is accepted once, until its end', async () => {
    const values = newValues()
    const { value, end } = values.issue(TO, AT)
    expect(end).toEqual(at(60_000))
    const valid = [{ code: 'value-valid', source: { request: 'nonce' } }]
    expect(values.check(value, TO, AT)).toEqual({ outcome: 'allow', reasons: valid })
    expect(values.check(value, TO, at(59_999)).outcome).toBe('allow')
    expect(values.check(value, TO, end)).toMatchObject({ reasons: [{ code: 'value-expired' }] })
    const accepted = [{ code: 'value-accepted', source: { request: 'nonce' } }]
    expect(await values.use(value, AT)).toEqual({ outcome: 'allow', reasons: accepted })
    expect(await values.use(value, AT)).toMatchObject({ reasons: [{ code: 'value-used' }] })
    expect(await values.use(value, end)).toMatchObject({ reasons: [{ code: 'value-expired' }] })
  })

  it.each([
    ['value-of-other-certificate', { ...TO, certificate: OTHER }],
    ['value-of-other-audience', { ...TO, audience: 'console' }],
    ['value-of-other-certificate', { certificate: OTHER, audience: 'console' }],
  ])('is refused with %s', (code, of) => {
    const values = newValues()
    const { value } = values.issue(TO, AT)
    expect(values.check(value, of, AT)).toMatchObject({ outcome: 'deny', reasons: [{ code }] })
    expect(values.check(value, TO, AT).outcome).toBe('allow')
  })

  it('is known to every receiver that shares the store', async () => {
    const store = signed.memoryReplayStore()
    const [first, second] = [1, 2].map(() => new signed.SingleUseValues({ store }))
    const { value } = first?.issue(TO, AT) ?? { value: '' }
    expect(second?.check(value, TO, AT).outcome).toBe('allow')
    expect(await second?.use(value, AT)).toMatchObject({ outcome: 'allow' })
    expect(await first?.use(value, AT)).toMatchObject({ reasons: [{ code: 'value-used' }] })
  })

  it('is unknown when it was changed in any place', async () => {
    const values = newValues()
    const { value } = values.issue(TO, AT)
    const unknown = { outcome: 'deny', reasons: [{ code: 'value-unknown' }] }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(value.length - 1),
        fc.constantFrom('A', 'Q', 'g', 'w', 'z', '0', '_', '-', '=', ' ', '.', ''),
        async (place, letter) => {
          fc.pre(value[place] !== letter)
          const other = value.slice(0, place) + letter + value.slice(place + 1)
          expect(values.check(other, TO, AT)).toMatchObject(unknown)
          expect(await values.use(other, AT)).toMatchObject(unknown)
        },
      ),
      { numRuns: 500 },
    )
    expect(values.check(value, TO, AT).outcome).toBe('allow')
  })

  it.each(['', 'A', 'A'.repeat(115), `${'A'.repeat(115)}\n`, '💥'])('is not %j', (text) => {
    const expected = { outcome: 'deny', reasons: [{ code: 'value-unknown' }] }
    expect(newValues().check(text, TO, AT)).toMatchObject(expected)
  })

  it('can be issued ever so often and leaves room for those that are used', async () => {
    const values = newValues({ limit: 1 })
    for (let count = 0; count < 100_000; count += 1) values.issue(TO, AT)
    expect((await values.use(values.issue(TO, AT).value, AT)).outcome).toBe('allow')
  })
})

it.each([999, 300_001, 1500.5, Number.NaN])('has no life of %d milliseconds', (lifeMs) => {
  const store = signed.memoryReplayStore()
  expect(() => new signed.SingleUseValues({ store, lifeMs })).toThrow(RangeError)
})

it('is issued to nobody without a fingerprint, an audience or an instant', () => {
  const values = newValues()
  expect(() => values.issue({ ...TO, certificate: 'AB' }, AT)).toThrow(TypeError)
  expect(() => values.issue({ ...TO, audience: 'a b' }, AT)).toThrow(TypeError)
  expect(() => values.issue(TO, new Date(Number.NaN))).toThrow(RangeError)
  expect(() => values.check('', TO, new Date(Number.NaN))).toThrow(RangeError)
})

const sevens = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7)

function madeWith(random: signed.RandomSource): string {
  const store = signed.memoryReplayStore({ random })
  return new signed.SingleUseValues({ store, random }).issue(TO, AT).value
}

it('takes its random bytes from the source that it is given', () => {
  expect(madeWith(sevens)).toBe(madeWith(sevens))
})

/** A used value that ends so many milliseconds after. */
function used(id: number, end: number): signed.UsedValue {
  return { id: String(id).padStart(22, '0'), end: AT.getTime() + end }
}

describe('a store in memory', () => {
  it('refuses when it is full, and has room again when values end', async () => {
    const store = signed.memoryReplayStore({ limit: 2 })
    expect(await store.use(used(1, 5_000), AT)).toBe('first')
    expect(await store.use(used(2, 60_000), AT)).toBe('first')
    expect(await store.use(used(3, 60_000), AT)).toBe('full')
    expect(await store.use(used(1, 5_000), AT)).toBe('used')
    expect(await store.use(used(3, 60_000), at(6_000))).toBe('first')
    expect(await store.use(used(2, 60_000), at(6_000))).toBe('used')
  })

  it('forgets nothing that has not ended when it forgets what has', async () => {
    const store = signed.memoryReplayStore({ limit: 3 })
    expect(await store.use(used(1, 1_000), AT)).toBe('first')
    expect(await store.use(used(2, 1_900), AT)).toBe('first')
    expect(await store.use(used(3, 1_800), at(1_700))).toBe('first')
    expect(await store.use(used(2, 1_900), at(1_700))).toBe('used')
    expect(await store.use(used(4, 1_701), at(1_700))).toBe('first')
  })

  it('takes no value of a time that it forgot, when the clock is set back', async () => {
    const store = signed.memoryReplayStore()
    expect(await store.use(used(1, 1_000), AT)).toBe('first')
    expect(await store.use(used(2, 90_000), at(3_000))).toBe('first')
    expect(await store.use(used(1, 1_000), at(-5_000))).toBe('expired')
    expect(await store.use(used(3, 900), at(-5_000))).toBe('expired')
    expect(await store.use(used(4, 80_000), at(-5_000))).toBe('first')
  })

  it('has a key of its own, which is not shown', () => {
    const [first, second] = [signed.memoryReplayStore(), signed.memoryReplayStore()]
    expect(first.key).toBeInstanceOf(Secret)
    expect(first.key.expose()).toHaveLength(32)
    expect(first.key.expose()).not.toEqual(second.key.expose())
  })

  it('answers nothing when it is closed or asked at no time', async () => {
    const store = signed.memoryReplayStore()
    await expect(store.use(used(1, 1_000), new Date(Number.NaN))).rejects.toThrow(RangeError)
    await expect(store.use({ id: 'a', end: Number.NaN }, AT)).rejects.toThrow(RangeError)
    await store.close()
    await expect(store.use(used(1, 1_000), AT)).rejects.toThrow(Error)
  })

  it.each([0, -1, 1.5, Number.NaN])('has no limit of %d', (limit) => {
    expect(() => signed.memoryReplayStore({ limit })).toThrow(RangeError)
  })
})
