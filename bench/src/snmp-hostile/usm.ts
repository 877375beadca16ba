import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import type { Level } from '@gatehouse/snmp-access'
import { elements, exactly, int, only, signed, tlv, Unreadable } from './ber.ts'

/** A user as RFC 3414, 3826 and 7860 have it, with keys derived here. */
export interface Known {
  readonly name: string
  readonly auth?: { readonly protocol: 'SHA-256' | 'SHA-512'; readonly passphrase: string }
  readonly priv?: { readonly protocol: 'AES' | 'AES-256'; readonly passphrase: string }
}

/** Keys of a user for one engine. */
export interface Keys {
  readonly hash: 'sha256' | 'sha512'
  readonly digestLength: number
  readonly auth: Buffer
  readonly cipher: 'aes-128-cfb' | 'aes-256-cfb'
  readonly priv: Buffer
}

const cached = new Map<string, Keys>()

/** The keys, `undefined` for a user without a digest. */
export function keysOf(user: Known, engineId: Uint8Array): Keys | undefined {
  if (user.auth === undefined) return undefined
  const key = `${user.name} ${Buffer.from(engineId).toString('hex')}`
  const known = cached.get(key)
  if (known !== undefined) return known
  const isShort = user.auth.protocol === 'SHA-256'
  const hash = isShort ? 'sha256' : 'sha512'
  const derive = (passphrase: string): Buffer => {
    const repeated = Buffer.alloc(2 ** 20, passphrase)
    const master = createHash(hash).update(repeated).digest()
    return createHash(hash)
      .update(Buffer.concat([master, engineId, master]))
      .digest()
  }
  const isWide = user.priv?.protocol === 'AES-256'
  const keys: Keys = {
    hash,
    digestLength: isShort ? 24 : 48,
    auth: derive(user.auth.passphrase),
    cipher: isWide ? 'aes-256-cfb' : 'aes-128-cfb',
    priv: derive(user.priv?.passphrase ?? '-').subarray(0, isWide ? 32 : 16),
  }
  cached.set(key, keys)
  return keys
}

/** The header of a version 3 message, every field as it is to be written. */
export interface Header {
  readonly messageId: number
  readonly maxSize: number
  readonly flags: number
  /** Octets in the place of the one that the flags are. */
  readonly moreFlags?: readonly number[]
  readonly securityModel: number
  readonly engineId: Uint8Array
  readonly boots: number
  readonly time: number
  readonly user: Uint8Array
}

/** A version 3 message; what it holds may be anything. Signed and encrypted as its flags say, where there are keys. */
export function seal(header: Header, scoped: Uint8Array, keys: Keys | undefined): Buffer {
  const { flags, boots, time } = header
  const salt = (flags & 2) !== 0 ? Buffer.from('0102030405060708', 'hex') : Buffer.alloc(0)
  const isSealed = (flags & 2) !== 0
  const payload = isSealed
    ? tlv(4, keys === undefined ? scoped : encrypt(scoped, keys, boots, time, salt))
    : scoped
  const digestLength = (flags & 1) !== 0 ? (keys?.digestLength ?? 12) : 0
  const parametersWith = (digest: Uint8Array): Buffer =>
    tlv(
      0x30,
      tlv(4, header.engineId),
      int(boots),
      int(time),
      tlv(4, header.user),
      tlv(4, digest),
      tlv(4, salt),
    )
  const messageWith = (digest: Uint8Array): Buffer =>
    tlv(
      0x30,
      int(3),
      tlv(
        0x30,
        int(header.messageId),
        int(header.maxSize),
        tlv(4, header.moreFlags ?? [flags & 0xff]),
        int(header.securityModel),
      ),
      tlv(4, parametersWith(digest)),
      payload,
    )
  const blank = messageWith(Buffer.alloc(digestLength))
  if (keys === undefined || digestLength === 0) return blank
  return messageWith(digestOver(blank, keys))
}

/** Signs octets anew where a digest of the user's length stands in them; others stay as they are. */
export function signAgain(octets: Buffer, keys: Keys): Buffer {
  try {
    const { at } = digestIn(octets)
    const copy = Buffer.from(octets)
    copy.fill(0, at, at + keys.digestLength)
    digestOver(copy, keys).copy(copy, at)
    return copy
  } catch {
    return octets
  }
}

function digestIn(octets: Buffer): { readonly at: number; readonly length: number } {
  const message = only(octets)
  const parameters = elements(message.contents)[2]
  const inner = parameters && only(parameters.contents)
  const digest = inner && elements(inner.contents)[4]
  if (parameters === undefined || inner === undefined || digest === undefined) {
    throw new Unreadable('no digest')
  }
  const at = message.at + parameters.at + inner.at + digest.at
  return { at, length: digest.contents.length }
}

function digestOver(blank: Buffer, keys: Keys): Buffer {
  const digest = createHmac(keys.hash, keys.auth).update(blank).digest()
  return digest.subarray(0, keys.digestLength)
}

function encrypt(plain: Uint8Array, keys: Keys, boots: number, time: number, salt: Buffer): Buffer {
  return createCipheriv(keys.cipher, keys.priv, start(boots, time, salt)).update(plain)
}

function start(boots: number, time: number, salt: Buffer): Buffer {
  const clock = Buffer.alloc(8)
  clock.writeInt32BE(boots | 0, 0)
  clock.writeInt32BE(time | 0, 4)
  return Buffer.concat([clock, salt])
}

/** A version 3 message as read, nothing of it proven. */
export interface Sealed extends Header {
  readonly engineId: Buffer
  readonly user: Buffer
  readonly level: Level
  readonly isReportable: boolean
  readonly digest: { readonly at: number; readonly length: number }
  readonly salt: Buffer
  readonly payload: Buffer
  readonly octets: Buffer
}

/** Reads the header (RFC 3412 section 6, RFC 3414 section 2.4). @throws Unreadable for what is to be dropped. */
export function readSealed(octets: Buffer): Sealed {
  const [version, global, parameters, payload, ...rest] = elements(only(octets).contents)
  if (version === undefined || global?.tag !== 0x30 || parameters?.tag !== 4) fail()
  if (payload === undefined || rest.length > 0) fail()
  const [id, size, flags, model] = exactly(global.contents, [2, 2, 4, 2])
  const [messageId, maxSize, securityModel] = [signed(id), signed(size), signed(model)]
  if (messageId < 0 || maxSize < 484 || securityModel !== 3 || flags.contents.length !== 1) fail()
  const flag = flags.contents[0] as number
  if ((flag & 3) === 2) fail()
  const [sequence] = exactly(parameters.contents, [0x30])
  const [engine, boots, time, user, , salt] = exactly(sequence.contents, [4, 2, 2, 4, 4, 4])
  const { length } = engine.contents
  const isEngine = length === 0 || (length >= 5 && length <= 32)
  if (signed(boots) < 0 || signed(time) < 0 || !isEngine || user.contents.length > 32) fail()
  const level = (flag & 2) !== 0 ? 'authPriv' : (flag & 1) !== 0 ? 'authNoPriv' : 'noAuthNoPriv'
  if (payload.tag !== (level === 'authPriv' ? 4 : 0x30)) fail()
  return {
    messageId,
    maxSize,
    flags: flag,
    securityModel,
    engineId: engine.contents,
    boots: signed(boots),
    time: signed(time),
    user: user.contents,
    level,
    isReportable: (flag & 4) !== 0,
    digest: digestIn(octets),
    salt: salt.contents,
    payload: level === 'authPriv' ? payload.contents : payload.whole,
    octets,
  }
}

function fail(): never {
  throw new Unreadable('no message of version 3')
}

/** Whether the digest is that of the user. */
export function isSigned({ octets, digest }: Sealed, keys: Keys): boolean {
  if (digest.length !== keys.digestLength) return false
  const blank = Buffer.from(octets)
  blank.fill(0, digest.at, digest.at + digest.length)
  return digestOver(blank, keys).equals(octets.subarray(digest.at, digest.at + digest.length))
}

/** The scoped PDU of an authPriv message. @throws Unreadable for a salt of another length. */
export function decrypt({ payload, salt, boots, time }: Sealed, keys: Keys): Buffer {
  if (salt.length !== 8) throw new Unreadable('salt')
  return createDecipheriv(keys.cipher, keys.priv, start(boots, time, salt)).update(payload)
}
