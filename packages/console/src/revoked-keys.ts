import { ConfigError } from '@gatehouse/core'
import {
  parseRevocationList,
  parseRevokedKeys,
  REVOCATION_LIST_FAULTS,
  type RevocationList,
} from '@gatehouse/ssh-trust'

/** What an OpenSSH revocation list begins with. */
const MAGIC = Buffer.from('SSHKRL\n\0', 'latin1')

/**
 * Reads a file of revoked keys: an OpenSSH revocation list, or keys line by line.
 *
 * @throws ConfigError, or ParseError for keys, when a part of it cannot be read: then what is revoked is not known.
 */
export function parseRevoked(bytes: Uint8Array, file: string): RevocationList {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) return parseRevokedKeys(bytes, { file })
  const list = parseRevocationList(bytes)
  if (!('fault' in list)) return list
  throw new ConfigError(`${REVOCATION_LIST_FAULTS[list.fault]} [${list.fault}]`, {
    source: { file },
  })
}
