import { createHash } from 'node:crypto'
import { allow, deny, type Decision, type Reason } from '@gatehouse/core'
import { BudgetExhausted } from './budget.ts'
import { Certificate } from './certificate/certificate.ts'
import { hasKeyUsage } from './certificate/extensions.ts'
import type { Code } from './codes.ts'
import { DerFault } from './der/fault.ts'
import { DerReader } from './der/reader.ts'
import { MAX_CERTIFICATE_BYTES } from './input/parse.ts'
import { checkPeerName, type PeerName } from './name/peer-name.ts'
import type { VerifyOptions } from './options.ts'
import { reasonOf, worstFirst, type Fault } from './path/fault.ts'
import { PathSearch, type Found } from './path/path-search.ts'
import { usableKey } from './signature/keys.ts'

/** What came of verifying a chain. */
export interface Verification {
  /** `allow` with `chain-trusted`, or `deny` with every reason found, the most specific first. */
  readonly decision: Decision<Code>
  /** The chain that was found, from the peer's certificate to the anchor; `null` when there is none. */
  readonly path: readonly Certificate[] | null
  /** Policies that the chain is issued under, as the caller names them. */
  readonly policies: readonly string[]
}

/**
 * Decides whether a peer's certificate is to be trusted: a chain to an anchor, times, rules, names,
 * and revocation where lists are given.
 *
 * It does not look at whether the peer has the key: TLS does that.
 *
 * @param chain - The peer's certificate, then whatever came with it, in any order.
 * @returns A decision for whatever is in the chain; work beyond the limits is a deny.
 * @throws RangeError when `at` is no date.
 * @see RFC 5280, 6.1; RFC 9525
 */
export function verify(
  chain: readonly [Certificate, ...Certificate[]],
  options: VerifyOptions,
): Verification {
  const [peer, ...intermediates] = chain
  const search = PathSearch.of(intermediates, options, secondsOf(options.at))
  const own = [
    ...listOf(search.ownFault(peer, 'leaf')),
    ...listOf(keyFault(peer, options)),
    ...nameFaults(peer, options),
    ...usageFaults(peer, options),
  ]
  const found = runWithin(search, peer)
  const faults = 'faults' in found ? [...own, ...found.faults] : own
  const reasons = faults.toSorted(worstFirst).map(reasonOf)
  const path = 'path' in found ? found.path : null
  const policies = 'path' in found ? found.policies : []
  return { decision: decide(peer, reasons), path, policies }
}

/**
 * The same for certificates as a peer sends them: DER, not yet read.
 *
 * A peer's certificate that cannot be read is refused as `certificate-malformed`; what else cannot be
 * read is left out, as no chain can lead over it.
 *
 * @param chain - The peer's certificate, then whatever came with it, in any order.
 */
export function verifyEncoded(
  chain: readonly [Uint8Array, ...Uint8Array[]],
  options: VerifyOptions,
): Verification {
  const [first, ...rest] = chain
  const peer = read(first)
  if (!('code' in peer)) {
    const intermediates = rest.map(read).filter((one) => one instanceof Certificate)
    return verify([peer, ...intermediates], options)
  }
  const { code, offset } = peer
  const reason: Reason<Code> = {
    code: 'certificate-malformed',
    source: { certificate: createHash('sha256').update(first).digest('hex') },
    facts: { cause: code, byte: String(offset) },
  }
  return { decision: deny(reason), path: null, policies: [] }
}

function read(bytes: Uint8Array): Certificate | DerFault {
  if (bytes.length > MAX_CERTIFICATE_BYTES) return new DerFault('too-large', MAX_CERTIFICATE_BYTES)
  try {
    const reader = new DerReader(bytes)
    const certificate = new Certificate(reader)
    reader.finish()
    return certificate
  } catch (error) {
    if (error instanceof DerFault) return error
    throw error
  }
}

function secondsOf(at: Date): number {
  const seconds = Math.floor(at.getTime() / 1000)
  if (Number.isNaN(seconds)) throw new RangeError('`at` is no date')
  return seconds
}

function decide(peer: Certificate, [first, ...rest]: readonly Reason<Code>[]): Decision<Code> {
  if (first !== undefined) return deny(first, ...rest)
  return allow(reasonOf({ code: 'chain-trusted', certificate: peer }))
}

function runWithin(search: PathSearch, peer: Certificate): Found {
  try {
    return search.run(peer)
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error
    const exhausted: Fault = {
      code: 'budget-exhausted',
      certificate: peer,
      facts: { limit: error.limit },
    }
    return { faults: [exhausted, ...search.faults] }
  }
}

function keyFault(certificate: Certificate, { weak = [] }: VerifyOptions): Fault | undefined {
  const key = usableKey(certificate.publicKey, weak)
  return 'fault' in key ? { code: key.fault, certificate } : undefined
}

function nameFaults(certificate: Certificate, { name }: VerifyOptions): Fault[] {
  if (name === undefined) return []
  const names: readonly PeerName[] = Array.isArray(name) ? name : [name as PeerName]
  return names.flatMap((one) => {
    const code = checkPeerName(certificate, one)
    return code === undefined
      ? []
      : [{ code, certificate, facts: { asked: String(Object.values(one)[0]) } }]
  })
}

function usageFaults(certificate: Certificate, { keyUsage = [] }: VerifyOptions): Fault[] {
  return keyUsage
    .filter((usage) => !hasKeyUsage(certificate, usage))
    .map((usage) => ({ code: 'key-usage-not-allowed', certificate, facts: { usage } }))
}

function listOf<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value]
}
