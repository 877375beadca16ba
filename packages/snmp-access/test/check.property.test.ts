import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answer, check, parse, type Mib, type Request } from '../src/index.ts'

const POLICIES = (['net-snmp', 'rfc3415'] as const).map((profile) =>
  parse('rocommunity public\nrwcommunity6 private\nrouser user', { file: 'snmpd.conf', profile }),
)

const MIB: Mib = {
  find: (oid) => ({ oid }),
  next: (oid) => (oid.length < 128 ? { oid: [...oid, 0] } : undefined),
  test: () => 'noError',
}

const OID = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 130 })

/** Fields that are right, nearly right, or anything. */
const REQUEST = fc.record(
  {
    version: fc.oneof(fc.constantFrom('1', '2c', '3'), fc.anything()),
    community: fc.oneof(fc.constantFrom('public', 'private'), fc.uint8Array(), fc.anything()),
    user: fc.oneof(fc.constant('user'), fc.anything()),
    level: fc.oneof(fc.constantFrom('noAuthNoPriv', 'authPriv'), fc.anything()),
    usm: fc.oneof(fc.constantFrom('accepted', 'wrong-digest'), fc.anything()),
    context: fc.oneof(fc.constant(''), fc.anything()),
    source: fc.oneof(fc.constantFrom('192.0.2.1', '::1'), fc.anything()),
    pdu: fc.oneof(fc.constantFrom('get', 'getnext', 'getbulk', 'set'), fc.anything()),
    varbinds: fc.oneof(fc.array(fc.record({ oid: OID }), { maxLength: 4 }), fc.anything()),
    nonRepeaters: fc.oneof(fc.integer(), fc.anything()),
    maxRepetitions: fc.oneof(fc.integer(), fc.anything()),
  },
  { requiredKeys: [] },
)

describe('a request of any form', () => {
  it('is decided, with a reason, and nothing is answered that was not granted', () => {
    fc.assert(
      fc.property(REQUEST, fc.constantFrom(...POLICIES), (given, policy) => {
        const request = given as unknown as Request
        const verdict = check(policy, request)
        expect(verdict.reasons.length).toBeGreaterThan(0)
        const { varbinds } = answer(policy, request, () => MIB)
        if (verdict.reply !== 'response') expect(varbinds).toEqual([])
        const shown = varbinds.filter(({ value }) => value === 'value')
        if (shown.length > 0) expect(verdict.path.access).not.toBeNull()
        for (const { oid } of shown) expect(verdict.view?.ask(oid).state).toBe('included')
      }),
      { numRuns: 2000 },
    )
  })
})
