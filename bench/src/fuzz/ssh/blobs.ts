import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { fromKeyObject, isKeyFault, parseKeyBlob, type PublicKey } from '@gatehouse/ssh-trust'
import type { Random } from '../../random.ts'
import { pick, several } from '../format.ts'

/** A string of RFC 4251: four bytes of length before it. */
export function sshString(data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** Four bytes, the highest first. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Eight bytes, the highest first. */
export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** Strings one after the other. */
export function sshStrings(items: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(items.map(sshString))
}

/** The same key in every run, so that a seed stays one. */
function ed25519(seed: number): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex')
  const key = Buffer.concat([head, Buffer.alloc(32, seed)])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

function publicOf(key: KeyObject): PublicKey {
  const found = fromKeyObject(createPublicKey(key))
  if (isKeyFault(found)) throw new TypeError(found.fault)
  return found
}

const AUTHORITY_KEY = ed25519(1)
/** Signs certificates. */
export const AUTHORITY: PublicKey = publicOf(AUTHORITY_KEY)
/** Keys of hosts and users. */
export const KEYS: readonly PublicKey[] = [2, 3].map((seed) => publicOf(ed25519(seed)))

const POINT = Buffer.concat([
  Buffer.from([4]),
  Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex'),
  Buffer.from('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5', 'hex'),
])
const MODULUS = Buffer.concat([Buffer.from([0, 0xc3]), Buffer.alloc(255, 0x5b)])

/** Blobs of every kind of key, some of which no key has. */
const BLOBS: readonly Buffer[] = [
  ...[AUTHORITY, ...KEYS].map(({ blob }) => Buffer.from(blob)),
  sshStrings(['ecdsa-sha2-nistp256', 'nistp256', POINT]),
  sshStrings(['ssh-rsa', Buffer.from([1, 0, 1]), MODULUS]),
  sshStrings(['ssh-rsa', Buffer.from([3]), Buffer.concat([Buffer.from([0]), MODULUS])]),
  sshStrings(['sk-ssh-ed25519@openssh.com', KEYS[0]?.blob.subarray(-32) ?? '', 'ssh:']),
  sshStrings(['sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', POINT, 'ssh:']),
  sshStrings(['ecdsa-sha2-nistp384', 'nistp256', POINT]),
  sshStrings(['ssh-ed25519', Buffer.alloc(32)]),
  sshStrings(['ssh-ed25519', Buffer.alloc(31, 1)]),
]

/** The blob of a key, more or less. */
export function keyBlob(random: Random): Buffer {
  return pick(random, BLOBS)
}

/** A line with a key that can be read. */
export const KEY_LINES: readonly string[] = BLOBS.flatMap((blob) => {
  const key = parseKeyBlob(blob)
  return isKeyFault(key) ? [] : [`${key.type} ${Buffer.from(key.blob).toString('base64')}`]
})

const OPTIONS: readonly (readonly [string, string | Uint8Array])[] = [
  ['force-command', sshString('true')],
  ['source-address', sshString('192.0.2.0/24,::1')],
  ['source-address', sshString('127.1')],
  ['source-address', sshString('')],
  ['verify-required', ''],
  ['permit-pty', ''],
  ['permit-pty', 'x'],
  ['permit-port-forwarding', ''],
  ['no-touch-required', ''],
  ['zz@example.com', ''],
]

const TIMES: readonly bigint[] = [
  0n,
  1_700_000_000n,
  1_800_000_000n,
  1_900_000_000n,
  2n ** 64n - 1n,
]

/** A certificate that its authority has signed, whatever is in it. */
export function signedCertificate(random: Random): Buffer {
  const options = (): Buffer => {
    const found = several(random, 3, () => pick(random, OPTIONS))
    if (random(2) === 0) found.sort(([one], [other]) => (one < other ? -1 : 1))
    return sshStrings(found.flatMap(([name, value]) => [name, value]))
  }
  const names = several(random, 3, () => pick(random, ['ann', 'a.example', '*', 'a?example', '']))
  const body = Buffer.concat([
    sshStrings([
      pick(
        random,
        ['ssh-ed25519-cert-v01@openssh.com', 'ssh-ed25519', 'ssh-rsa-cert-v01@openssh.com'].slice(
          0,
          random(8) === 0 ? 3 : 1,
        ),
      ),
      'nonce',
      KEYS[0]?.blob.subarray(-32) ?? '',
    ]),
    uint64(BigInt(random(9))),
    uint32(random(16) === 0 ? 3 : 1 + random(2)),
    sshString(pick(random, ['id', '', 'i\u0000d'])),
    sshString(sshStrings(names)),
    uint64(pick(random, TIMES)),
    uint64(pick(random, TIMES)),
    sshString(options()),
    sshString(options()),
    sshString(random(16) === 0 ? 'reserved' : ''),
    sshString(AUTHORITY.blob),
  ])
  const signature = sshStrings(['ssh-ed25519', sign(null, body, AUTHORITY_KEY)])
  return Buffer.concat([body, sshString(signature)])
}
