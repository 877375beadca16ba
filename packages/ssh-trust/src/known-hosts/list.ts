import { type PublicKey } from '../key/model.ts'
import { fromByteText, toByteText } from '../text/bytes.ts'
import { splitText, withoutEnd } from './edit.ts'
import { readKey, splitLine, type HostMarker } from './line.ts'

/** A line of a known_hosts text that has a key. */
export interface ListedHostKey {
  /** Its number, from 1. */
  readonly line: number
  /** Its names as they are written: a list, patterns or a hashed name. Escape them before they are shown. */
  readonly names: string
  /** What it says of its key. */
  readonly marker: HostMarker
  /** The key, or the one inside its certificate. */
  readonly key: PublicKey
  /** Whether the line has a certificate. */
  readonly certified: boolean
}

/** Every line of a known_hosts text whose key can be read, in order; the others are passed over. */
export function listHostKeys(text: string | Uint8Array): readonly ListedHostKey[] {
  return splitText(toByteText(text)).flatMap((line, index) => {
    const fields = splitLine(withoutEnd(line))
    if (fields.kind !== 'fields') return []
    const read = readKey(fields)
    if (read.kind === 'void') return []
    const { marker, hosts } = fields
    const { key, certified } = read
    return [{ line: index + 1, names: fromByteText(hosts, ''), marker, key, certified }]
  })
}
