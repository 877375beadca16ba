import { escapeControls } from '@gatehouse/core'
import type { Packet } from '@gatehouse/hawk-trusted/plug-in'
import {
  AnswerSchema,
  ERRORS,
  OperationAnswerSchema,
  PATHS,
  StatementAnswerSchema,
  type ActionRequest,
  type Answer,
  type InvocationRequest,
  type StatementAnswer,
} from '@gatehouse/protocol'
import { EXIT, exitCodeOfFailure, type ExitCode } from './exit-code.ts'
import { exchange, failed, type ClientOptions, type Received } from './http-client.ts'
import { shortMicroagentName } from './microagent-name.ts'
import { contradiction, readResult, type Answers, type Result } from './result.ts'
import { decided } from './signed-client/decided.ts'
import { signedClient, type ToSign } from './signed-client/signed-client.ts'
import type { System } from './systems.ts'

/** What a system can be asked: an action of the BMC model, or a method of a Hawk microagent. */
export type Call = ActionRequest | InvocationRequest

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
  const message: Sent =
    'action' in call
      ? { path: PATHS.actions, body: call }
      : { path: PATHS.invocations, body: { ...call, node: { name } } }
  const received = await deliver(system, message, options)
  const result = readResult(name, received, AnswerSchema)
  return checked(system, result, { received, isDeny: ({ outcome }) => outcome === 'deny' })
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
  const received = await deliver(system, { path: PATHS.operations, body }, options)
  const result = checked(system, readResult(name, received, OperationAnswerSchema), {
    received,
    isDeny: ({ answers }) => answers.some(({ outcome }) => outcome === 'deny'),
  })
  if ('failure' in result) return [result]
  const { answer, from } = result
  return answer.answers.map((one) => ({ system: name, answer: one, from }))
}

/** A message without what its way adds. */
type Sent = Pick<ToSign, 'path' | 'body'>

/** Sends a message to the daemon of a system, signed where that takes no others. */
async function deliver(
  system: System,
  { path, body }: Sent,
  options: ClientOptions,
): Promise<Received> {
  const { tls } = system
  if (tls?.signer === undefined) return exchange(system, { method: 'POST', path, body }, options)
  const { client: trusting, signer } = tls
  const client = signedClient(system, { client: trusting, signer }, options)
  try {
    return await client.send({ path, purpose: 'call', body })
  } finally {
    client.close()
  }
}

/** A result whose status and answer say the same. */
function checked<Answered>(
  { tls }: System,
  result: Result<Answered>,
  answered: Answers<Answered>,
): Result<Answered> {
  if (tls?.signer !== undefined) return decided(result, answered)
  const fault = contradiction(result, answered)
  return fault === undefined
    ? result
    : { system: result.system, ...failed('answer-invalid', fault) }
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
  return readResult(system.name, received, StatementAnswerSchema)
}

/** The exit code that stands for a result. */
export function exitCodeOf(result: CallResult): ExitCode {
  if ('failure' in result) return exitCodeOfFailure(result.failure)
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
