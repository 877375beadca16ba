import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { Secret } from '@gatehouse/core'

/** Whom a value is issued to and by. */
export interface ValueBinding {
  /** SHA-256 of the certificate that may sign with it, lower-case hexadecimal. */
  readonly certificate: string
  /** Identity of the receiver, as requests name it. */
  readonly audience: string
}

/** What a value says, once its authentication code is right. */
export interface OpenedValue {
  readonly id: string
  readonly end: number
  /** Whether it was issued for this certificate, and by this receiver. */
  readonly isOfCertificate: boolean
  readonly isOfAudience: boolean
}

/** Where each part of a value begins: random bytes, end, two tags of 128 bits, authentication code. */
const [END, CERTIFICATE, AUDIENCE, CODE, LENGTH] = [16, 22, 38, 54, 86] as const

/** Characters of a value in base64url. */
const CHARACTERS = 115

/** Marks what the key is used for, and the layout. */
const DOMAIN = Buffer.from('gatehouse single-use value 1\n')

/** Random bytes that make a value its own. */
export const RANDOM_BYTES = 16

/** Writes and opens values with one key. */
export class ValueForm {
  readonly #key: KeyObject
  /** The last audience and its tag: a receiver has one, or two around a renewal. */
  #audience = { name: '', tag: audienceTag('') }

  constructor(key: Secret<Uint8Array>) {
    this.#key = createSecretKey(key.expose())
  }

  /** Makes a value of random bytes, its end in milliseconds, and the binding. */
  write(random: Uint8Array, end: number, { certificate, audience }: ValueBinding): string {
    const bytes = Buffer.allocUnsafe(LENGTH)
    bytes.set(random.subarray(0, RANDOM_BYTES))
    bytes.writeUIntBE(end, END, 6)
    bytes.write(certificate.slice(0, 32), CERTIFICATE, 'hex')
    bytes.set(this.#tagOf(audience), AUDIENCE)
    bytes.set(this.#codeOf(bytes), CODE)
    return bytes.toString('base64url')
  }

  /** Opens a value. `undefined` when it was not made with this key. */
  open(value: string, { certificate, audience }: ValueBinding): OpenedValue | undefined {
    const bytes = this.#authenticated(value)
    if (bytes === undefined) return undefined
    return {
      ...contentOf(bytes),
      isOfCertificate: bytes.toString('hex', CERTIFICATE, AUDIENCE) === certificate.slice(0, 32),
      isOfAudience: bytes.subarray(AUDIENCE, CODE).equals(this.#tagOf(audience)),
    }
  }

  /** Opens a value without regard to whom it is for. */
  identify(value: string): { readonly id: string; readonly end: number } | undefined {
    const bytes = this.#authenticated(value)
    return bytes && contentOf(bytes)
  }

  #authenticated(value: string): Buffer | undefined {
    if (value.length !== CHARACTERS) return undefined
    const bytes = Buffer.from(value, 'base64url')
    const isWhole = bytes.length === LENGTH && bytes.toString('base64url') === value
    return isWhole && timingSafeEqual(this.#codeOf(bytes), bytes.subarray(CODE)) ? bytes : undefined
  }

  #codeOf(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(DOMAIN).update(bytes.subarray(0, CODE)).digest()
  }

  #tagOf(audience: string): Buffer {
    if (this.#audience.name !== audience) {
      this.#audience = { name: audience, tag: audienceTag(audience) }
    }
    return this.#audience.tag
  }
}

function contentOf(bytes: Buffer): { readonly id: string; readonly end: number } {
  return { id: bytes.toString('base64url', 0, RANDOM_BYTES), end: bytes.readUIntBE(END, 6) }
}

function audienceTag(audience: string): Buffer {
  return hash('sha256', audience, 'buffer').subarray(0, CODE - AUDIENCE)
}
