import { userGuard, type ShownCertificate, type UserMap } from '@gatehouse/certificate-trust'
import {
  allow,
  compose,
  deny,
  verified,
  type Claimed,
  type ComposedGuard,
  type Decision,
  type Deny,
  type Guard,
  type PolicySource,
  type Reason,
  type Reasons,
  type Verified,
} from '@gatehouse/core'
import { signedRequestGuard, type Code } from '@gatehouse/signed-request'
import type { AgentConfig } from './config/model.ts'

/** Who a request comes from, as the daemon found out before anybody asked what it is about. */
export interface Caller {
  /** The certificate whose key its connection, or its signature, showed. */
  readonly shown?: ShownCertificate | undefined
  /** What came of its signature; nothing where none is asked for. */
  readonly signature?: Decision | undefined
}

/** On whose behalf a request is made, or why nobody's. */
export type Identified =
  | {
      /** As the caller claims it, or as a guard has confirmed. */
      readonly user: Claimed<string> | Verified<string>
      /** Reasons of the guards that confirmed it; none where it is a claim. */
      readonly reasons: readonly Reason[]
    }
  | { readonly refusal: Deny }

/** What `callers` of a config asks for: takes the user of a request as claimed, or has it confirmed. */
export interface Callers {
  /** The guards that stand before those of the models, for the statement. */
  readonly guards: readonly Guard<never>[]
  /** Never throws for what a peer says. */
  identify(user: Claimed<string>, caller: Caller | undefined): Promise<Identified>
}

/** As the models have it: whoever says a name has it. */
export const CLAIMED_CALLERS: Callers = Object.freeze({
  guards: [],
  identify: (user: Claimed<string>) => Promise.resolve({ user, reasons: [] }),
})

/** A request as the guards before the models see it. */
interface Called {
  readonly user: Claimed<string>
  readonly caller: Caller | undefined
}

/** The daemon has asked about the signature already: a value is used up by being asked about. */
const SIGNED: Guard<Called> = signedRequestGuard<Called>({
  // Codes of the trust model follow those of the signature.
  check: ({ caller }) =>
    (caller?.signature as Decision<Code> | undefined) ?? deny({ code: 'field-missing' }),
})

/**
 * The way of a config.
 *
 * @param users - Whose certificate is whose, where to find it at each request, or that there is none.
 */
export function createCallers(way: AgentConfig['callers'], users: PolicySource<UserMap>): Callers {
  if (way === 'claimed') return CLAIMED_CALLERS
  const ofUser = userGuard<Called>({
    users,
    certificateOf: ({ caller }) => caller?.shown,
    userOf: ({ user }) => user,
  })
  return confirmedBy(way === 'signed' ? compose(SIGNED, ofUser) : compose(ofUser))
}

function confirmedBy(guard: ComposedGuard<Called>): Callers {
  const { guards } = guard
  return Object.freeze({
    guards,
    identify: async (user: Claimed<string>, caller: Caller | undefined) => {
      const decision = await guard.check({ user, caller })
      if (decision.outcome !== 'allow') return { refusal: decision }
      return { user: verified(user, decision), reasons: decision.reasons }
    },
  })
}

/**
 * A model's decision with the reasons that the user is who it is. They stand behind the model's own: the
 * first reason is that of the guard which decided.
 */
export function decidedFor(
  { outcome, reasons }: Decision,
  { reasons: before }: Extract<Identified, { readonly user: string }>,
): Decision {
  const [first, ...others] = reasons
  const all: Reasons = [first, ...others, ...before]
  return outcome === 'allow' ? allow(...all) : deny(...all)
}
