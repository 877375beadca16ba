import { allow, deny } from '@gatehouse/core'
import type * as ours from '@gatehouse/ssh-trust'
import type { Answer } from './kind.ts'
import { certificateOf, keyOf, secondsOf, type Asked } from './ssh-trust-fields.ts'

type Implementation = typeof ours

const KNOWN_FLAGS = /^(?:permit-|no-touch-required$|verify-required$)/u
const KNOWN_TEXTS = /^(?:force-command|source-address)$/u
const FOR_EVER = 2n ** 64n - 1n

/** Answers what `ssh-keygen -L` shows of a certificate. */
export function answerInspect(ssh: Implementation, { file }: Asked): Answer {
  const [type = '', base64 = ''] = file.trim().split(' ')
  const certificate = ssh.parseCertificateFields(type, base64)
  if ('fault' in certificate) return { valid: false }
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
    validShown: isForEver ? 'forever' : `from ${timeOf(validAfter)} to ${timeOf(validBefore)}`,
    ...(isForEver
      ? {}
      : { validFrom: `${timeOf(validAfter)}Z`, validTo: `${timeOf(validBefore)}Z` }),
  }
}

function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', '')
}

function showOption({ name, data }: ours.CertificateOption): string {
  if (KNOWN_FLAGS.test(name)) return name
  const bytes = Buffer.from(data)
  if (KNOWN_TEXTS.test(name)) return `${name} ${bytes.subarray(4).toString()}`
  return `${name} UNKNOWN OPTION: ${bytes.toString('hex')} (len ${bytes.length})`
}

/** Answers whether a user's certificate is good at a time, as `ssh-keygen -Y verify` finds it. */
export function answerValidAt(
  ssh: Implementation,
  { file, query }: Asked,
  profile: ours.CertificateProfile,
): Answer {
  const certificate = certificateOf(ssh, file)
  const isKnown = certificate.signatureKey.equals(keyOf(ssh, query['ca']))
  const { outcome } = ssh.checkUserCertificate(certificate, {
    authority: isKnown ? allow({ code: 'listed' }) : deny({ code: 'not-listed' }),
    principals: [String(query['principal'])],
    address: '127.0.0.1',
    now: secondsOf(query['time']),
    profile,
  })
  return { ok: outcome === 'allow' }
}

/** Answers whether a list revokes a key or certificate, as `ssh-keygen -Q` does. */
export function answerRevoked(ssh: Implementation, { file, query }: Asked): Answer {
  const target = String(query['target'])
  const list = ssh.parseRevocationList(Buffer.from(file, 'base64'))
  const subject = target.includes('-cert-') ? certificateOf(ssh, target) : keyOf(ssh, target)
  return { revoked: 'fault' in list ? 'error' : list.covers(subject) }
}
