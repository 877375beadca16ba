import { type KeyObject } from 'node:crypto'

import { type KeyFault } from './codes.ts'
import { fingerprintOf } from './fingerprint.ts'

/** Key types that are read, as they stand inside the blob. */
export const KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'ssh-dss',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
] as const

/**
 * Type of a public key. `ssh-dss` can be read, so that it can be shown and removed; OpenSSH 10.6 has dropped it,
 * and nothing here lets a login or a host pass with it.
 */
export type KeyType = (typeof KEY_TYPES)[number]

/** What a {@link PublicKey} is made of. */
export interface PublicKeyParts {
  /** Type inside the blob. */
  readonly type: KeyType
  /** Canonical blob. */
  readonly blob: Uint8Array
  /** Size in bits as `ssh-keygen -l` prints it. */
  readonly bits: number
  /** Application of a security key. */
  readonly application?: string
  /** Makes the node:crypto form; called at most once. */
  readonly importKey: () => KeyObject
}

/** A public key that was read strictly. Made by `parseKeyBlob`, `parseKeyFields` and `importKeys`. */
export class PublicKey {
  /** Type inside the blob. */
  readonly type: KeyType
  /** Canonical blob: the key written anew, so that two spellings of one key are the same bytes. */
  readonly blob: Uint8Array
  /** Size in bits as `ssh-keygen -l` prints it. */
  readonly bits: number
  /** What a security key signs for, usually `ssh:`. Only with the `sk-` types. */
  readonly application?: string
  readonly #importKey: () => KeyObject
  #keyObject: KeyObject | undefined
  #fingerprint: string | undefined

  constructor(parts: PublicKeyParts) {
    this.type = parts.type
    this.blob = parts.blob
    this.bits = parts.bits
    if (parts.application !== undefined) this.application = parts.application
    this.#importKey = parts.importKey
  }

  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOf(this.blob, 'sha256')
    return this.#fingerprint
  }

  /**
   * The key in node:crypto. Of a security key it is the key inside, whose signatures cover the application too.
   *
   * @throws Error of node:crypto for an `ssh-dss` key whose numbers make no key.
   */
  get keyObject(): KeyObject {
    this.#keyObject ??= this.#importKey()
    return this.#keyObject
  }

  /** Whether both are the same key: type, numbers and application. */
  equals(other: PublicKey): boolean {
    return Buffer.compare(this.blob, other.blob) === 0
  }
}

/** Whether reading ended in a fault. */
export function isKeyFault(value: object): value is KeyFault {
  return 'fault' in value
}
