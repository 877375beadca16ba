import * as bmc from '@gatehouse/bmc-authorization'
import {
  compose,
  stateGuards,
  type ComposedGuard,
  type Decision,
  type Guard,
  type Reason,
  type Statement,
} from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import type { Answer, AnswerReason, StatementAnswer } from '@gatehouse/protocol'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { AgentConfig } from './config.ts'
import { impacts } from './microagents/table.ts'
import type { Policies } from './policies.ts'

/** Who decides: the guards of the model packages, and nobody else. */
export interface Guards {
  /** Decides connections to the daemon, before any of the others; absent where nothing does. */
  readonly connections: ComposedGuard<tcp.Request> | undefined
  /** Decides actions of the BMC model. */
  readonly actions: ComposedGuard<bmc.Request>
  /** Decides invocations of Hawk microagents. */
  readonly invocations: ComposedGuard<hawk.Invocation>
}

/** Wires the guards to the policies in force. */
export function createGuards(config: AgentConfig, policies: Policies): Guards {
  const authorization = bmc.guard(policies.authorization)
  const openings = [...new Set([...(authorization.openings ?? []), ...config.insecure])]
  const { tcpWrappers } = policies
  return {
    connections: tcpWrappers === undefined ? undefined : compose(tcp.guard(tcpWrappers)),
    actions: compose({ ...authorization, openings }),
    invocations: compose(hawk.guard(policies.trusted, impacts)),
  }
}

/** What guards promise for requests of one way in: from the network there is the connection first. */
export function statementsOf(
  guards: Guards,
  way: 'network' | 'local',
): Pick<StatementAnswer, 'actions' | 'invocations'> {
  const first = way === 'network' ? (guards.connections?.guards ?? []) : []
  const after = (guard: ComposedGuard<never>): Statement =>
    stateGuards([...first, ...guard.guards] as readonly Guard<never>[])
  return { actions: after(guards.actions), invocations: after(guards.invocations) }
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
  if (guard === 'hawk-trusted' && code in hawk.CODES) {
    return hawk.describe({ code: code as hawk.Code, facts })
  }
  if (code in bmc.CODES) return bmc.describe({ code: code as bmc.Code, facts })
  return 'the guard failed'
}
