import { createHash } from 'node:crypto'

import type { SshCertificate } from '../certificate/model.ts'
import type { PublicKey } from '../key/model.ts'
import { SerialSet, type SerialBitmap, type SerialRange } from './serials.ts'

/** Certificates that one authority, or any, has revoked. */
export interface RevokedCertificates {
  /** Ranges of serial numbers; a single one is a range of itself. */
  readonly ranges: readonly SerialRange[]
  /** Bitmaps of serial numbers. */
  readonly bitmaps: readonly SerialBitmap[]
  /** Key ids, compared literally. */
  readonly keyIds: readonly string[]
}

/** What a {@link RevocationList} is made of. Bytes are in base64, so that they can be looked up. */
export interface RevocationListParts {
  /** Number of the list, for people; 0 when there is none. */
  readonly version: bigint
  /** When it was made, in seconds since 1970, UTC; 0 when it is not said. */
  readonly generatedAt: bigint
  /** Comment of whoever made it; escape it before you print it. */
  readonly comment: string
  /** Blobs of plain keys. */
  readonly keys: ReadonlySet<string>
  /** SHA-1 of blobs. */
  readonly sha1: ReadonlySet<string>
  /** SHA-256 of blobs. */
  readonly sha256: ReadonlySet<string>
  /** By the blob of the authority; under the empty text what is revoked of every authority. */
  readonly certificates: ReadonlyMap<string, RevokedCertificates>
}

/** What on a list revokes a key or certificate. */
export type RevokedBy = 'key' | 'sha1' | 'sha256' | 'key-id' | 'serial'

/** Why a key or certificate is revoked. */
export interface Revocation {
  /** What on the list it is. */
  readonly by: RevokedBy
  /** Whether the authority's key is revoked, and not the one asked for. */
  readonly ofAuthority: boolean
}

/** Revoked keys and certificates: an OpenSSH KRL, or a list of keys. Not trusted to be recent: see `generatedAt`. */
export class RevocationList {
  /** Number of the list, for people; 0 when there is none. */
  readonly version: bigint
  /** When it was made, in seconds since 1970, UTC; 0 when it is not said. */
  readonly generatedAt: bigint
  /** Comment of whoever made it; escape it before you print it. */
  readonly comment: string
  readonly #parts: RevocationListParts
  readonly #serials: ReadonlyMap<string, SerialSet>
  readonly #keyIds: ReadonlyMap<string, ReadonlySet<string>>

  constructor(parts: RevocationListParts) {
    this.version = parts.version
    this.generatedAt = parts.generatedAt
    this.comment = parts.comment
    this.#parts = parts
    const entries = [...parts.certificates]
    this.#serials = new Map(
      entries.map(([by, { ranges, bitmaps }]) => [by, new SerialSet(ranges, bitmaps)]),
    )
    this.#keyIds = new Map(entries.map(([by, { keyIds }]) => [by, new Set(keyIds)]))
  }

  /**
   * Whether a key or certificate is revoked. A revoked key revokes its certificates, a revoked authority all of
   * its, a revoked certificate nothing but itself.
   */
  covers(subject: PublicKey | SshCertificate): boolean {
    return this.find(subject) !== undefined
  }

  /** As {@link covers}, with the first reason found: the key's own before the certificate's and the authority's. */
  find(subject: PublicKey | SshCertificate): Revocation | undefined {
    if (!('signatureKey' in subject)) return this.#key(subject, false)
    return (
      this.#key(subject.key, false) ??
      this.#certificate(subject, base64(subject.signatureKey.blob)) ??
      this.#certificate(subject, '') ??
      this.#key(subject.signatureKey, true)
    )
  }

  #key({ blob }: PublicKey, ofAuthority: boolean): Revocation | undefined {
    const { keys, sha1, sha256 } = this.#parts
    if (keys.has(base64(blob))) return { by: 'key', ofAuthority }
    for (const [by, hashes] of [['sha1', sha1] as const, ['sha256', sha256] as const]) {
      if (hashes.size === 0) continue
      if (hashes.has(createHash(by).update(blob).digest('base64'))) return { by, ofAuthority }
    }
    return undefined
  }

  #certificate({ keyId, serial }: SshCertificate, authority: string): Revocation | undefined {
    if (this.#keyIds.get(authority)?.has(keyId) === true)
      return { by: 'key-id', ofAuthority: false }
    const isRevoked = this.#serials.get(authority)?.has(serial) === true
    return isRevoked ? { by: 'serial', ofAuthority: false } : undefined
  }
}

/** How bytes are looked up in {@link RevocationListParts}. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
