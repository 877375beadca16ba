import fc from 'fast-check'
import { allow } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'

import {
  CERTIFICATE_CODES,
  checkHostCertificate,
  checkUserCertificate,
  parseCertificateBlob,
  verifySignature,
} from '../../src/index.ts'
import { AUTHORITY, forge, forged, makeRsa, makeSigner, type Option } from './forge.ts'

const GOOD = Buffer.from(forge({ critical: [['force-command', 'ls']], principals: ['a', 'b'] }))
const SIGNERS = [
  AUTHORITY,
  makeSigner('sk-ssh-ed25519@openssh.com'),
  makeSigner('ecdsa-sha2-nistp521'),
  makeRsa(1024),
]

const damaged = fc
  .array(fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  .map((edits) => {
    const bytes = Buffer.from(GOOD)
    for (const [at, value] of edits) bytes[at] = value
    return bytes
  })

const options = fc.array(
  fc.tuple(
    fc.constantFrom('force-command', 'source-address', 'verify-required', 'permit-pty', 'x'),
    fc.oneof(fc.string(), fc.uint8Array({ maxLength: 12 })),
  ),
  { maxLength: 3 },
) as fc.Arbitrary<readonly Option[]>

describe('certificates', () => {
  it('are read or refused, and never throw', () => {
    const blob = fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged)
    fc.assert(
      fc.property(blob, (bytes) => {
        const read = parseCertificateBlob(bytes)
        expect('fault' in read || GOOD.equals(bytes)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('are decided by codes of the table, whatever options they have', () => {
    fc.assert(
      fc.property(
        options,
        options,
        fc.string(),
        fc.boolean(),
        (critical, extensions, name, lax) => {
          const certificate = forged({ critical, extensions, principals: ['a'] })
          const common = { authority: allow({ code: 'listed' }), now: 1n } as const
          const profile = lax ? 'openssh' : 'strict'
          const user = { ...common, profile, principals: [name], address: name } as const
          for (const decision of [
            checkUserCertificate(certificate, user),
            checkHostCertificate(certificate, { ...common, name }),
          ]) {
            expect(Object.hasOwn(CERTIFICATE_CODES, decision.reasons[0].code)).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('verifySignature', () => {
  it('takes no signature but the one that was made, and never throws', () => {
    const data = Buffer.from('data')
    const edit = fc.tuple(fc.constantFrom(...SIGNERS), fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(edit, ([signer, at, difference]) => {
        const signature = Buffer.from(signer.sign(data))
        expect(verifySignature(signer.key, data, signature)).not.toHaveProperty('fault')
        const index = at % signature.length
        signature[index] = (signature[index] ?? 0) ^ difference
        expect(verifySignature(signer.key, data, signature)).toHaveProperty('fault')
      }),
      { numRuns: 200 },
    )
  })

  it('says what a security key vouches for', () => {
    const [, signer = AUTHORITY] = SIGNERS
    const data = Buffer.from('data')
    const securityKey = { touched: true, verified: false, counter: 7 }
    expect(verifySignature(signer.key, data, signer.sign(data))).toMatchObject({ securityKey })
  })
})
