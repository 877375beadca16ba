import { describe, expect, it } from 'vitest'

import {
  parseCertificateFields,
  type CertificateOption,
  type SshCertificate,
} from '../../src/index.ts'
import { certificateVectors, secondsOf } from './vectors.ts'

const KNOWN_FLAGS = /^(?:permit-|no-touch-required$|verify-required$)/
const KNOWN_TEXTS = /^(?:force-command|source-address)$/
const FOR_EVER = 2n ** 64n - 1n

describe('inspecting a certificate', () => {
  it.each(certificateVectors('inspect'))('agrees with ssh-keygen -L on $id, $name', (vector) => {
    const [type = '', base64 = ''] = vector.file.trim().split(' ')
    const certificate = parseCertificateFields(type, base64)
    if ('fault' in certificate) {
      expect(vector.expect['valid']).toBe(false)
      return
    }
    const { validFrom, validTo, ...others } = vector.expect
    expect(shown(certificate)).toEqual(others)
    expect(certificate.validAfter).toBe(validFrom === undefined ? 0n : secondsOf(validFrom))
    expect(certificate.validBefore).toBe(validTo === undefined ? FOR_EVER : secondsOf(validTo))
  })
})

function shown(certificate: SshCertificate): Readonly<Record<string, unknown>> {
  const { validAfter, validBefore } = certificate
  const isForEver = validAfter === 0n && validBefore === FOR_EVER
  return {
    valid: true,
    principals: certificate.principals,
    criticalOptions: certificate.criticalOptions.map(showOption),
    extensions: certificate.extensions.map(showOption),
    keyType: certificate.type,
    type: certificate.kind,
    publicKeyFingerprint: certificate.key.fingerprint,
    caFingerprint: certificate.signatureKey.fingerprint,
    signatureAlgorithm: certificate.signatureType,
    keyIdShown: certificate.keyId,
    serial: String(certificate.serial),
    validShown: isForEver ? 'forever' : `from ${showTime(validAfter)} to ${showTime(validBefore)}`,
  }
}

function showTime(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', '')
}

function showOption({ name, data }: CertificateOption): string {
  if (KNOWN_FLAGS.test(name)) return name
  const bytes = Buffer.from(data)
  if (KNOWN_TEXTS.test(name)) return `${name} ${bytes.subarray(4).toString()}`
  return `${name} UNKNOWN OPTION: ${bytes.toString('hex')} (len ${bytes.length})`
}
