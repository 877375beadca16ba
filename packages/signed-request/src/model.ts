import type { KeyObject } from 'node:crypto'
import type { Decision } from '@gatehouse/core'

/** Header fields as they came or as they are to be sent: names as spelled, the order kept, none joined. */
export type Fields = readonly (readonly [name: string, value: string])[]

/** A request of HTTP/1.1 as it came, before anything in it is believed. */
export interface RequestMessage {
  /** Method as sent, such as `POST`. */
  readonly method: string
  /** Scheme of the listener that took it. */
  readonly scheme: 'https' | 'http'
  /** Target in origin form as sent: path, and query if there is one. */
  readonly target: string
  /** Header fields as they came, `Host` among them. */
  readonly fields: Fields
  /** The whole body. */
  readonly body: Uint8Array
}

/** What a signed request is for; one that is made for one purpose is refused for every other. */
export type Purpose = 'task' | 'login' | 'call'

/** Whose signature is asked for: the certificate, its key, and what is thought of it. */
export interface Signer {
  /** SHA-256 of the certificate's DER form, lower-case hexadecimal. */
  readonly sha256: string
  /** Public key of the certificate. */
  readonly publicKey: KeyObject
  /** Whether the certificate is trusted as that of a console. The verdict of another model. */
  readonly decision: Decision
}

/** A request that is to be signed. */
export interface UnsignedRequest {
  /** Method, upper case. */
  readonly method: string
  readonly scheme: 'https' | 'http'
  /** Value of `host`: lower case, with the port where it is not that of the scheme. */
  readonly authority: string
  /** Target in origin form: path, and query if there is one. */
  readonly target: string
  /** The whole body, JSON. */
  readonly body: Uint8Array
}
