import { escapeControls } from '@gatehouse/core'
import { ErrorAnswerSchema, readMessage, type ErrorAnswer } from '@gatehouse/protocol'
import { z } from 'zod'
import { failed, type CertificateReason, type Failure, type Received } from './http-client.ts'

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

/** What an answer says, if it has the form of one. */
export function readResult<Message extends object>(
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

/** What came back for a request, and which answers to it have the status of a deny. */
export interface Answers<Message> {
  readonly received: Received
  readonly isDeny: (answer: Message) => boolean
}

/** How an answer and the status that it came with contradict each other; undefined when they do not. */
export function contradiction<Message>(
  result: Result<Message>,
  { received, isDeny }: Answers<Message>,
): string | undefined {
  if ('failure' in result || 'failure' in received) return undefined
  const { status } = received
  const denied = isDeny(result.answer)
  if (denied === (status === 403)) return undefined
  return `the answer ${denied ? 'denies' : 'denies nothing'}, with status ${status}`
}
