import { isNoPolicy, type LineSource, type NoPolicy } from '@gatehouse/core'
import { type RevocationList } from '../revocation-list/model.ts'
import { lookupName, type HostName } from './names.ts'
import { isStricter } from './profile.ts'
import { type HostEntry, type KnownHosts } from './store.ts'

/** What {@link whoCanBe} heeds beside the files, as `decideHostKey` does. */
export interface WhoCanBeOptions {
  /** Revoked keys; a list that cannot be had lets nothing pass. Default: no list. */
  readonly revoked?: RevocationList | NoPolicy
  /** Fewest bits of an RSA key. Default 1024. */
  readonly minRsaBits?: number
}

/** One key that passes as a host, or whose certificates do. */
export interface HostHolder {
  /** `key`: the host's own; `authority`: every certificate of it that names the host passes. */
  readonly as: 'key' | 'authority'
  /** Fingerprint of the key. */
  readonly fingerprint: string
  /** Type of the key. */
  readonly type: string
  /** The lines that say so. */
  readonly sources: readonly LineSource[]
  /** Whether they have the name without the port. */
  readonly viaBareHost: boolean
}

/**
 * Lists which keys pass as a host without being new: those that `decideHostKey` accepts under `never`, and the
 * authorities whose certificates it may accept.
 *
 * What an authority has signed is not known here, and neither are keys on a list that are certificates' own.
 */
export function whoCanBe(
  host: HostName,
  store: KnownHosts | NoPolicy,
  { revoked, minRsaBits = 1024 }: WhoCanBeOptions = {},
): HostHolder[] {
  const names = lookupName(host)
  if (isNoPolicy(store) || names === undefined) return []
  if (revoked !== undefined && isNoPolicy(revoked)) return []
  const own = store.entries(names.name)
  const bare = names.bareName === undefined ? [] : store.entries(names.bareName)
  const isBareFinal = isStricter(store.profile, 'bare-revocation-is-final')
  const revokedOwn = revokedBy(own)
  const revokedBare = revokedBy(bare)
  const holders = new Map<string, HostHolder & { readonly sources: LineSource[] }>()
  const add = (entries: readonly HostEntry[], viaBareHost: boolean): void => {
    for (const entry of entries) {
      const { marker, key, source } = entry
      const { fingerprint, type } = key
      if (marker === 'revoked' || revokedOwn.has(fingerprint)) continue
      if ((viaBareHost || isBareFinal) && revokedBare.has(fingerprint)) continue
      if (revoked?.covers(key) === true) continue
      const as = marker === 'none' ? 'key' : 'authority'
      const isShort = type === 'ssh-rsa' && key.bits < minRsaBits
      if (as === 'key' && (entry.certified || isShort)) continue
      const id = `${as} ${fingerprint}`
      const holder = holders.get(id)
      if (holder === undefined) {
        holders.set(id, { as, fingerprint, type, sources: [source], viaBareHost })
      } else if (holder.viaBareHost === viaBareHost) holder.sources.push(source)
    }
  }
  add(own, false)
  const hasOwnKeys = own.some(({ marker }) => marker === 'none')
  add(hasOwnKeys ? bare.filter(({ marker }) => marker !== 'none') : bare, true)
  return [...holders.values()]
}

function revokedBy(entries: readonly HostEntry[]): ReadonlySet<string> {
  const revoking = entries.filter(({ marker }) => marker === 'revoked')
  return new Set(revoking.map(({ key }) => key.fingerprint))
}
