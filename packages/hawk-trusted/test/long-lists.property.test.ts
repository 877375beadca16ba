import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

/** Few names, so that a user has far more lines than are read one by one. */
const line = fc
  .record({
    mark: fc.constantFrom('', '', '!'),
    user: fc.constantFrom('ann', 'ann', 'Ann', 'ANN', '*'),
    node: fc.constantFrom('+', 'web', 'Web', 'web:dns:*', '*:DNS:*', 'db', 'db2', 'db3'),
    microagent: fc.constantFrom('*', 'M.One', 'M.Two', 'M.Four'),
    method: fc.constantFrom('*', '+', 'read', 'write'),
  })
  .map(({ mark, user, node, microagent, method }) =>
    [`${mark}${user}`, node, microagent, method].join(' '),
  )

const request: fc.Arbitrary<hawk.Request> = fc.record({
  user: fc.constantFrom('ann', 'Ann', 'aNN', 'eve').map(claimed),
  node: fc.record({
    name: fc.constantFrom('web', 'WEB', 'db', 'none'),
    dns: fc.constantFrom('dns', 'other'),
    domain: fc.constant('default'),
  }),
  scope: fc.constantFrom('point-to-point', 'group'),
  microagent: fc.constantFrom('M.One', 'M.Three'),
  method: fc.constantFrom('read', 'go'),
  impact: fc.constantFrom('INFO', 'ACTION'),
})

test('a user with very many lines is decided by the same line as when they are read one by one', () => {
  const lines = fc.array(line, { minLength: 100, maxLength: 160 })
  fc.assert(
    fc.property(lines, fc.array(request, { minLength: 1, maxLength: 8 }), (texts, requests) => {
      const policy = hawk.parse(texts.join('\n'), { file: 'T' })
      for (const asked of requests) {
        const { grants, restrictions } = hawk.explain(policy, asked)
        const { outcome, reasons } = hawk.check(policy, asked)
        const decided = restrictions[0] ?? grants[0]
        expect(outcome).toBe(restrictions.length === 0 && grants.length > 0 ? 'allow' : 'deny')
        if (decided !== undefined) expect(reasons[0].source).toEqual({ file: 'T', line: decided })
      }
    }),
    { numRuns: 40 },
  )
})

test('an impact that is no text is refused where the file spells every name of the request', () => {
  const policy = hawk.parse('ann web M.One read\n!ann web M.One write', { file: 'T' })
  for (const method of ['read', 'write']) {
    for (const impact of [undefined, null, 7, ['INFO']]) {
      const asked = {
        user: claimed('ann'),
        node: { name: 'web', dns: 'none', domain: 'default' },
        scope: 'point-to-point',
        microagent: 'M.One',
        method,
        impact,
      } as unknown as hawk.Request
      expect(hawk.check(policy, asked)).toEqual({
        outcome: 'deny',
        reasons: [{ code: 'request-malformed', source: { request: 'impact' } }],
      })
    }
  }
})
