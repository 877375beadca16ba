import type { PublicKey } from '../key/model.ts'
import { decideHostKey } from '../known-hosts/decide.ts'
import { edited, hasName, isPattern, splitText, type Edited } from '../known-hosts/edit.ts'
import { readKey, splitLine } from '../known-hosts/line.ts'
import { lookupName, type HostName } from '../known-hosts/names.ts'
import type { KnownHosts } from '../known-hosts/store.ts'
import { toByteText } from '../text/bytes.ts'
import type { WriteRefusal } from './file-edit.ts'

/** Whether a plain line of the host has this very key. */
export function knowsKey(store: KnownHosts, host: HostName, key: PublicKey): boolean {
  const names = lookupName(host)
  const entries = names === undefined ? [] : store.entries(names.name)
  return entries.some(
    (entry) => entry.marker === 'none' && !entry.certified && entry.key.equals(key),
  )
}

/** Adds the lines of a first connection, unless the host is no longer new. */
export function writeNewHost(
  text: Uint8Array,
  lines: readonly string[],
  host: HostName,
  now: KnownHosts,
): Edited<Uint8Array, WriteRefusal> {
  const keys = lines.map((line) => keyOfHost(line, host))
  const refuse = (refused: WriteRefusal): Edited<Uint8Array, WriteRefusal> => ({
    text,
    changed: false,
    refused,
  })
  const missing: string[] = []
  for (const [index, key] of keys.entries()) {
    if (key === undefined) return refuse('line-not-of-host')
    const { status, wouldWrite } = decideHostKey({ ...host, key }, now)
    if (wouldWrite.length > 0) missing.push(toByteText(lines[index] as string))
    else if (status !== 'ok') return refuse('host-not-new')
  }
  return edited(text, splitText(toByteText(text)), missing)
}

/** The key of a line that has the host's name and nothing else. */
function keyOfHost(line: string, host: HostName): PublicKey | undefined {
  const names = lookupName(host)
  const bytes = toByteText(line)
  const fields = splitLine(bytes)
  if (names === undefined || fields.kind !== 'fields' || /[\n\r]/u.test(bytes)) return undefined
  const { marker, hosts } = fields
  const isName = !hosts.includes(',') && !isPattern(hosts) && hasName(hosts, names.name)
  const read = readKey(fields)
  if (marker !== 'none' || !isName || read.kind === 'void' || read.certified) return undefined
  return read.key
}
