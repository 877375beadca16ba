import { deny, type Decision, type Reason } from '@gatehouse/core'

import { isAcceptedAlgorithm } from '../authorized-keys/algorithms.ts'
import type { LoginDecision } from '../authorized-keys/authorize.ts'
import type { LoginEffects } from '../authorized-keys/request.ts'
import type { CertificateFault } from '../certificate/codes.ts'
import type { VerifiedSignature } from '../certificate/signature.ts'
import { unenforceable } from './capabilities.ts'
import { readOffer, verifyOffer, type Offer, type OfferedKey } from './offered-key.ts'
import type { ServerCode } from './server-codes.ts'
import type { Capability, LoggedIn, LoginAsked, SshServerOptions } from './server-options.ts'

/** Fewest bits of an RSA key where the caller does not say. */
export const MIN_RSA_BITS = 2048

/** Effects of a decision that has none: nothing is permitted, nothing forced. */
const NO_EFFECTS: LoginEffects = Object.freeze({
  portForwarding: false,
  agentForwarding: false,
  x11Forwarding: false,
  pty: false,
  userRc: false,
  forcedCommand: null,
  environment: [],
  permitOpen: [],
  permitListen: [],
  tunnel: null,
  touchRequired: true,
  verifyRequired: false,
  expires: null,
})

/** What came of one attempt. */
export type Attempt =
  | { readonly kind: 'refused' }
  /** The key would do; now its signature is wanted. */
  | { readonly kind: 'signature-wanted' }
  | { readonly kind: 'login'; readonly login: LoggedIn }

/** What the signature of an attempt came to; null: a probe, which has none. */
type Signed = VerifiedSignature | CertificateFault | null

interface Answer {
  readonly decision: Decision
  readonly effects?: LoginEffects
}

const REFUSED: Attempt = { kind: 'refused' }

/** Decides the logins of one connection. */
export class LoginGate {
  readonly #options: SshServerOptions
  readonly #address: string
  readonly #can: readonly Capability[]
  /** Keys whose probe was refused, and told of. */
  readonly #told = new Set<string>()

  constructor(options: SshServerOptions, address: string) {
    this.#options = options
    this.#address = address
    const always = ['forced-command', 'touch', 'verify'] as const
    this.#can = options.permitUserEnvironment === true ? [...always, 'environment'] : always
  }

  /** Never rejects: what fails is refused. */
  async attempt(user: string, offer: Offer): Promise<Attempt> {
    try {
      const offered = readOffer(offer)
      return offered === undefined ? REFUSED : await this.#attempt(user, offer, offered)
    } catch {
      return REFUSED
    }
  }

  async #attempt(user: string, offer: Offer, offered: OfferedKey): Promise<Attempt> {
    const asked: LoginAsked = Object.freeze({ user, address: this.#address, ...offered })
    // At once: ssh2 may use the memory of the offer again while `authorize` is waited for.
    const signed = offer.signature === undefined ? null : verifyOffer(offered, offer)
    const answer = this.#refuse(asked, signed) ?? (await this.#decide(asked, signed))
    const { decision, effects = NO_EFFECTS } = answer
    const isAllowed = decision.outcome === 'allow'
    if (signed === null && isAllowed) return { kind: 'signature-wanted' }
    await this.#tell(asked, decision, signed === null)
    return isAllowed ? { kind: 'login', login: Object.freeze({ ...asked, effects }) } : REFUSED
  }

  /** What is refused whatever `authorize` says. */
  #refuse({ key, signatureAlgorithm }: LoginAsked, signed: Signed): Answer | undefined {
    const { minRsaBits = MIN_RSA_BITS } = this.#options
    const source = { key: key.fingerprint }
    if (!isAcceptedAlgorithm(key.type, signatureAlgorithm)) {
      const facts = { algorithm: signatureAlgorithm }
      return refusal({ code: 'algorithm-refused', source, facts })
    }
    if (key.type === 'ssh-rsa' && key.bits < minRsaBits) {
      const facts = { bits: `${key.bits}`, needed: `${minRsaBits}` }
      return refusal({ code: 'key-too-short', source, facts })
    }
    const isFaulty = signed !== null && 'fault' in signed
    return isFaulty ? refusal({ code: 'signature-invalid', source }) : undefined
  }

  async #decide(asked: LoginAsked, signed: Signed): Promise<Answer> {
    const source = { key: asked.key.fingerprint }
    let decision: LoginDecision | Decision
    try {
      decision = await this.#options.authorize(asked)
    } catch {
      return refusal({ code: 'authorize-failed', source })
    }
    if (decision.outcome !== 'allow') return { decision }
    const effects = 'effects' in decision ? decision.effects : NO_EFFECTS
    const missing = unenforceable(effects, this.#can)
    if (missing.length > 0) {
      const facts = { options: missing.join(', ') }
      return refusal({ code: 'effect-not-enforceable', source, facts })
    }
    return refuseDevice(asked, signed, effects) ?? { decision, effects }
  }

  async #tell(asked: LoginAsked, decision: Decision, isProbe: boolean): Promise<void> {
    const { fingerprint } = asked.key
    if (isProbe && this.#told.has(fingerprint)) return
    if (isProbe) this.#told.add(fingerprint)
    await this.#options.onLogin?.(asked, decision)
  }
}

/** What a security key was asked to vouch for, and does not. */
function refuseDevice(
  { key }: LoginAsked,
  signed: Signed,
  { touchRequired, verifyRequired }: LoginEffects,
): Answer | undefined {
  if (signed === null || !key.type.startsWith('sk-')) return undefined
  const source = { key: key.fingerprint }
  const device = 'fault' in signed ? undefined : signed.securityKey
  if (touchRequired && device?.touched !== true) return refusal({ code: 'touch-missing', source })
  if (verifyRequired && device?.verified !== true) {
    return refusal({ code: 'verification-missing', source })
  }
  return undefined
}

function refusal(reason: Reason<ServerCode>): Answer {
  return { decision: deny(reason) }
}
