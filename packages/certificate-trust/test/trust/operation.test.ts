import { allow, type Decision } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  confirmPull,
  decideOperation,
  decidePull,
  offerPulled,
  type TrustCode,
  type TrustSettings,
} from '../../src/index.ts'
import { LEAF } from '../world.ts'
import { utf8 } from '../writing/der.ts'
import { ask, said, selfSigned, trusted } from './world.ts'

const OWN = selfSigned(LEAF)
const STRONG: TrustSettings = { mode: 'certificate', requireTrustedCertificates: true }
const EASY: TrustSettings = { mode: 'certificate' }
const YES = ask([trusted(OWN, 'system')], [OWN]).decision
const NO = ask([trusted(OWN, 'console')], [OWN]).decision

describe('where trusted certificates are required', () => {
  test.each<[string, 'secure-command' | 'monitoring', Decision<TrustCode>, readonly string[]]>([
    [
      'a secure command goes to a trusted system',
      'secure-command',
      YES,
      ['allow', 'system-trusted', 'certificate-pinned'],
    ],
    [
      'a secure command goes to no other, and why is said',
      'secure-command',
      NO,
      ['deny', 'secure-command-blocked', 'role-mismatch', 'self-signed'],
    ],
    [
      'a name that is claimed is not enough',
      'secure-command',
      allow({ code: 'name-listed' }),
      ['deny', 'secure-command-blocked', 'name-listed'],
    ],
    [
      'nor is that everybody is trusted',
      'secure-command',
      allow({ code: 'trust-all' }),
      ['deny', 'secure-command-blocked', 'trust-all'],
    ],
    ['monitoring goes on', 'monitoring', NO, ['allow', 'monitoring-goes-on']],
  ])('%s', (_title, kind, given, expected) => {
    expect(said({ decision: decideOperation(STRONG, { kind, trusted: given }) })).toEqual(expected)
  })
})

test('where they are not required, nothing is blocked', () => {
  for (const kind of ['secure-command', 'monitoring'] as const) {
    const [, code] = said({ decision: decideOperation(EASY, { kind, trusted: NO }) })
    expect(code).toBe(
      kind === 'monitoring' ? 'monitoring-goes-on' : 'trusted-certificates-not-required',
    )
  }
})

describe('a certificate that came over the network', () => {
  test('is refused where trusted ones are required', () => {
    expect(said({ decision: decidePull(STRONG) })).toEqual(['deny', 'pull-refused'])
    expect(offerPulled(STRONG, OWN.der)).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'pull-refused' }],
    })
  })

  test('is an offer that a person confirms by its fingerprint', () => {
    expect(said({ decision: decidePull(EASY) })).toEqual(['allow', 'confirmation-needed'])
    const offer = offerPulled(EASY, OWN.der)
    if ('outcome' in offer) throw new Error('there is no offer')
    expect(offer).toMatchObject({ needs: 'confirmation', sha256: OWN.sha256 })
    const colons = OWN.sha256.toUpperCase().replaceAll(/..(?=.)/g, '$&:')
    for (const typed of [OWN.sha256, colons, ` ${OWN.sha256}\n`]) {
      expect(confirmPull(offer, typed, { role: 'console', note: 'seen' })).toMatchObject({
        role: 'console',
        note: 'seen',
        certificate: { sha256: OWN.sha256 },
      })
    }
    for (const typed of ['', OWN.sha256.slice(0, 63), `${OWN.sha256}0`, selfSigned(LEAF).sha256]) {
      expect(confirmPull(offer, typed, { role: 'console' })).toMatchObject({
        outcome: 'deny',
        reasons: [{ code: 'fingerprint-mismatch', source: { certificate: OWN.sha256 } }],
      })
    }
  })

  test('is refused when it is none', () => {
    expect(offerPulled(EASY, utf8('x'))).toMatchObject({
      reasons: [{ code: 'certificate-malformed' }],
    })
  })
})
