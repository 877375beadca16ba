import { createHmac, type KeyObject } from 'node:crypto'
import { encodeOperation, type Operation } from '@gatehouse/hawk-trusted/plug-in'

/** Bytes of a single-use value: 128 random bits do not meet twice. */
export const NONCE_BYTES = 16
/** Bytes of a code of HMAC with SHA-256. */
export const CODE_BYTES = 32
const TIME_BYTES = 8
const LENGTH_BYTES = 2

/** Who asks, when, and a value that is used once. */
export interface Stamp {
  readonly user: string
  /** Instant at the console, in milliseconds since 1970. */
  readonly time: number
  readonly nonce: Uint8Array
}

/** An identification: a stamp, and the code that binds it to one operation. */
export interface Identification extends Stamp {
  readonly code: Uint8Array
}

/** Separates these codes from all others that somebody may make with the same key. */
const LABEL = Buffer.from('shared-key policy, version 1\n')

/** The code of a stamp and an operation. Each part has a fixed length or comes last. */
export function codeOf(key: KeyObject, stamp: Stamp, operation: Operation): Buffer {
  const head = stampBytes(stamp)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt16BE(head.length)
  const parts = [LABEL, length, head, encodeOperation(operation)]
  return createHmac('sha256', key).update(Buffer.concat(parts)).digest()
}

function stampBytes({ user, time, nonce }: Stamp): Buffer {
  const at = Buffer.alloc(TIME_BYTES)
  at.writeBigUInt64BE(BigInt(time))
  return Buffer.concat([nonce, at, Buffer.from(user)])
}

/** The bytes of an identification: code, nonce, time, user. */
export function writeIdentification({ code, ...stamp }: Identification): Buffer {
  return Buffer.concat([code, stampBytes(stamp)])
}

/** Reads an identification; undefined when the bytes are none. */
export function readIdentification(bytes: Uint8Array): Identification | undefined {
  const buffer = Buffer.from(bytes)
  const userAt = CODE_BYTES + NONCE_BYTES + TIME_BYTES
  const name = buffer.subarray(userAt)
  const user = name.toString()
  const time = buffer.length > userAt ? buffer.readBigUInt64BE(userAt - TIME_BYTES) : undefined
  if (time === undefined || time > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  // A name that does not come back as the same bytes was not UTF-8.
  if (!Buffer.from(user).equals(name)) return undefined
  return {
    code: buffer.subarray(0, CODE_BYTES),
    nonce: buffer.subarray(CODE_BYTES, CODE_BYTES + NONCE_BYTES),
    time: Number(time),
    user,
  }
}

/** One message of an identification and an operation. */
export function joinMessage(id: Uint8Array, operation: Operation): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt16BE(id.length)
  return Buffer.concat([length, id, encodeOperation(operation)])
}

/** The two parts of a message; what is too short gives parts that nobody can read. */
export function splitMessage(packed: Uint8Array): { id: Uint8Array; operation: Uint8Array } {
  const message = Buffer.from(packed)
  const end = message.length < LENGTH_BYTES ? 0 : LENGTH_BYTES + message.readUInt16BE()
  return { id: message.subarray(LENGTH_BYTES, end), operation: message.subarray(end) }
}
