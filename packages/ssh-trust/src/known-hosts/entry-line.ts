import { type PublicKey } from '../key/model.ts'
import { hashName } from './names.ts'

/**
 * One line of known_hosts, without a line end.
 *
 * @param name - As {@link lookupName} makes it, and writable.
 * @param salt - Hashes the name. Default: it is written plain.
 */
export function entryLine(name: string, key: PublicKey, salt?: Uint8Array): string {
  const written =
    salt === undefined ? Buffer.from(name, 'latin1').toString('utf8') : hashName(name, salt)
  return `${written} ${key.type} ${Buffer.from(key.blob).toString('base64')}`
}
