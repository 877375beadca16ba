import * as bmc from '@gatehouse/bmc-authorization'
import { compose, type ComposedGuard, type Decision, type Reason } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import type { Answer, AnswerReason } from '@gatehouse/protocol'
import type { AgentConfig } from './config.ts'
import { impacts } from './microagents/table.ts'
import type { Policies } from './policies.ts'

/** Who decides: the guards of the model packages, and nobody else. */
export interface Guards {
  /** Decides actions of the BMC model. */
  readonly actions: ComposedGuard<bmc.Request>
  /** Decides invocations of Hawk microagents. */
  readonly invocations: ComposedGuard<hawk.Invocation>
}

/** Wires the guards to the policies in force. */
export function createGuards(config: AgentConfig, policies: Policies): Guards {
  const authorization = bmc.guard(policies.authorization)
  const openings = [...new Set([...(authorization.openings ?? []), ...config.insecure])]
  return {
    actions: compose({ ...authorization, openings }),
    invocations: compose(hawk.guard(policies.trusted, impacts)),
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
  if (guard === 'hawk-trusted' && code in hawk.CODES) {
    return hawk.describe({ code: code as hawk.Code, facts })
  }
  if (code in bmc.CODES) return bmc.describe({ code: code as bmc.Code, facts })
  return 'the guard failed'
}
