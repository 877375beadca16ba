import { expect, test } from 'vitest'
import {
  allow,
  claimed,
  deny,
  describeWith,
  formatSource,
  isNoPolicy,
  noPolicy,
  policyInForce,
  verified,
  type Reasons,
} from '../src/index.ts'

test('a decision is frozen to the bottom', () => {
  const decision = deny({ code: 'not-granted', source: { file: 'T' } })
  expect(Object.isFrozen(decision) && Object.isFrozen(decision.reasons)).toBe(true)
  expect(Object.isFrozen(decision.reasons[0])).toBe(true)
})

test('a decision without a reason cannot be made', () => {
  expect(() => allow(...([] as unknown as Reasons))).toThrow(TypeError)
})

test('a claim becomes verified by an allow and by nothing else', () => {
  const name = claimed('ops')
  expect(verified(name, allow({ code: 'proved' }))).toBe('ops')
  expect(() => verified(name, deny({ code: 'forged' }))).toThrow(TypeError)
})

test('every kind of source prints on one line', () => {
  expect(formatSource({ file: 'T' })).toBe('T')
  expect(formatSource({ file: 'T', line: 3 })).toBe('T:3')
  expect(formatSource({ file: 'T', line: 3, column: 5 })).toBe('T:3:5')
  expect(formatSource({ request: 'node.name' })).toBe('request node.name')
  expect(formatSource({ key: 'SHA256:a\nb' })).toBe('key SHA256:a<U+000A>b')
})

test('describe gives the sentence of the code, its facts and its source', () => {
  const describe = describeWith({ granted: 'a line grants it' })
  expect(describe({ code: 'granted', source: { file: 'T', line: 2 } })).toBe(
    'a line grants it (T:2)',
  )
  expect(describe({ code: 'granted' })).toBe('a line grants it')
  expect(describe({ code: 'granted', facts: { by: 'ops', at: '\n' } })).toBe(
    'a line grants it: by ops, at <U+000A>',
  )
})

test('the lack of a policy is one deny that says why', () => {
  const none = noPolicy('policy-missing', 'Trusted.txt')
  expect(isNoPolicy(none)).toBe(true)
  expect(none.decision).toEqual({
    outcome: 'deny',
    reasons: [{ code: 'policy-missing', source: { file: 'Trusted.txt' } }],
  })
  expect(policyInForce({ current: none })).toBe(none)
  expect(policyInForce(none)).toBe(none)
})
