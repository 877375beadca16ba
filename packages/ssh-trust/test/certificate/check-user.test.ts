import { allow, deny } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'

import {
  CERTIFICATE_CODES,
  checkUserCertificate,
  describeCertificate,
  revokeKeys,
  type CertificateCode,
  type UserCertificateRequest,
} from '../../src/index.ts'
import { AUTHORITY, forged, makeRsa, NOW, type Content, type Option, type Signer } from './forge.ts'

const SOURCE = { file: 'authorized_keys', line: 3 }
const REQUEST: UserCertificateRequest = {
  authority: allow({ code: 'listed', source: SOURCE }),
  principals: ['ada'],
  address: '192.0.2.7',
  now: NOW,
}
const RSA = makeRsa(2048)

interface Refusal {
  readonly title: string
  readonly content: Content
  readonly request?: Partial<UserCertificateRequest>
  readonly signer?: Signer
  readonly code: CertificateCode
  readonly option?: string
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
  { title: 'a host certificate', content: { kind: 2 }, code: 'certificate-not-user' },
  {
    title: 'a signature with SHA-1',
    content: { signatureType: 'ssh-rsa' },
    signer: RSA,
    code: 'signature-type-refused',
  },
  {
    title: 'a time before',
    content: { validAfter: NOW + 1n },
    code: 'certificate-not-yet-valid',
  },
  { title: 'a time after', content: { validBefore: NOW }, code: 'certificate-expired' },
  { title: 'no principal', content: { principals: [] }, code: 'principals-missing' },
  {
    title: 'no principal asked for',
    content: {},
    request: { principals: [] },
    code: 'principal-not-listed',
  },
  { title: 'another principal', content: { principals: ['bob'] }, code: 'principal-not-listed' },
  { title: 'a pattern', content: { principals: ['*', 'ad?'] }, code: 'principal-not-listed' },
  { title: 'two names in one', content: { principals: ['ada,bob'] }, code: 'principal-not-listed' },
  { title: 'another case', content: { principals: ['Ada'] }, code: 'principal-not-listed' },
  {
    title: 'an unknown critical option',
    content: { critical: [['x@example', 'y']] },
    code: 'critical-option-unknown',
    option: 'x@example',
  },
  {
    title: 'an extension as critical option',
    content: { critical: [['permit-pty']] },
    code: 'critical-option-unknown',
    option: 'permit-pty',
  },
  {
    title: 'more behind a command',
    content: { critical: [['force-command', Buffer.from('\0\0\0\x01lx', 'latin1')]] },
    code: 'option-malformed',
    option: 'force-command',
  },
  {
    title: 'a command without a length',
    content: { critical: [['force-command', Buffer.from('ls')]] },
    code: 'option-malformed',
    option: 'force-command',
  },
  {
    title: 'a flag with a value',
    content: { critical: [['verify-required', 'x']] },
    code: 'option-malformed',
    option: 'verify-required',
  },
  {
    title: 'a known extension with a value',
    content: { extensions: [['permit-pty', 'x']] },
    code: 'option-malformed',
    option: 'permit-pty',
  },
  {
    title: 'two commands',
    content: { critical: Array.from({ length: 2 }, (): Option => ['force-command', 'ls']) },
    request: { profile: 'openssh' },
    code: 'option-repeated',
    option: 'force-command',
  },
  {
    title: 'two lists of addresses',
    content: { critical: Array.from({ length: 2 }, (): Option => ['source-address', '::1']) },
    request: { profile: 'openssh' },
    code: 'option-repeated',
    option: 'source-address',
  },
  {
    title: 'options out of order',
    content: { extensions: [['permit-pty'], ['permit-X11-forwarding']] },
    code: 'options-out-of-order',
    option: 'permit-X11-forwarding',
  },
  {
    title: 'an extension twice',
    content: { extensions: [['permit-pty'], ['permit-pty']] },
    code: 'options-out-of-order',
    option: 'permit-pty',
  },
  {
    title: 'a command other than the line’s',
    content: { critical: [['force-command', 'ls']] },
    request: { forcedCommand: 'ls ' },
    code: 'forced-command-mismatch',
  },
  ...['198.51.100.0/24', '::ffff:192.0.2.7', '::/0'].map((list) => ({
    title: `an address outside ${list}`,
    content: { critical: [['source-address', list] as const] },
    code: 'source-address-not-listed' as const,
  })),
  ...['192.0.2.7', 'no address', ''].map((address) => ({
    title: `the peer \`${address}\` when only 10.0.0.0/8 may connect`,
    content: { critical: [['source-address', '10.0.0.0/8'] as const] },
    request: { address },
    code: 'source-address-not-listed' as const,
  })),
  ...['', '192.0.2.0/24,', '192.0.2.*', '!10.0.0.1,192.0.2.7', '192.0.2.7/24', '192.0.2.7 '].map(
    (list) => ({
      title: `the address list \`${list}\``,
      content: { critical: [['source-address', list] as const] },
      code: 'source-address-malformed' as const,
    }),
  ),
  {
    title: 'a hexadecimal address, as OpenSSH does',
    content: { critical: [['source-address', '0xc0.0.2.7']] },
    request: { profile: 'openssh' },
    code: 'source-address-malformed',
  },
  {
    title: 'an address that programs read differently',
    content: { critical: [['source-address', '192.0.2.007']] },
    code: 'source-address-malformed',
  },
]

describe('checkUserCertificate', () => {
  it.each(REFUSALS)('refuses $title', ({ content, request, signer, code, option }) => {
    const decision = checkUserCertificate(forged(content, signer), { ...REQUEST, ...request })
    const facts = option === undefined ? {} : { facts: { option } }
    expect(decision).toEqual({ outcome: 'deny', reasons: [{ code, ...facts, source: SOURCE }] })
  })

  it('lets in with the line of the authority as source, and grants nothing by itself', () => {
    const decision = checkUserCertificate(forged({ extensions: [] }), REQUEST)
    const nothing = { pty: false, portForwarding: false, agentForwarding: false }
    expect(decision).toEqual({
      outcome: 'allow',
      reasons: [{ code: 'certificate-valid', source: SOURCE }],
      effects: {
        permissions: { ...nothing, x11Forwarding: false, userRc: false },
        verifyRequired: false,
        touchRequired: true,
      },
    })
  })

  it('hands on every effect of the options', () => {
    const certificate = forged({
      critical: [
        ['force-command', 'ls'],
        ['source-address', '10.0.0.0/8,192.0.2.7'],
        ['verify-required'],
      ],
      extensions: [
        ['no-touch-required'],
        ['permit-X11-forwarding'],
        ['permit-agent-forwarding'],
        ['permit-port-forwarding'],
        ['permit-pty'],
        ['permit-user-rc'],
        ['unknown@example', 'x'],
      ],
    })
    const granted = { pty: true, portForwarding: true, agentForwarding: true }
    const decision = checkUserCertificate(certificate, { ...REQUEST, forcedCommand: 'ls' })
    expect(decision).toMatchObject({
      effects: {
        forcedCommand: 'ls',
        sourceAddress: '10.0.0.0/8,192.0.2.7',
        permissions: { ...granted, x11Forwarding: true, userRc: true },
        verifyRequired: true,
        touchRequired: false,
      },
    })
  })

  it('takes in `openssh` what only `strict` refuses', () => {
    const lax = { ...REQUEST, profile: 'openssh' } as const
    const extensions: readonly Option[] = [['permit-pty'], ['permit-X11-forwarding']]
    const short = forged({ critical: [['source-address', '192.0.519']] })
    expect(checkUserCertificate(forged({ extensions }), lax).outcome).toBe('allow')
    expect(checkUserCertificate(short, lax).outcome).toBe('allow')
    expect(checkUserCertificate(short, REQUEST).outcome).toBe('deny')
  })

  it('names the key at fault when the decision about the authority has no source', () => {
    const certificate = forged()
    const unsourced = { ...REQUEST, authority: deny({ code: 'not-listed' }) }
    const [untrusted] = checkUserCertificate(certificate, unsourced).reasons
    expect(untrusted.source).toEqual({ key: certificate.signatureKey.fingerprint })
    const other = { ...REQUEST, authority: allow({ code: 'listed' }), principals: ['bob'] }
    const [unlisted] = checkUserCertificate(certificate, other).reasons
    expect(unlisted.source).toEqual({ key: certificate.key.fingerprint })
    expect(describeCertificate(unlisted)).toContain('SHA256:')
  })

  it('says revoked before everything else', () => {
    const certificate = forged({ kind: 2, validBefore: 0n })
    const revoked = revokeKeys([certificate.key])
    const request = { ...REQUEST, authority: deny({ code: 'not-listed' }), revoked }
    expect(checkUserCertificate(certificate, request).reasons[0].code).toBe('certificate-revoked')
  })

  it('has every code tried that a user’s certificate can have', () => {
    const others = ['certificate-valid', 'certificate-not-host', 'critical-option-on-host']
    const tried = new Set<string>([...REFUSALS.map(({ code }) => code), ...others])
    expect(tried).toEqual(new Set(Object.keys(CERTIFICATE_CODES)))
  })
})
