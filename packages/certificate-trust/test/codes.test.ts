import { describe as group, expect, test } from 'vitest'
import { CODES, describe } from '../src/index.ts'
import { FORMS, REFUSALS } from './refusals.ts'
import { chain, check, codesOf } from './world.ts'

test('a chain without fault is trusted, and the whole of it is named', () => {
  const { anchors, certificates } = chain()
  const { decision, path } = check(
    { anchors, certificates },
    { name: { dns: 'web01.example.com' } },
  )
  expect(decision).toEqual({
    outcome: 'allow',
    reasons: [
      {
        code: 'chain-trusted',
        source: { certificate: certificates[0].sha256 },
        facts: { subject: 'CN=Server' },
      },
    ],
  })
  expect(path).toEqual([...certificates, ...anchors])
})

test.each(REFUSALS)('$code: $title', ({ code, run }) => {
  const { decision } = run()
  expect(decision.outcome).toBe('deny')
  expect(decision.reasons.map((reason) => reason.code)).toContain(code)
  for (const { source } of decision.reasons) {
    expect(source).toEqual({ certificate: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
  }
})

test('every code has a case', () => {
  const covered = new Set<string>(['chain-trusted', ...REFUSALS.map(({ code }) => code)])
  expect(Object.keys(CODES).filter((code) => !covered.has(code))).toEqual([])
})

group('what is only written wrongly', () => {
  test.each(FORMS)('$code: $title: can be tolerated', ({ run }) => {
    expect(run({ deviations: 'tolerate' }).decision.outcome).toBe('allow')
  })

  test.each(REFUSALS.filter((one) => !FORMS.includes(one) && one.run.length === 1))(
    '$code: $title: is refused all the same',
    ({ run }) => {
      expect(run({ deviations: 'tolerate' }).decision.outcome).toBe('deny')
    },
  )
})

test('a reason is one line that names the fault and the certificate', () => {
  const { decision } = check(chain(), { at: new Date('2126-11-22') })
  const line = describe(decision.reasons[0])
  expect(line.split('\n')).toHaveLength(1)
  expect(line).toContain('until 2126-01-01T00:00:00Z')
})

test('all that is wrong with a certificate is said, what tells most first', () => {
  const found = check(chain(), {
    at: new Date('2126-11-22'),
    name: { dns: 'other.example.com' },
  })
  expect(codesOf(found)).toEqual(['expired', 'expired', 'name-mismatch'])
})

test('an instant that is none is an error of the caller', () => {
  expect(() => check(chain(), { at: new Date(Number.NaN) })).toThrow(RangeError)
})
