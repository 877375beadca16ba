import { escapeControls } from '@gatehouse/core'
import type { Packet } from '@gatehouse/hawk-trusted/plug-in'
import {
  AnswerSchema,
  ErrorAnswerSchema,
  ERRORS,
  OperationAnswerSchema,
  PATHS,
  readMessage,
  StatementAnswerSchema,
  type ActionRequest,
  type Answer,
  type ErrorAnswer,
  type InvocationRequest,
  type StatementAnswer,
} from '@gatehouse/protocol'
import { z } from 'zod'
import { EXIT, type ExitCode } from './exit-code.ts'
import {
  exchange,
  failed,
  type CertificateReason,
  type ClientOptions,
  type Exchange,
  type Failure,
  type Received,
} from './http-client.ts'
import { shortMicroagentName } from './microagent-name.ts'
import type { System } from './systems.ts'

/** What a system can be asked: an action of the BMC model, or a method of a Hawk microagent. */
export type Call = ActionRequest | InvocationRequest

/** What came of asking one system: its answer, or why there is none. */
export type Result<Message> = {
  /** Name of the system that was asked. */
  readonly system: string
} & (
  | {
      /** Checked for its form, nothing else. */
      readonly answer: Message
      /** Local address that the request was sent from. */
      readonly from: string
      /** Why the certificate of the system is not trusted, where it was asked all the same. */
      readonly untrusted?: readonly CertificateReason[]
    }
  | {
      /** Why there is no answer. */
      readonly failure: Failure
    }
)

/** What came of one call to one system. */
export type CallResult = Result<Answer>

/** Most systems that are asked at the same time. */
const CONCURRENCY = 16

/** Asks several systems, some at a time. Each decides for itself; the results stand in the given order. */
export async function eachSystem<Message, Asked = System>(
  systems: readonly Asked[],
  ask: (system: Asked) => Promise<Message>,
): Promise<Message[]> {
  const results: Message[] = []
  const waiting = systems.entries()
  const work = async (): Promise<void> => {
    for (const [index, system] of waiting) {
      // oxlint-disable-next-line no-await-in-loop -- one worker asks one system at a time
      results[index] = await ask(system)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return results
}

/** Asks one system to decide a call and to carry it out. Never rejects. */
export async function sendCall(
  system: System,
  call: Call,
  options: ClientOptions = {},
): Promise<CallResult> {
  const { name } = system
  const message: Exchange =
    'action' in call
      ? { method: 'POST', path: PATHS.actions, body: call }
      : { method: 'POST', path: PATHS.invocations, body: { ...call, node: { name } } }
  const received = await exchange(system, message, options)
  const result = read(name, received, AnswerSchema)
  if ('failure' in result || 'failure' in received) return result
  const denied = result.answer.outcome === 'deny'
  if (denied === (received.status === 403)) return result
  const what = `the answer says ${result.answer.outcome}, with status ${received.status}`
  return { system: name, ...failed('answer-invalid', what) }
}

/**
 * Has one system decide a packed operation and carry it out. Never rejects.
 *
 * @returns One result for each node that the system is, or one that says why there is none.
 */
export async function sendPacket(
  system: System,
  { policyClass, packed }: Packet,
  options: ClientOptions = {},
): Promise<CallResult[]> {
  const { name } = system
  const body = { policyClass, packed: Buffer.from(packed).toString('base64') }
  const received = await exchange(system, { method: 'POST', path: PATHS.operations, body }, options)
  const result = read(name, received, OperationAnswerSchema)
  if ('failure' in result || 'failure' in received) return [result as CallResult]
  const { answers } = result.answer
  const denied = answers.some(({ outcome }) => outcome === 'deny')
  if (denied === (received.status === 403)) {
    return answers.map((answer) => ({ system: name, answer, from: result.from }))
  }
  const what = `the answers ${denied ? 'have a' : 'have no'} deny, with status ${received.status}`
  return [{ system: name, ...failed('answer-invalid', what) }]
}

/** Asks one system what its guards promise. Never rejects. */
export async function askStatement(
  system: System,
  options: ClientOptions = {},
): Promise<Result<StatementAnswer>> {
  const received = await exchange(
    system,
    { method: 'GET', path: PATHS.statement, kind: 'monitoring' },
    options,
  )
  return read(system.name, received, StatementAnswerSchema)
}

/** The exit code that stands for a result. */
export function exitCodeOf(result: CallResult): ExitCode {
  if ('failure' in result) return EXIT.usage
  const { outcome, error } = result.answer
  if (error === undefined) return EXIT[outcome]
  return ERRORS[error.code].status < 500 ? EXIT.usage : EXIT.internal
}

/** A call in a few words: `collect.stop nightly`, `SysInfo:getHostName as a group`. Escaped. */
export function describeCall(call: Call): string {
  if ('action' in call) {
    return escapeControls(call.target === undefined ? call.action : `${call.action} ${call.target}`)
  }
  const words = `${shortMicroagentName(call.microagent)}:${call.method}`
  return escapeControls(call.scope === 'group' ? `${words} as a group` : words)
}

function read<Message extends object>(
  system: string,
  received: Received,
  schema: z.ZodType<Message>,
): Result<Message> {
  if ('failure' in received) return { system, failure: received.failure }
  const { text, status, from, untrusted } = received
  const answered = readMessage<Message | ErrorAnswer>(z.union([schema, ErrorAnswerSchema]), text)
  if ('error' in answered) {
    const what = `the answer, with status ${status}, does not have the form of one`
    return { system, ...failed('answer-invalid', what) }
  }
  if (!isErrorAnswer(answered.message)) {
    return { system, answer: answered.message, from, ...(untrusted && { untrusted }) }
  }
  const { code, message } = answered.message.error
  return { system, ...failed('request-refused', escapeControls(`${code}: ${message}`)) }
}

function isErrorAnswer(message: object): message is ErrorAnswer {
  return Object.keys(message).length === 1 && 'error' in message
}
