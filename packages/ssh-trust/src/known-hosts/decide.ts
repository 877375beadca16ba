import {
  allow,
  deny,
  isNoPolicy,
  type Decision,
  type LineSource,
  type NoPolicy,
  type Reason,
  type Reasons,
} from '@gatehouse/core'
import { type RevocationList } from '../revocation-list/model.ts'
import { type HostCode } from './codes.ts'
import { isStricter } from './profile.ts'
import { entryLine } from './entry-line.ts'
import { insecureAcceptAnyHostKey, type FirstUsePolicy } from './first-use.ts'
import { judge, type Judgement, type Presented } from './judge.ts'
import { isWritable, lookupName, type HostName, type LookupName } from './names.ts'
import { type KnownHosts } from './store.ts'

/** A host, and the key or certificate that it has shown. That it owns the key is for the transport to prove. */
export type HostRequest = HostName & Presented

/** How {@link decideHostKey} decides. */
export interface HostDecisionOptions {
  /** What is done with a host that no line has. Default `first-time`, as in HP SIM. */
  readonly firstUse?: FirstUsePolicy
  /** Revoked keys and certificates; a list that cannot be had refuses every key. Default: no list. */
  readonly revoked?: RevocationList | NoPolicy
  /** Fewest bits of an RSA key. Default 1024, as `RequiredRSASize` of OpenSSH. */
  readonly minRsaBits?: number
  /** Hash the name that is to be written: 20 random bytes. Default: the name is written plain. */
  readonly salt?: Uint8Array
}

/**
 * What the files say: a line has the key, the host has other keys, no line has the host, or the key is revoked.
 * `undecided`: they were not asked, or could not be.
 */
export type HostStatus = 'ok' | 'changed' | 'new' | 'revoked' | 'undecided'

/** Whether a host's key is accepted, and what goes with it. */
export type HostDecision = Decision<HostCode> & {
  /** What the files say. */
  readonly status: HostStatus
  /** The line that has the key, the last one that has another, or the one that revokes it. */
  readonly line?: LineSource
  /** Whether the status comes from the lines of the bare name, the name with the port having none. */
  readonly viaBareHost: boolean
  /**
   * Lines to add to the user's file, without line ends. To be written only after the host has proved that it
   * owns the key.
   */
  readonly wouldWrite: readonly string[]
}

/**
 * Decides whether the key or certificate that a host shows is accepted, by the user's known_hosts files.
 *
 * Does NOT check that the host owns the key: that is the signature of the key exchange. Nothing is written.
 *
 * @param store - The files read, or why there are none; an account without the file has an empty text.
 * @returns `allow` with `key-known`, `key-known-for-bare-name`, `certificate-trusted`, `host-added` or
 * `key-accepted-insecurely`; else `deny`.
 */
export function decideHostKey(
  request: HostRequest,
  store: KnownHosts | NoPolicy,
  options: HostDecisionOptions = {},
): HostDecision {
  if (isNoPolicy(store)) return undecided(...store.decision.reasons)
  const names = lookupName(request)
  if (names === undefined)
    return undecided({ code: 'request-malformed', source: { request: 'host' } })
  const refusal = refuseKey(request, options)
  if (refusal !== undefined) return undecided(refusal)
  const judgement = judge(request, names, store)
  if (judgement.status === 'ok') return settled(allow(...judgement.reasons), judgement)
  return decideUntrusted(judgement, names, store, options)
}

/** What is refused whatever the files say. */
function refuseKey(
  request: HostRequest,
  { revoked, minRsaBits = 1024 }: HostDecisionOptions,
): Reason<HostCode> | undefined {
  const subject = 'key' in request ? request.key : request.certificate
  const key = 'key' in request ? request.key : request.certificate.key
  const source = { key: key.fingerprint }
  if (revoked !== undefined && isNoPolicy(revoked)) return { code: 'revocations-unavailable' }
  if (revoked?.covers(subject) === true) return { code: 'key-on-revocation-list', source }
  if (key.type === 'ssh-dss') return { code: 'key-type-refused', source, facts: { type: key.type } }
  if (key.type !== 'ssh-rsa' || key.bits >= minRsaBits) return undefined
  return { code: 'key-too-short', source, facts: { bits: `${key.bits}`, needed: `${minRsaBits}` } }
}

function decideUntrusted(
  judgement: Judgement,
  names: LookupName,
  { profile }: KnownHosts,
  { firstUse = 'first-time', salt }: HostDecisionOptions,
): HostDecision {
  const { status, viaBareHost, key, reasons } = judgement
  const insecure = firstUse === insecureAcceptAnyHostKey
  const accepted: Reason<HostCode> = {
    code: insecure ? 'key-accepted-insecurely' : 'host-added',
    source: { key: key.fingerprint },
  }
  const asNew =
    status === 'new' ||
    (status === 'revoked' && viaBareHost && !isStricter(profile, 'bare-revocation-is-final'))
  if (!asNew) {
    const stop = status === 'changed' ? 'change-is-always-final' : 'revoked-is-always-final'
    const passes = insecure && !isStricter(profile, stop)
    return settled(passes ? allow(accepted, ...reasons) : deny(...reasons), judgement)
  }
  if (firstUse === 'never') return settled(deny(...reasons), judgement)
  const more = reasons.filter(({ code }) => code !== 'host-unknown')
  if (isWritable(names)) {
    return settled(allow(accepted, ...more), judgement, [entryLine(names.name, key, salt)])
  }
  const unwritable: Reason<HostCode> = { code: 'name-not-writable', source: { request: 'host' } }
  const refused = isStricter(profile, 'unwritable-name-is-refused')
  const decision = refused ? deny(unwritable, ...more) : allow(accepted, unwritable, ...more)
  return settled(decision, judgement)
}

function settled(
  decision: Decision<HostCode>,
  { status, line, viaBareHost }: Judgement,
  wouldWrite: readonly string[] = [],
): HostDecision {
  const place = line === undefined ? {} : { line }
  return Object.freeze({ ...decision, status, ...place, viaBareHost, wouldWrite })
}

function undecided(...reasons: Reasons<HostCode>): HostDecision {
  const decision = deny(...reasons)
  return Object.freeze({ ...decision, status: 'undecided', viaBareHost: false, wouldWrite: [] })
}
