import { allow, deny } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'

import {
  checkHostCertificate,
  revokeKeys,
  type CertificateCode,
  type HostCertificateRequest,
} from '../../src/index.ts'
import { AUTHORITY, forged, makeRsa, NOW, type Content, type Signer } from './forge.ts'

const SOURCE = { file: 'known_hosts', line: 9 }
const REQUEST: HostCertificateRequest = {
  authority: allow({ code: 'listed', source: SOURCE }),
  name: 'a.example',
  now: NOW,
}
const HOST: Content = { kind: 2, principals: ['a.example'], extensions: [] }

interface Refusal {
  readonly title: string
  readonly content: Content
  readonly request?: Partial<HostCertificateRequest>
  readonly signer?: Signer
  readonly code: CertificateCode
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'an authority that no line trusts',
    content: {},
    request: { authority: deny({ code: 'not-listed', source: SOURCE }) },
    code: 'authority-untrusted',
  },
  {
    title: 'a revoked authority',
    content: {},
    request: { revoked: revokeKeys([AUTHORITY.key]) },
    code: 'certificate-revoked',
  },
  { title: 'a user certificate', content: { kind: 1 }, code: 'certificate-not-host' },
  {
    title: 'a signature with SHA-1',
    content: { signatureType: 'ssh-rsa' },
    signer: makeRsa(2048),
    code: 'signature-type-refused',
  },
  { title: 'a time before', content: { validAfter: NOW + 1n }, code: 'certificate-not-yet-valid' },
  { title: 'a time after', content: { validBefore: NOW }, code: 'certificate-expired' },
  { title: 'no principal', content: { principals: [] }, code: 'principals-missing' },
  {
    title: 'another name',
    content: { principals: ['b.example', '?.*.example', 'a.example.*', 'A.example', ''] },
    code: 'principal-not-listed',
  },
  {
    title: 'any critical option, understood or not',
    content: { critical: [['verify-required']] },
    code: 'critical-option-on-host',
  },
  {
    title: 'options out of order',
    content: { extensions: [['b'], ['a']] },
    code: 'options-out-of-order',
  },
]

describe('checkHostCertificate', () => {
  it.each(REFUSALS)('refuses $title', ({ content, request, signer, code }) => {
    const certificate = forged({ ...HOST, ...content }, signer)
    const decision = checkHostCertificate(certificate, { ...REQUEST, ...request })
    expect(decision).toMatchObject({ outcome: 'deny', reasons: [{ code, source: SOURCE }] })
  })

  it.each(['a.example', '*', 'a.*', '?.example', '*.exam*le', 'a.example**'])(
    'lets the principal `%s` stand for the host',
    (principal) => {
      const certificate = forged({ ...HOST, principals: ['b.example', principal] })
      const reasons = [{ code: 'certificate-valid', source: SOURCE }]
      expect(checkHostCertificate(certificate, REQUEST)).toEqual({ outcome: 'allow', reasons })
    },
  )

  it('ignores an extension that it does not know', () => {
    const certificate = forged({ ...HOST, extensions: [['x@example', 'y']] })
    expect(checkHostCertificate(certificate, REQUEST).outcome).toBe('allow')
  })
})
