import {
  NEXT_VALUE_HEADER,
  PATHS,
  readMessage,
  TaskAnswerSchema,
  ValueAnswerSchema,
  type TaskAnswer,
} from '@gatehouse/protocol'
import { RequestSigner, type Fields, type Purpose } from '@gatehouse/signed-request'
import type { Identity } from '../signed-requests/console.ts'
import { requestBytes, type Wire, type WireAnswer } from '../signed-requests/wire.ts'

/** Whom a console talks to. */
export interface Receiver {
  readonly authority: string
  readonly audience: string
}

/** What is asked again and again. */
export interface Asked {
  readonly target: string
  readonly purpose: Purpose
  readonly body: string
}

/** A task that starts no program: the agent gives its settings. */
const READ_SETTINGS = taskOf(
  JSON.stringify({
    user: 'EXAMPLE\\operator',
    level: 'administrator',
    tool: 'Replicate Agent Settings',
    target: 'web-1',
    arguments: { read: 'true' },
  }),
)

/** A task for a web agent. */
export function taskOf(body: string): Asked {
  return { target: PATHS.tasks, purpose: 'task', body }
}

/** What a console says to one agent, as the bytes that go over the connection. */
export class Asking {
  readonly #signer: RequestSigner
  readonly #receiver: Receiver
  readonly #asked: Asked
  /** Asks for a single-use value. */
  readonly valueRequest: Buffer

  constructor({ key, chain, sha256 }: Identity, receiver: Receiver, asked: Asked = READ_SETTINGS) {
    this.#signer = new RequestSigner({ key, chain })
    this.#receiver = receiver
    this.#asked = asked
    const body = JSON.stringify({ certificate: sha256 })
    const fields = plainFields(receiver.authority, body)
    this.valueRequest = requestBytes('POST', PATHS.values, fields, body)
  }

  /** The request, signed with a value. */
  signed(value: string): Buffer {
    const { authority, audience } = this.#receiver
    const { target, purpose } = this.#asked
    const body = new Uint8Array(Buffer.from(this.#asked.body))
    const request = { method: 'POST', scheme: 'https', authority, target, body } as const
    const options = { value, audience, purpose, at: new Date() }
    return requestBytes('POST', target, this.#signer.sign(request, options), body)
  }

  /** Asks for a value over a connection. @throws Error when there is none. */
  async value(wire: Wire): Promise<string> {
    const answer = await wire.exchange(this.valueRequest)
    const read = answer && readMessage(ValueAnswerSchema, answer.body)
    if (read === undefined || 'error' in read) throw new Error(`no value: ${answer?.body}`)
    return read.message.value
  }
}

/** Fields of a request that nobody signs. */
export function plainFields(authority: string, body: string): Fields {
  return [
    ['host', authority],
    ['content-type', 'application/json'],
    ['content-length', String(Buffer.byteLength(body))],
  ]
}

/** What the answer to a task says; `undefined` when it is none. */
export function taskAnswerOf(answer: WireAnswer | undefined): TaskAnswer | undefined {
  const read = answer && readMessage(TaskAnswerSchema, answer.body)
  return read !== undefined && 'message' in read ? read.message : undefined
}

/** Whether a task was permitted, which nothing but its answer says. */
export function isAllowed(answer: WireAnswer | undefined): boolean {
  return taskAnswerOf(answer)?.outcome === 'allow'
}

/** The value that came with an answer. @throws Error when none did. */
export function nextValue(answer: WireAnswer | undefined): string {
  const value = answer?.fields.get(NEXT_VALUE_HEADER)
  if (value === undefined) throw new Error(`no next value: ${answer?.status} ${answer?.body}`)
  return value
}
