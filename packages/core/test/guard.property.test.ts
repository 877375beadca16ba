import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  allow,
  compose,
  deny,
  GUARANTEES,
  type Guard,
  type Provision,
  type Reliance,
} from '../src/index.ts'

interface Plan {
  readonly name: string
  readonly provides: Guard<unknown>['provides']
  readonly reliesOn: Guard<unknown>['reliesOn']
  readonly openings: readonly string[]
  readonly answer: 'allow' | 'deny' | 'throw' | 'reject'
}

const anyGuarantee = fc.constantFrom(...GUARANTEES)
const scoped = fc.record({ guarantee: anyGuarantee, of: fc.constantFrom('user name', 'console') })
const provision: fc.Arbitrary<Provision> = fc.oneof(anyGuarantee, scoped)
const plan: fc.Arbitrary<Plan> = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  provides: fc.uniqueArray(provision, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
  reliesOn: fc.uniqueArray(scoped, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
  openings: fc.subarray(['insecureFirst', 'insecureSecond']),
  answer: fc.constantFrom('allow', 'allow', 'allow', 'deny', 'throw', 'reject'),
})

function guardOf({ answer, ...rest }: Plan): Guard<unknown> {
  return {
    ...rest,
    check: () => {
      if (answer === 'throw') throw new Error('broken')
      if (answer === 'reject') return Promise.reject(new Error('broken'))
      return answer === 'allow' ? allow({ code: 'fine' }) : deny({ code: 'refused' })
    },
  }
}

test('composing is associative in what it states and in what it decides', async () => {
  await fc.assert(
    fc.asyncProperty(plan, plan, plan, async (a, b, c) => {
      const [first, second, third] = [guardOf(a), guardOf(b), guardOf(c)]
      const flat = compose(first, second, third)
      for (const nested of [
        compose(compose(first, second), third),
        compose(first, compose(second, third)),
      ]) {
        expect(nested.statement).toEqual(flat.statement)
        expect(nested.provides).toEqual(flat.provides)
        expect(nested.reliesOn).toEqual(flat.reliesOn)
        expect(nested.openings).toEqual(flat.openings)
        expect(await nested.check({})).toEqual(await flat.check({}))
      }
    }),
  )
})

test('adding a guard, wherever, never turns a deny into an allow', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 1, maxLength: 4 }),
      plan,
      fc.nat(4),
      async (plans, added, at) => {
        const [first, ...rest] = plans.map(guardOf) as [Guard<unknown>, ...Guard<unknown>[]]
        const before = await compose(first, ...rest).check({})
        const [head, ...tail] = plans
          .toSpliced(Math.min(at, plans.length), 0, added)
          .map(guardOf) as [Guard<unknown>, ...Guard<unknown>[]]
        const after = await compose(head, ...tail).check({})
        if (before.outcome === 'deny') expect(after.outcome).toBe('deny')
      },
    ),
  )
})

test('a composition allows exactly when every guard does, and keeps a reason of each guard asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 5 }), async (plans) => {
      const [first, ...rest] = plans.map(guardOf) as [Guard<unknown>, ...Guard<unknown>[]]
      const { outcome, reasons } = await compose(first, ...rest).check({})
      const denier = plans.findIndex(({ answer }) => answer !== 'allow')
      expect(outcome).toBe(denier === -1 ? 'allow' : 'deny')
      const asked = denier === -1 ? plans : plans.slice(0, denier + 1)
      expect(reasons).toHaveLength(asked.length)
      if (denier !== -1) expect(reasons[0].guard).toBe(plans[denier]?.name)
    }),
  )
})

test('a reliance is unmet exactly when no guard before it provides it, for all or for that part', () => {
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1, maxLength: 5 }), (plans) => {
      const [first, ...rest] = plans.map(guardOf) as [Guard<unknown>, ...Guard<unknown>[]]
      const expected = plans.flatMap(({ name, reliesOn }, index) =>
        reliesOn
          .filter((reliance) => !plans.slice(0, index).some((before) => isMetBy(before, reliance)))
          .map((reliance) => ({ name, ...reliance })),
      )
      const { unmet } = compose(first, ...rest).statement
      expect(unmet.map(({ guard: name, guarantee, of }) => ({ name, guarantee, of }))).toEqual(
        expected,
      )
    }),
  )
})

function isMetBy({ provides }: Plan, { guarantee, of }: Reliance): boolean {
  const isSame = (one: Provision): boolean =>
    typeof one !== 'string' && one.guarantee === guarantee && one.of === of
  return provides.includes(guarantee) || provides.some(isSame)
}
