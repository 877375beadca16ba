import type { Decision } from '@gatehouse/core'
import {
  authorize,
  type LoginDecision,
  type LoginRequest,
  type RevocationList,
} from '@gatehouse/ssh-trust'
import type { LoginAsked } from '@gatehouse/ssh-trust/ssh2'
import { canonical } from '../listeners/peer-name.ts'
import type { DecisionRecord } from '../log.ts'
import { LOGINS } from './guards.ts'
import type { SshParts } from './parts.ts'

/** Zone of this system, for `expiry-time=` without a zone. */
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()

/** A login as the model of keys sees it. */
export function loginRequest(
  { user, address, key, certificate, signatureAlgorithm }: LoginAsked,
  { now, revoked }: { readonly now: Date; readonly revoked: RevocationList | undefined },
): LoginRequest {
  const credential = certificate === undefined ? { key } : { certificate }
  const list = revoked === undefined ? {} : { revoked }
  return { user, address, now, timeZone, signatureAlgorithm, ...credential, ...list }
}

/** Where a client is, as a record has it. */
export function peerOf({ address }: LoginAsked): DecisionRecord['peer'] {
  return { address: canonical(address) ?? '', verifiedName: null }
}

/** Decides and records logins. */
export interface Logins {
  /** Decides by the keys that the account has at this moment. */
  authorize(asked: LoginAsked): Promise<LoginDecision | Decision>
  /** @throws Unrecorded when the decision is not known to be recorded: then nobody is let in. */
  record(asked: LoginAsked, decision: Decision): Promise<void>
}

/** Logins of one agent. */
export function createLogins({ accounts, journal, now }: SshParts): Logins {
  const hashes = new WeakMap<Decision, string | undefined>()
  return {
    authorize: async (asked) => {
      const { keys: store, hash, revoked } = await accounts.find(asked.user)
      const request = loginRequest(asked, { now: now(), revoked })
      const decision = await LOGINS.check({ request, store })
      const verdict = authorize(request, store)
      const answer =
        decision.outcome === 'allow' && verdict.outcome === 'allow'
          ? { ...verdict, reasons: decision.reasons }
          : decision
      hashes.set(answer, hash)
      return answer
    },
    record: async (asked, decision) => {
      const { user, key } = asked
      const isKnown = decision.outcome === 'allow'
      await journal.record({
        by: 'ssh',
        peer: peerOf(asked),
        clientKey: key.fingerprint,
        claimedUser: user.slice(0, MAX_CLAIM_CHARACTERS),
        ...(isKnown && { verifiedUser: user }),
        request: { action: 'ssh.login' },
        decision,
        policy: hashes.get(decision),
      })
    },
  }
}

/** Most characters of what a client says that a record keeps. */
export const MAX_CLAIM_CHARACTERS = 256
