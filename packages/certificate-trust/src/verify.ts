import { allow, deny, type Decision, type Reason } from '@gatehouse/core'
import { BudgetExhausted } from './budget.ts'
import { Certificate } from './certificate/certificate.ts'
import type { Code } from './codes.ts'
import { malformedReason, readableOf, readEncoded, type EncodedChain } from './input/encoded.ts'
import type { VerifyOptions } from './options.ts'
import { reasonOf, worstFirst, type Fault } from './path/fault.ts'
import { PathSearch, type Found } from './path/path-search.ts'
import { peerFaults } from './path/peer-faults.ts'

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
  const own = [...listOf(search.ownFault(peer, 'leaf')), ...peerFaults(peer, options)]
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
export function verifyEncoded(chain: EncodedChain, options: VerifyOptions): Verification {
  const [first, ...rest] = chain
  const peer = readEncoded(first)
  if (peer instanceof Certificate) return verify([peer, ...readableOf(rest)], options)
  return { decision: deny(malformedReason(first, peer)), path: null, policies: [] }
}

/** An instant in whole seconds since 1970. @throws RangeError when it is no date. */
export function secondsOf(at: Date): number {
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

function listOf<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value]
}
