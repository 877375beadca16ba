import * as bmc from '@gatehouse/bmc-authorization'
import {
  describeTrust,
  describeUser,
  TRUST_CODES,
  USER_CODES,
  type TrustCode,
  type UserCode,
} from '@gatehouse/certificate-trust'
import {
  compose,
  GUARD_FAILED,
  stateGuards,
  type ComposedGuard,
  type Decision,
  type Guard,
  type Reason,
  type Statement,
} from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import * as plugIn from '@gatehouse/hawk-trusted/plug-in'
import type { Answer, AnswerReason, StatementAnswer } from '@gatehouse/protocol'
import * as signed from '@gatehouse/signed-request'
import {
  describeLogin as describeKey,
  LOGIN_CODES as KEY_CODES,
  type LoginCode as KeyCode,
} from '@gatehouse/ssh-trust'
import { describeServer, SERVER_CODES, type ServerCode } from '@gatehouse/ssh-trust/ssh2'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { AgentConfig } from './config/model.ts'
import { impacts } from './microagents/table.ts'
import { PACKED_ONLY, type PackedOperations } from './operations.ts'
import type { Policies } from './policies.ts'
import { COMMAND_CODES, describeCommand, type CommandCode } from './ssh/codes.ts'

/** Who decides: the guards of the model packages, and nobody else. */
export interface Guards {
  /** Decides connections to the daemon, before any of the others; absent where nothing does. */
  readonly connections: ComposedGuard<tcp.Request> | undefined
  /** Decides actions of the BMC model. */
  readonly actions: ComposedGuard<bmc.Request>
  /** Decides invocations of Hawk microagents. */
  readonly invocations: ComposedGuard<hawk.Invocation>
  /** Decides packed operations; absent where none are taken. */
  readonly operations: ComposedGuard<plugIn.PackedInvocation> | undefined
}

/** Whether plain invocations are decided by the access control file. */
export function takesPlain(operations: PackedOperations | undefined): boolean {
  return operations === undefined || operations.takesPlain
}

/** Wires the guards to the policies in force. */
export function createGuards(
  config: AgentConfig,
  policies: Policies,
  operations: PackedOperations | undefined,
): Guards {
  const authorization = bmc.guard(policies.authorization)
  // What SNMP leaves open, its own statements say.
  const insecure = config.insecure.filter((name) => name !== 'snmp-communities-in-clear')
  const openings = [...new Set([...(authorization.openings ?? []), ...insecure])]
  const { tcpWrappers } = policies
  return {
    connections: tcpWrappers === undefined ? undefined : compose(tcp.guard(tcpWrappers)),
    actions: compose({ ...authorization, openings }),
    invocations: takesPlain(operations)
      ? compose(hawk.guard(policies.trusted, impacts))
      : compose(PACKED_ONLY),
    operations: operations && compose(operations.guard),
  }
}

/** What guards promise for each kind of request; of packed operations where they are taken. */
export type Statements = Pick<StatementAnswer, 'actions' | 'invocations' | 'operations'>

/**
 * What guards promise for requests of one way in.
 *
 * @param first - Guards that decided about the connection; none for local requests.
 */
export function statementsOf(guards: Guards, first: readonly Guard<never>[]): Statements {
  const after = (guard: ComposedGuard<never>): Statement => stateGuards([...first, ...guard.guards])
  const { actions, invocations, operations } = guards
  return {
    actions: after(actions),
    invocations: after(invocations),
    ...(operations && { operations: after(operations) }),
  }
}

/** The part of an answer that tells the decision. With `code`, nothing in it comes from a policy file. */
export function answerOf(
  decision: Decision,
  answers: AgentConfig['answers'],
): Pick<Answer, 'outcome' | 'reasons'> {
  const { outcome, reasons } = decision
  return { outcome, reasons: reasons.map(answers === 'full' ? tellAll : tellCode) }
}

function tellCode({ code, guard }: Reason): AnswerReason {
  return guard === undefined ? { code } : { code, guard }
}

function tellAll(reason: Reason): AnswerReason {
  return { ...reason, sentence: sentenceOf(reason) }
}

/** Without the source, which travels beside it. */
function sentenceOf({ code, facts = {}, guard }: Reason): string {
  if (guard === 'hawk-policies' && code !== GUARD_FAILED) return plugIn.describe({ code, facts })
  if (guard === 'hawk-trusted' && code in hawk.CODES) {
    return hawk.describe({ code: code as hawk.Code, facts })
  }
  if (guard === 'certificate-user' && code in USER_CODES) {
    return describeUser({ code: code as UserCode, facts })
  }
  if (guard === 'trust-mode' && code in TRUST_CODES) {
    return describeTrust({ code: code as TrustCode, facts })
  }
  if ((guard === 'tool-levels' || guard === 'single-login') && code in signed.LOGIN_CODES) {
    return signed.describeLogin({ code: code as signed.LoginCode, facts })
  }
  if (guard === 'ssh-trust' && code in KEY_CODES) {
    return describeKey({ code: code as KeyCode, facts })
  }
  if (guard === 'ssh-trust' && code in SERVER_CODES) {
    return describeServer({ code: code as ServerCode, facts })
  }
  if (guard === 'tool-table' && code in COMMAND_CODES) {
    return describeCommand({ code: code as CommandCode, facts })
  }
  if (guard === 'signed-request' && code !== GUARD_FAILED) {
    return signed.describe({ code: code as signed.Code, facts })
  }
  if (code in bmc.CODES) return bmc.describe({ code: code as bmc.Code, facts })
  return 'the guard failed'
}
