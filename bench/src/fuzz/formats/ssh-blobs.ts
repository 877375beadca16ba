import { allow } from '@gatehouse/core'
import {
  CERTIFICATE_CODES,
  CERTIFICATE_FAULTS,
  checkHostCertificate,
  checkUserCertificate,
  formatKeyLine,
  formatRfc4716,
  importKeys,
  isKeyFault,
  KEY_FAULTS,
  parseCertificateBlob,
  parseKeyBlob,
  parseKeyLine,
  parseRevocationList,
  REVOCATION_LIST_FAULTS,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { ensure, ensureDecision, ensureEqual } from '../oracle.ts'
import {
  AUTHORITY,
  keyBlob,
  KEYS,
  signedCertificate,
  sshString,
  sshStrings,
  uint32,
  uint64,
} from '../ssh/blobs.ts'

/** A text as the bytes that it stands for, one character a byte. */
function bytesOf(input: Input): Buffer {
  return Buffer.from(input as string, 'latin1')
}

function latin1(blob: Uint8Array): string {
  return Buffer.from(blob).toString('latin1')
}

const BYTES = [
  '\0\0\0\x01',
  '\0\0\0\x20',
  '\0\0\0\0',
  '\xff\xff\xff\xff',
  '\x80',
  '\x7f\xff\xff\xff',
]

/** What must hold for every key that was read. */
function ensureKey(key: PublicKey): void {
  const again = parseKeyBlob(key.blob)
  ensure(!isKeyFault(again) && again.equals(key), 'the canonical blob reads as another key')
  const line = parseKeyLine(formatKeyLine(key, 'c'))
  ensure(!isKeyFault(line) && line.key.equals(key), 'the line reads as another key')
  const { keys, faults } = importKeys(formatRfc4716(key, 'c'))
  ensure(faults.length === 0 && keys[0]?.key.equals(key) === true, 'RFC 4716 reads as another key')
  if (key.type !== 'ssh-dss') ensure(key.keyObject.type === 'public', 'a key that is none')
}

/** Blobs of public keys. */
export const SSH_KEY: FuzzFormat = {
  name: 'ssh-key',
  takesBytes: false,
  words: [...BYTES, 'ssh-ed25519', 'ssh-rsa', 'nistp256', 'nistp384', 'ssh:'],
  compose: (random) => latin1(keyBlob(random)),
  examine: (input) => {
    const key = parseKeyBlob(bytesOf(input))
    if (!isKeyFault(key)) ensureKey(key)
    else ensure(Object.hasOwn(KEY_FAULTS, key.fault), key.fault)
    return !isKeyFault(key)
  },
}

/** OpenSSH certificates. */
export const SSH_CERTIFICATE: FuzzFormat = {
  name: 'ssh-certificate',
  takesBytes: false,
  words: [...BYTES, 'ssh-ed25519-cert-v01@openssh.com', 'source-address', 'permit-pty', 'ann'],
  compose: (random) => latin1(signedCertificate(random)),
  examine: (input, random) => {
    const certificate = parseCertificateBlob(bytesOf(input))
    if ('fault' in certificate) {
      ensure(
        Object.hasOwn({ ...KEY_FAULTS, ...CERTIFICATE_FAULTS }, certificate.fault),
        certificate.fault,
      )
      return false
    }
    ensureKey(certificate.key)
    const authority = allow({ code: 'listed' })
    const now = BigInt(pick(random, [0, 1_750_000_000, 1_850_000_000]))
    const address = pick(random, ['192.0.2.7', '127.0.0.1', '::1', 'x', ''])
    const outcomes = (['strict', 'openssh'] as const).map((profile) => {
      const user = { authority, now, principals: ['ann'], address, profile }
      const host = { authority, now, name: 'a.example', profile }
      const decisions = [
        checkUserCertificate(certificate, user),
        checkHostCertificate(certificate, host),
      ]
      for (const decision of decisions) ensureDecision(decision, CERTIFICATE_CODES)
      ensure(
        decisions.some(({ outcome }) => outcome === 'deny'),
        'good for users and for hosts',
      )
      return decisions.map(({ outcome }) => outcome === 'allow')
    })
    const [strict = [], openssh = []] = outcomes
    ensure(
      strict.every((lets, at) => !lets || openssh[at] === true),
      'strict lets more in',
    )
    return true
  },
}

function certificateSection(random: Random): Buffer {
  const parts: readonly (() => Buffer)[] = [
    () => sshSection(0x20, Buffer.concat(several(random, 3, () => uint64(BigInt(random(9)))))),
    () => sshSection(0x21, Buffer.concat([uint64(BigInt(random(4))), uint64(BigInt(random(9)))])),
    () => sshSection(0x22, Buffer.concat([uint64(5n), sshString(Buffer.from([random(128), 3]))])),
    () => sshSection(0x23, sshStrings(several(random, 2, () => pick(random, ['id', ''])))),
    () => sshSection(random(64), Buffer.from('x')),
  ]
  const authority = random(3) === 0 ? '' : AUTHORITY.blob
  const sections = several(random, 3, () => pick(random, parts)())
  return Buffer.concat([sshStrings([authority, '']), ...sections])
}

function sshSection(type: number, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([type]), sshString(data)])
}

function composeList(random: Random): string {
  const sections = several(random, 3, () => {
    const kind = random(6)
    if (kind < 3) return sshSection(1, certificateSection(random))
    if (kind === 3) return sshSection(2, sshStrings(several(random, 2, () => keyBlob(random))))
    const length = kind === 4 ? 20 : 32
    return sshSection(kind === 4 ? 3 : 5, sshStrings([Buffer.alloc(length, random(9))]))
  })
  const head = [Buffer.from('SSHKRL\n\0'), uint32(1), uint64(1n), uint64(2n), uint64(0n)]
  return latin1(Buffer.concat([...head, sshStrings(['', 'comment']), ...sections]))
}

/** Key revocation lists. */
export const SSH_REVOCATION_LIST: FuzzFormat = {
  name: 'ssh-revocation-list',
  takesBytes: false,
  words: [...BYTES, 'SSHKRL\n\0', '\x01', '\x02', '\x20', '\x21', '\x22', '\x23'],
  compose: composeList,
  examine: (input, random) => {
    const list = parseRevocationList(bytesOf(input))
    if ('fault' in list) {
      ensure(Object.hasOwn({ ...KEY_FAULTS, ...REVOCATION_LIST_FAULTS }, list.fault), list.fault)
      return false
    }
    const certificate = parseCertificateBlob(signedCertificate(random))
    for (const key of [AUTHORITY, ...KEYS]) {
      const isRevoked = list.covers(key)
      if ('fault' in certificate || !isRevoked) continue
      const isIn = certificate.key.equals(key) || certificate.signatureKey.equals(key)
      ensure(!isIn || list.covers(certificate), 'a revoked key is good in a certificate')
    }
    ensureEqual(parseRevocationList(bytesOf(input)), list, 'the same list reads otherwise')
    return true
  },
}
