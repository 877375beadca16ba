import type { Decision, Reason } from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'
import { readableOf, type EncodedChain } from '../input/encoded.ts'
import type { PeerName } from '../name/peer-name.ts'
import type { VerifyOptions } from '../options.ts'
import type { TrustCode } from '../trust/codes.ts'
import type { TrustedRole, TrustList } from '../trust/trust-list.ts'
import { verifyTrusted } from '../trust/verify-trusted.ts'
import { secondsOf, verifyEncoded } from '../verify.ts'
import { browserErrorOf, warningOf, warningOfBrowser, type BrowserError } from './browser.ts'
import type { Remedy, Warning } from './codes.ts'
import {
  linkFits,
  peerNameOf,
  systemNames,
  type LinkFit,
  type LinkFormat,
  type SystemNames,
} from './links.ts'
import { remediesFor } from './remedies.ts'

/** What a chain is looked at with. Without list and anchors, nobody is trusted. */
export interface DiagnoseOptions extends Omit<VerifyOptions, 'anchors' | 'name'> {
  /** Name that was browsed by. Default: that of `system` in the format `systemLink`; else not asked. */
  readonly name?: PeerName
  /** Trusted certificates. */
  readonly list?: TrustList
  /** What the peer is, for the list. Default `system`. */
  readonly role?: Exclude<TrustedRole, 'root'>
  /** Roots, where there is no list. Default: none. */
  readonly anchors?: readonly Certificate[]
  /** What the system is called. Default: what `name` says. */
  readonly system?: SystemNames
  /** How the console writes links to it. */
  readonly systemLink?: LinkFormat
}

/** What is wrong with a chain, in the words of HP SIM, of a browser and of this verifier. */
export interface Diagnosis {
  /** The warning that a browser shows; `none` when it shows the page. */
  readonly warning: Warning
  /** Every warning that there is cause for, the one that is shown first. */
  readonly warnings: readonly Warning[]
  /** Error on the warning page of Chromium; `null` when it shows the page. */
  readonly browser: BrowserError | null
  /** Why: the decision of this verifier, which is stricter than a browser in some things. */
  readonly decision: Decision<TrustCode>
  /** What to do, the first to be tried first; none when the chain is trusted. */
  readonly remedies: readonly Remedy[]
  /** Which formats of links fit the names of the certificate; none when it cannot be read. */
  readonly links: readonly LinkFit[]
}

/**
 * Says what a person would be warned of who browses to a system, why, and what to do.
 *
 * The error of the browser is Chromium's for one that trusts what the list or the anchors say. It
 * trusts more than this verifier in matters of form. It is taken to know the revocation lists that
 * are given; a real one may not.
 *
 * @param chain - The system's certificate as it sends it, then whatever came with it.
 * @throws RangeError when `at` is no date.
 */
export function diagnose(chain: EncodedChain, options: DiagnoseOptions): Diagnosis {
  const { system = {}, systemLink, name: given } = options
  const linked = systemLink === undefined ? undefined : system[systemLink]
  const name = given ?? (linked === undefined ? undefined : peerNameOf(linked))
  const asked = { purpose: 'server', ...options, ...(name === undefined ? {} : { name }) } as const
  const decision = decide(chain, asked)
  const seen = decide(chain, { ...asked, ...asBrowser(options) })
  const browser = seen.outcome === 'allow' ? null : browserErrorOf(seen.reasons)
  const [peer] = readableOf(chain.slice(0, 1))
  const warnings = warningsOf(decision, browser, seen)
  const base = { warning: warnings[0] ?? 'none', warnings, browser, decision }
  if (peer === undefined) return { ...base, remedies: unreadable(decision.reasons), links: [] }
  const certificates = new Map(readableOf(chain).map((one) => [one.sha256, one]))
  const situation = { peer, certificates, at: secondsOf(options.at) }
  const reasons = decision.outcome === 'allow' ? [] : decision.reasons
  return {
    ...base,
    remedies: remediesFor(reasons, situation),
    links: linkFits(peer, systemNames(name, system)),
  }
}

type Asked = Omit<VerifyOptions, 'anchors'> & Pick<DiagnoseOptions, 'list' | 'anchors' | 'role'>

function decide(chain: EncodedChain, options: Asked): Decision<TrustCode> {
  const { list, anchors = [], role = 'system', ...rest } = options
  if (list === undefined) return verifyEncoded(chain, { ...rest, anchors }).decision
  if (list.entries.length > 0) return verifyTrusted(list, chain, { ...rest, role }).decision
  // What else is wrong with it is worth knowing before the first certificate is imported.
  return verifyEncoded(chain, { ...rest, anchors: [] }).decision
}

/** Chromium holds nobody to rules about form, takes RSA keys of 1024 bits, and unknown is good enough for it. */
function asBrowser({ revocation }: DiagnoseOptions): Partial<VerifyOptions> {
  return {
    profile: 'rfc5280',
    deviations: 'tolerate',
    weak: ['rsa-short'],
    ...(revocation === undefined ? {} : { revocation: { ...revocation, onUnknown: 'allow' } }),
  }
}

function warningsOf(
  decision: Decision<TrustCode>,
  browser: BrowserError | null,
  seen: Decision<TrustCode>,
): readonly Warning[] {
  const shown = browser === null ? [] : [warningOfBrowser(browser, seen.reasons)]
  const found =
    decision.outcome === 'deny' ? decision.reasons.map(({ code }) => warningOf(code)) : []
  return [...new Set([...shown, ...found])]
}

function unreadable(reasons: readonly Reason<TrustCode>[]): readonly Remedy[] {
  return reasons.map(({ source, facts }) => ({
    code: 'regenerate',
    ...(source === undefined ? {} : { source }),
    ...(facts === undefined ? {} : { facts }),
  }))
}
