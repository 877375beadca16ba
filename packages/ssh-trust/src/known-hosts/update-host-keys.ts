import { type PublicKey } from '../key/model.ts'
import { lowerCase, toByteText } from '../text/bytes.ts'
import { isStricter, type HostProfile } from './profile.ts'
import {
  edited,
  hasName,
  isPattern,
  splitText,
  withoutEnd,
  withoutName,
  type Edited,
} from './edit.ts'
import { entryLine } from './entry-line.ts'
import { readKey, splitLine, type LineFields } from './line.ts'
import { isWritable, lookupName, type HostName } from './names.ts'

/** Why the keys that a host announces are not taken over; the text is as it was. */
export const ROTATION_REFUSALS = {
  /** Nothing to do: the host announced no key. */
  'no-keys': 'the host announces no key',
  /** Look what the host does: none has so many keys. */
  'too-many-keys': 'the host announces more than 64 keys',
  /** Connect by a name without pattern, blank, quote or comma. */
  'name-not-writable': 'the name has characters that mean something else in a line',
  /** Nothing to do: the host was trusted by certificate, another file or the bare name; those are kept by hand. */
  'not-trusted-here':
    'no plain line of this text has the name and the key that the host was trusted by',
  /** Edit the file by hand: a marker, a pattern or a list of three names covers the host. */
  'host-is-complex': 'a marker, a pattern or a list of more than two names covers the host',
  /** Edit the file by hand: the host has several names, and they would come apart. */
  'key-under-other-name': 'one of the keys stands under another name too',
} as const

/** A code of {@link ROTATION_REFUSALS}. */
export type RotationRefusal = keyof typeof ROTATION_REFUSALS

/** Most keys that a host may announce: each is compared with every line. */
const MAX_ANNOUNCED_KEYS = 64

/** What a host announced, and how it was trusted. */
export interface HostKeyUpdate extends HostName {
  /** The key that this connection's host was authenticated by. */
  readonly authenticatedKey: PublicKey
  /** All keys that the host says it has, for each of which it has PROVED that it owns it. */
  readonly serverKeys: readonly PublicKey[]
}

/** How announced keys are written. */
export interface HostKeyUpdateOptions {
  /** Default `strict`. */
  readonly profile?: HostProfile
  /** Hashes new names: gives 20 random bytes at each call. Default: names are written plain. */
  readonly salt?: () => Uint8Array
}

interface Place {
  readonly index: number
  readonly fields: LineFields
  readonly key: PublicKey
  readonly certified: boolean
  readonly matches: boolean
}

/**
 * Takes over the keys that a host announces after it was authenticated (`hostkeys-00@openssh.com`): adds the
 * new ones, and removes those of the host that it no longer has.
 *
 * Does NOT check the proofs. Does nothing where the text shows that a person has arranged the host's lines.
 *
 * @see draft-miller-sshm-hostkey-update; `UpdateHostKeys` in ssh_config(5), OpenSSH 10.6
 */
export function updateHostKeys<Text extends string | Uint8Array>(
  text: Text,
  update: HostKeyUpdate,
  { profile = 'strict', salt }: HostKeyUpdateOptions = {},
): Edited<Text, RotationRefusal> {
  const names = lookupName(update)
  const { authenticatedKey } = update
  if (update.serverKeys.length > MAX_ANNOUNCED_KEYS) {
    return { text, changed: false, refused: 'too-many-keys' }
  }
  const serverKeys = withoutRepeats(update.serverKeys)
  if (serverKeys.length === 0) return { text, changed: false, refused: 'no-keys' }
  if (names === undefined || !isWritable(names)) {
    return { text, changed: false, refused: 'name-not-writable' }
  }
  const { name } = names
  const lines = splitText(toByteText(text))
  const places = placesOf(lines, name)
  const own = places.filter(({ matches }) => matches)
  const added = serverKeys.filter((key) => !own.some((place) => place.key.equals(key)))
  const stale = own.filter(({ key }) => !serverKeys.some((kept) => kept.equals(key)))
  const refused = refusalOf(places, authenticatedKey, [
    ...serverKeys,
    ...stale.map(({ key }) => key),
  ])
  if (refused !== undefined) return { text, changed: false, refused }
  const precise = isStricter(profile, 'removal-is-name-precise')
  for (const { index, fields } of stale) {
    lines[index] = precise ? withoutName(lines[index] as string, fields, lowerCase(name)) : ''
  }
  const written = added.map((key) => toByteText(entryLine(name, key, salt?.())))
  return edited(text, lines, written)
}

function refusalOf(
  places: readonly Place[],
  authenticatedKey: PublicKey,
  keys: readonly PublicKey[],
): RotationRefusal | undefined {
  const own = places.filter(({ matches }) => matches)
  if (own.some(isComplex)) return 'host-is-complex'
  if (!own.some(({ key }) => key.equals(authenticatedKey))) return 'not-trusted-here'
  const elsewhere = places.some(
    (place) => !place.matches && keys.some((key) => key.equals(place.key)),
  )
  return elsewhere ? 'key-under-other-name' : undefined
}

/** As OpenSSH has it, and also for every negation and every certificate. */
function isComplex({ fields: { marker, hosts }, certified }: Place): boolean {
  return certified || marker !== 'none' || isPattern(hosts) || hosts.split(',').length > 2
}

function placesOf(lines: readonly string[], name: string): Place[] {
  return lines.flatMap((line, index) => {
    const fields = splitLine(withoutEnd(line))
    if (fields.kind !== 'fields') return []
    const read = readKey(fields)
    if (read.kind === 'void') return []
    const { key, certified } = read
    return [{ index, fields, key, certified, matches: hasName(fields.hosts, name) }]
  })
}

function withoutRepeats(keys: readonly PublicKey[]): PublicKey[] {
  return keys.filter((key, index) => keys.findIndex((other) => other.equals(key)) === index)
}
