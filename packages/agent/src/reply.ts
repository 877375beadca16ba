import { escapeControls, type Decision, type Deny, type Statement } from '@gatehouse/core'
import type { AgentNode } from '@gatehouse/hawk-trusted'
import {
  errorBody,
  ERRORS,
  MAX_ANSWER_BYTES,
  type Answer,
  type ErrorAnswer,
  type ErrorBody,
  type LoginAnswer,
  type OperationAnswer,
  type StatementAnswer,
  type TaskAnswer,
  type ValueAnswer,
} from '@gatehouse/protocol'
import { Unrecorded } from './audit/journal.ts'
import type { AgentConfig } from './config/model.ts'
import { Failure } from './failure.ts'
import { answerOf } from './guards.ts'
import type { Log } from './log.ts'

/** An answer with the HTTP status that fits it. */
export interface Reply {
  /** HTTP status. */
  readonly status: number
  /** A decision with what came of it, or why there is none. */
  readonly body: Answer | OperationAnswer | ErrorAnswer | StatementAnswer
}

/** A reply of the web agent, with the HTTP status that fits it. */
export interface SignedReply {
  readonly status: number
  readonly body: TaskAnswer | LoginAnswer | ValueAnswer | ErrorAnswer
}

/** A reply to what came to no decision. */
export interface ErrorReply extends Reply {
  readonly body: ErrorAnswer
}

/** A reply that tells one decision. */
export interface AnswerReply extends Reply {
  readonly body: Answer
}

/** Largest answer: room is left for what stands around it where there are several. */
const MAX_ONE_ANSWER_BYTES = MAX_ANSWER_BYTES - 1024

/** Makes the replies of one system: of decisions and what came of them, and of what went wrong. */
export class Replier {
  readonly #system: AgentNode
  readonly #answers: AgentConfig['answers']
  readonly #log: Log

  constructor(system: AgentNode, answers: AgentConfig['answers'], log: Log) {
    this.#system = system
    this.#answers = answers
    this.#log = log
  }

  /** Carries out what was allowed. */
  async carryOut(
    decision: Decision,
    statement: Statement,
    run: () => Promise<unknown>,
  ): Promise<AnswerReply> {
    if (decision.outcome !== 'allow') return this.refused(decision, statement)
    return this.#carryOut({ ...this.#answer(decision), statement }, run)
  }

  /** Carries out what was allowed of a signed request. */
  async carryOutSigned(decision: Decision, run: () => Promise<unknown>): Promise<SignedReply> {
    if (decision.outcome !== 'allow') return this.refusedSigned(decision)
    return this.#carryOut(this.#answer(decision), run)
  }

  /** The reply that tells the refusal of a signed request. */
  refusedSigned(decision: Deny): SignedReply {
    return { status: 403, body: this.#answer(decision) }
  }

  /** The reply that tells a refusal. */
  refused(decision: Deny, statement: Statement): AnswerReply {
    return { status: 403, body: { ...this.#answer(decision), statement } }
  }

  #answer(decision: Decision): TaskAnswer {
    return { system: this.#system, ...answerOf(decision, this.#answers) }
  }

  async #carryOut<Body extends TaskAnswer>(
    answer: Body,
    run: () => Promise<unknown>,
  ): Promise<{ readonly status: number; readonly body: Body }> {
    try {
      const body = { ...answer, result: (await run()) ?? null }
      const bytes = Buffer.byteLength(JSON.stringify(body))
      if (bytes <= MAX_ONE_ANSWER_BYTES) return { status: 200, body }
      throw new Failure('execution-failed', { message: 'the result is too large for an answer' })
    } catch (error) {
      return this.#failed(answer, error)
    }
  }

  #failed<Body extends TaskAnswer>(
    answer: Body,
    cause: unknown,
  ): { readonly status: number; readonly body: Body } {
    const { code, message, field } =
      cause instanceof Failure ? cause : new Failure('execution-failed', { cause })
    const status = ERRORS[code].status
    if (status >= 500) {
      const origin = cause instanceof Failure ? (cause.cause ?? cause) : cause
      this.#log.error('request not carried out', {
        event: 'execution-failed',
        code,
        detail: escapeControls(String(origin)),
      })
    }
    const error = errorBody(code, field === undefined ? { message } : { message, field })
    return { status, body: { ...answer, error } }
  }

  /** Whatever goes wrong before there is a decision, nothing was carried out. */
  async answering<Given extends Reply | SignedReply>(
    work: () => Promise<Given>,
  ): Promise<Given | ErrorReply> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Unrecorded) return errorReply(errorBody('audit-unavailable'))
      this.#log.error('request not decided', {
        event: 'internal-error',
        detail: escapeControls(String(error)),
      })
      return errorReply(errorBody('internal-error'))
    }
  }
}

/** The reply to a request that no guard was asked about. */
export function errorReply(error: ErrorBody): ErrorReply {
  return { status: ERRORS[error.code].status, body: { error } }
}

/** One reply of several decisions. Its status is that of a deny if there is one, else of the gravest. */
export function repliesTogether(replies: readonly AnswerReply[]): Reply {
  const statuses = replies.map(({ status }) => status)
  const status = statuses.includes(403) ? 403 : Math.max(...statuses)
  return { status, body: { answers: replies.map(({ body }) => body) } }
}
