import { ConfigError } from '@gatehouse/core'

import { REVOCATION_LIST_FAULTS } from './codes.ts'
import type { RevocationList } from './model.ts'
import { parseRevocationList } from './parse.ts'
import { parseRevokedKeys } from './text.ts'

/** What an OpenSSH revocation list begins with. */
const MAGIC = Buffer.from('SSHKRL\n\0', 'latin1')

/**
 * Reads what `RevokedKeys` of sshd and `RevokedHostKeys` of ssh take: an OpenSSH revocation list, or keys line by line.
 *
 * @param file - What its errors call it.
 * @throws ConfigError for a list, ParseError for keys, of which a part cannot be read: what is revoked is not known.
 */
export function parseRevoked(bytes: Uint8Array, file: string): RevocationList {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) return parseRevokedKeys(bytes, { file })
  const list = parseRevocationList(bytes)
  if (!('fault' in list)) return list
  throw new ConfigError(`${REVOCATION_LIST_FAULTS[list.fault]} [${list.fault}]`, {
    source: { file },
  })
}
