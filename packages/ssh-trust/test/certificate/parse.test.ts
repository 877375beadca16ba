import { describe, expect, it } from 'vitest'

import {
  CERTIFICATE_FAULTS,
  describeCertificateFault,
  KEY_TYPES,
  MAX_CERTIFICATE_BYTES,
  MAX_PRINCIPALS,
  parseCertificateBlob,
  parseCertificateFields,
  parseKeyBlob,
  type CertificateFaultCode,
} from '../../src/index.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import {
  AUTHORITY,
  certificateType,
  forge,
  forged,
  makeRsa,
  makeSigner,
  strings,
  u64,
  type Content,
  type Signer,
} from './forge.ts'

const TYPES = KEY_TYPES.filter((type) => type !== 'ssh-dss')
const P256 = makeSigner('ecdsa-sha2-nistp256')
const RSA = makeRsa(2048)

function faultOf(blob: Uint8Array): CertificateFaultCode | undefined {
  const read = parseCertificateBlob(blob)
  return 'fault' in read ? read.fault : undefined
}

function base64(blob: Uint8Array): string {
  return Buffer.from(blob).toString('base64')
}

/** A DSS key whose numbers are small, which makes a blob all the same. */
const DSS = new BlobWriter().string('ssh-dss')
for (const number of [23, 11, 2, 8]) DSS.mpint(Buffer.of(number))
const DSS_BLOB = DSS.finish()

interface Forgery {
  readonly title: string
  readonly content: Content
  readonly signer?: Signer
  readonly fault: CertificateFaultCode
}

const FORGERIES: readonly Forgery[] = [
  { title: 'kind 0', content: { kind: 0 }, fault: 'certificate-kind-unknown' },
  { title: 'kind 3', content: { kind: 3 }, fault: 'certificate-kind-unknown' },
  { title: 'a NUL in a principal', content: { principals: ['a\0b'] }, fault: 'text-malformed' },
  { title: 'a NUL at the end', content: { principals: ['ada\0'] }, fault: 'text-malformed' },
  { title: 'a NUL in the key id', content: { keyId: 'a\0' }, fault: 'text-malformed' },
  {
    title: 'a principal that is not UTF-8',
    content: { principalBytes: strings([Buffer.of(0xff)]) },
    fault: 'text-malformed',
  },
  {
    title: 'a principal that breaks off',
    content: { principalBytes: strings(['ada']).subarray(0, 6) },
    fault: 'blob-truncated',
  },
  {
    title: 'a critical option without a value',
    content: { criticalBytes: strings(['force-command']) },
    fault: 'blob-truncated',
  },
  {
    title: '257 principals',
    content: { principals: Array.from({ length: MAX_PRINCIPALS + 1 }, (_, at) => `p${at}`) },
    fault: 'principals-too-many',
  },
  {
    title: 'a certificate as the authority',
    content: { authority: forge() },
    fault: 'authority-not-plain-key',
  },
  {
    title: 'a DSS key as the authority',
    content: { authority: DSS_BLOB },
    fault: 'authority-not-plain-key',
  },
  {
    title: 'more behind the authority’s key',
    content: { authority: Buffer.concat([AUTHORITY.key.blob, Buffer.of(0)]) },
    fault: 'blob-trailing',
  },
  {
    title: 'another authority than the one that signed',
    content: { authority: makeSigner('ssh-ed25519').key.blob },
    fault: 'signature-invalid',
  },
  {
    title: 'an authority of another type than the signature',
    content: { authority: RSA.key.blob },
    fault: 'signature-type-mismatch',
  },
  {
    title: 'a changed signature',
    content: { signature: (made) => changed(made, made.length - 1) },
    fault: 'signature-invalid',
  },
  {
    title: 'more behind the signature’s value',
    content: { signature: (made) => Buffer.concat([made, Buffer.of(0)]) },
    fault: 'signature-malformed',
  },
  {
    title: 'an Ed25519 signature of 63 bytes',
    content: { signature: () => strings(['ssh-ed25519', Buffer.alloc(63)]) },
    fault: 'signature-malformed',
  },
  {
    title: 'an ECDSA signature with a third number',
    content: {
      signature: () => strings(['ecdsa-sha2-nistp256', strings(['\x01', '\x01', '\x01'])]),
    },
    signer: P256,
    fault: 'signature-malformed',
  },
  {
    title: 'an ECDSA signature with a number that is too long',
    content: {
      signature: () => strings(['ecdsa-sha2-nistp256', strings([Buffer.alloc(33, 1), '\x01'])]),
    },
    signer: P256,
    fault: 'signature-malformed',
  },
  {
    title: 'an RSA signature longer than the key',
    content: { signature: () => strings(['rsa-sha2-256', Buffer.alloc(257, 1)]) },
    signer: RSA,
    fault: 'signature-malformed',
  },
  {
    title: 'an RSA signature of another hash than it names',
    content: { signature: (made) => renamed(made, 'rsa-sha2-256') },
    signer: RSA,
    fault: 'signature-invalid',
  },
]

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function renamed(signature: Uint8Array, type: string): Uint8Array {
  const name = 4 + 'rsa-sha2-512'.length
  return Buffer.concat([strings([type]), signature.subarray(name)])
}

describe('reading a certificate', () => {
  it.each(TYPES)('takes %s as subject and as authority', (type) => {
    const signer = makeSigner(type)
    const subject = makeSigner(type).key
    const certificate = forged({}, signer, subject)
    expect(certificate.type).toBe(certificateType(type))
    expect(certificate.key.equals(subject)).toBe(true)
    expect(certificate.signatureKey.equals(signer.key)).toBe(true)
  })

  it.each(['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'] as const)(
    'takes an RSA authority that signs with %s, and says so',
    (signatureType) => {
      expect(forged({ signatureType }, RSA).signatureType).toBe(signatureType)
    },
  )

  it('keeps every field as it was signed', () => {
    const blob = forge({
      serial: 2n ** 64n - 1n,
      kind: 2,
      keyId: 'Schlüssel',
      principals: ['a', 'b'],
      validAfter: 1n,
      validBefore: 2n,
      critical: [['force-command', 'ls']],
    })
    const data = new Uint8Array([0, 0, 0, 2, 0x6c, 0x73])
    expect(parseCertificateBlob(blob)).toMatchObject({
      serial: 2n ** 64n - 1n,
      kind: 'host',
      keyId: 'Schlüssel',
      principals: ['a', 'b'],
      validAfter: 1n,
      validBefore: 2n,
      criticalOptions: [{ name: 'force-command', data }],
      extensions: [{ name: 'permit-pty', data: new Uint8Array() }],
    })
  })

  it('takes 256 principals', () => {
    const principals = Array.from({ length: MAX_PRINCIPALS }, (_, at) => `p${at}`)
    expect(forged({ principals }).principals).toEqual(principals)
  })

  it.each(FORGERIES)('refuses $title', ({ content, signer, fault }) => {
    expect(faultOf(forge(content, signer))).toBe(fault)
  })

  it('refuses every certificate that breaks off', () => {
    const blob = forge()
    for (let length = 0; length < blob.length; length += 1) {
      expect(faultOf(blob.subarray(0, length))).toBeDefined()
    }
  })

  it('refuses every certificate of which one bit was changed', () => {
    const blob = forge()
    for (let at = 0; at < blob.length; at += 1) expect(faultOf(changed(blob, at))).toBeDefined()
  })

  it('refuses what follows the signature', () => {
    expect(faultOf(Buffer.concat([forge(), Buffer.of(0)]))).toBe('blob-trailing')
  })

  it('refuses a plain key, and as plain key a certificate', () => {
    expect(faultOf(AUTHORITY.key.blob)).toBe('certificate-plain-key')
    expect(parseKeyBlob(forge())).toEqual({ fault: 'type-certificate' })
  })

  it.each(['ssh-dss-cert-v01@openssh.com', 'ssh-ed25519-cert-v00@openssh.com', 'x', ''])(
    'refuses type `%s`',
    (type) => {
      expect(faultOf(forge({ type }))).toBe('certificate-type-unknown')
    },
  )

  it('refuses what no packet can carry before reading it', () => {
    const long = Buffer.alloc(MAX_CERTIFICATE_BYTES + 1)
    expect(faultOf(long)).toBe('certificate-too-long')
    const [type, text] = [certificateType('ssh-ed25519'), 'A'.repeat(MAX_CERTIFICATE_BYTES * 3)]
    expect(parseCertificateFields(type, text)).toEqual({ fault: 'certificate-too-long' })
  })

  it('does not change with the bytes that it was read from', () => {
    const blob = Buffer.from(forge())
    const certificate = parseCertificateBlob(blob)
    const before = 'fault' in certificate ? undefined : base64(certificate.blob)
    blob.fill(0)
    expect('fault' in certificate ? undefined : base64(certificate.blob)).toBe(before)
    expect(before).toBeDefined()
  })

  it('has a sentence for every fault', () => {
    for (const fault of Object.keys(CERTIFICATE_FAULTS) as CertificateFaultCode[]) {
      expect(describeCertificateFault({ fault })).not.toBe('')
    }
  })
})

describe('reading the two fields of a line', () => {
  it('takes the type inside the blob only', () => {
    const text = base64(forge())
    expect(parseCertificateFields(certificateType('ssh-ed25519'), text)).toMatchObject({
      serial: 7n,
    })
    const other = parseCertificateFields(certificateType('ssh-rsa'), text)
    expect(other).toEqual({ fault: 'type-mismatch' })
  })

  it.each(['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'])(
    'takes %s for an RSA certificate',
    (label) => {
      const blob = forge({}, AUTHORITY, RSA.key)
      const read = parseCertificateFields(certificateType(label), base64(blob))
      expect(read).toMatchObject({ type: certificateType('ssh-rsa') })
    },
  )

  it('says that a plain key is none', () => {
    const read = parseCertificateFields('ssh-ed25519', base64(AUTHORITY.key.blob))
    expect(read).toEqual({ fault: 'certificate-plain-key' })
  })

  it('refuses types that are none, and base64 that is none', () => {
    const fields = [
      ['ssh-dss-cert-v01@openssh.com', 'AAAA'],
      [certificateType('ssh-ed25519'), '!'],
    ] as const
    const faults = fields.map(([type, text]) => parseCertificateFields(type, text))
    expect(faults).toEqual([{ fault: 'certificate-type-unknown' }, { fault: 'base64-malformed' }])
  })
})

it('reads a time at both ends of 64 bits', () => {
  expect(u64(2n ** 64n - 1n)).toHaveLength(8)
  expect(forged({ validAfter: 2n ** 64n - 1n, validBefore: 0n }).validAfter).toBe(2n ** 64n - 1n)
})
