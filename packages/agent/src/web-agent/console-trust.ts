import { X509Certificate, type KeyObject } from 'node:crypto'
import {
  decideCaller,
  parseCertificate,
  type Caller,
  type CallerOptions,
} from '@gatehouse/certificate-trust'
import { claimed, deny, ParseError, type Claimed, type Decision } from '@gatehouse/core'
import type { CandidateRequest, Signer } from '@gatehouse/signed-request'
import type { TrustStore, WebAgentSettings } from './parts.ts'

/** Identifier of the common name in subjects. */
const COMMON_NAME = '2.5.4.3'

/** A console that signs, and what shows who it is. */
export interface KnownSigner extends Signer {
  readonly caller: Caller
}

/** What trust in consoles stands on. */
export interface TrustParts {
  readonly settings: Pick<TrustStore, 'current'>
  /** What certificates of consoles are held to besides, asked for each verdict. Default: nothing. */
  readonly held?: () => Omit<CallerOptions, 'at'>
  readonly now: () => Date
}

/** Decides by the settings in force which consoles are trusted. */
export class ConsoleTrust {
  readonly #parts: TrustParts
  /** Allowed ones of one second and of one version of the settings; another verdict is asked for after that. */
  #allowed: { readonly settings: WebAgentSettings; readonly second: number } | undefined
  readonly #signers = new Map<string, KnownSigner>()

  constructor(parts: TrustParts) {
    this.#parts = parts
  }

  /** Decides about a console that was seen before. */
  decide(caller: Caller): Decision {
    return decideCaller(this.#parts.settings.current(), caller, this.#options(this.#parts.now()))
  }

  /**
   * Finds whom a request names as its signer: by the certificate that came along, or the one that is
   * trusted under that fingerprint.
   *
   * @returns Nothing when there is no certificate, or none that can be read.
   */
  signerOf({ keyid, chain }: Pick<CandidateRequest, 'keyid' | 'chain'>): KnownSigner | undefined {
    const settings = this.#parts.settings.current()
    const at = this.#parts.now()
    const second = Math.floor(at.getTime() / 1000)
    if (this.#allowed?.settings !== settings || this.#allowed.second !== second) {
      this.#allowed = { settings, second }
      this.#signers.clear()
    }
    const known = this.#signers.get(keyid)
    if (known !== undefined) return known
    const [own, ...rest] = chain.length > 0 ? chain : listed(settings, keyid)
    const publicKey = own && publicKeyOf(own)
    if (own === undefined || publicKey === undefined) return undefined
    const found = judge(settings, [own, ...rest], this.#options(at))
    const signer = { sha256: keyid, publicKey, ...found }
    if (signer.decision.outcome === 'allow') this.#signers.set(keyid, signer)
    return signer
  }

  #options(at: Date): CallerOptions {
    return { ...this.#parts.held?.(), at }
  }
}

type Chain = NonNullable<Caller['chain']>

function listed({ list }: WebAgentSettings, sha256: string): readonly Uint8Array[] {
  const entry = list?.entries.find(
    ({ role, certificate }) => role === 'console' && certificate.sha256 === sha256,
  )
  return entry === undefined ? [] : [entry.certificate.der]
}

/**
 * The verdict on a chain. Its certificate may claim several names: one that is listed counts as the claim.
 * Where certificates are asked for, the reason says so when the name alone would have been listed.
 */
function judge(
  settings: WebAgentSettings,
  chain: Chain,
  options: CallerOptions,
): Pick<KnownSigner, 'decision' | 'caller'> {
  const byName = { ...settings, mode: 'name' } as const
  const names = namesOf(chain[0])
  const registered = names.find(
    (name) => decideCaller(byName, { name }, options).outcome === 'allow',
  )
  const [name = registered] = registered === undefined ? names : []
  const caller = name === undefined ? { chain } : { chain, name }
  const decision = decideCaller(settings, caller, options)
  const isOnlyNamed = settings.mode === 'certificate' && registered !== undefined
  if (decision.outcome === 'allow' || !isOnlyNamed) return { caller, decision }
  const missing = { code: 'certificate-missing', facts: { name: registered } }
  return { caller, decision: deny<string>(missing, ...decision.reasons) }
}

/** Names that a certificate claims: nobody has to have checked them. */
function namesOf(der: Uint8Array): Claimed<string>[] {
  try {
    const { subject, extensions } = parseCertificate(der, { file: 'certificate' })
    const hosts = extensions.subjectAltName?.value ?? []
    const common = subject.parts.flat().filter(({ type }) => type === COMMON_NAME)
    return [
      ...hosts.flatMap((name) => (name.kind === 'dns' ? [name.value] : [])),
      ...common.map(({ value }) => value),
    ].map(claimed)
  } catch (error) {
    if (error instanceof ParseError) return []
    throw error
  }
}

function publicKeyOf(der: Uint8Array): KeyObject | undefined {
  try {
    return new X509Certificate(der).publicKey
  } catch {
    return undefined
  }
}
