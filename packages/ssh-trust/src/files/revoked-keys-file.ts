import { MAX_POLICY_BYTES, noPolicy, type NoPolicy } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'

import { parseRevoked } from '../revocation-list/either.ts'
import type { RevocationList } from '../revocation-list/model.ts'

/** Which file of revoked keys is read. */
export interface RevokedKeysPlace {
  /** Where the file is. */
  readonly path: string
  /** Largest file, in bytes. Default 16 MiB. */
  readonly maxBytes?: number
  /** Makes the list of the bytes. Default `parseRevoked`; another may give that again which it made before. */
  readonly parse?: typeof parseRevoked
}

/**
 * Reads a file of revoked keys, in either form.
 *
 * @returns The list, or a `NoPolicy`: whoever gets that must refuse every key. Never throws for what is there.
 */
export async function loadRevokedKeys({
  path,
  maxBytes = MAX_POLICY_BYTES,
  parse = parseRevoked,
}: RevokedKeysPlace): Promise<RevocationList | NoPolicy> {
  const read = await readBounded(path, maxBytes)
  if ('failure' in read) return noPolicy(`policy-${read.failure}`, path)
  try {
    return parse(read.bytes, path)
  } catch {
    return noPolicy('policy-malformed', path)
  }
}
