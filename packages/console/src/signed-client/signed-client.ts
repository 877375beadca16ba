import type { TlsClient } from '@gatehouse/certificate-trust/tls'
import {
  ANSWER_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_ANSWER_BYTES,
  MAX_VALUE_CHARACTERS,
  PATHS,
  ValueAnswerSchema,
} from '@gatehouse/protocol'
import type { Fields, Purpose, RequestSigner } from '@gatehouse/signed-request'
import { authorityOf } from '../host-names.ts'
import {
  failed,
  FAILURES,
  type ClientOptions,
  type Failure,
  type Received,
} from '../http-client.ts'
import { readResult } from '../result.ts'
import type { System } from '../systems.ts'
import { overTls, type Connection, type Open } from './connection.ts'

/** Whose signature a client makes, and for whom. */
export interface SignedClientOptions {
  /** Name of the receiver, for messages. */
  readonly name: string
  /** How the receiver is reached. */
  readonly open: Open
  /** Scheme of the receiver. */
  readonly scheme: 'https' | 'http'
  /** The `Host` that is signed: lower case, with the port unless it is the usual one. */
  readonly authority: string
  /** Whose key signs. */
  readonly signer: RequestSigner
}

/** A request that is to be signed. */
export interface ToSign {
  /** Path at the receiver, such as `/v1/tasks`. */
  readonly path: string
  /** What it is for; it is refused for anything else. */
  readonly purpose: Purpose
  /** Sent as JSON. */
  readonly body: unknown
}

/** A value for the next request, and until when it is used. */
interface NextValue {
  readonly value: string
  readonly end: number
}

/** What a value may look like: it goes into a signature's parameters as it is. */
const VALUE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * How long the value of an answer is used, in milliseconds. Less than a receiver keeps an idle
 * connection: what is sent over one that it is closing may or may not have arrived.
 */
const NEXT_VALUE_MS = KEEP_ALIVE_TIMEOUT_MS / 2

/**
 * Sends signed requests to one receiver, one after the other, over a connection that it keeps.
 *
 * Each is signed with a single-use value that the receiver issued and for the receiver that the
 * connection was opened to, whatever that says it is. A signed request is sent once: one without an
 * answer is `outcome-unknown`, and never sent again. Asking for a value is no request in this sense,
 * and is tried again when a kept connection turns out to be gone.
 */
export class SignedClient {
  readonly #options: SignedClientOptions
  #connection: Connection | undefined
  #next: NextValue | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: SignedClientOptions) {
    this.#options = options
  }

  /** Sends a request when those before it are answered. Never rejects, but for a body that is not JSON. */
  send(request: ToSign): Promise<Received> {
    const sent = this.#last.then(() => this.#send(request))
    this.#last = sent.catch(() => undefined)
    return sent
  }

  /** Local address that requests come from; undefined until there is a connection. */
  get from(): string | undefined {
    return this.#connection?.from
  }

  /** Connects, if it is not connected. @returns why that failed. */
  async connect(): Promise<Failure | undefined> {
    const opened = await this.#opened()
    return 'failure' in opened ? opened.failure : undefined
  }

  /** Ends the connection. */
  close(): void {
    this.#connection?.close()
    this.#connection = undefined
    this.#next = undefined
  }

  async #send({ path, purpose, body }: ToSign): Promise<Received> {
    const ready = await this.#ready()
    if ('failure' in ready) return ready
    const { connection, value } = ready
    const bytes = Buffer.from(JSON.stringify(body))
    const fields = this.#sign({ path, purpose, bytes }, { value, audience: connection.audience })
    if (fields === undefined) {
      this.close()
      return failed('answer-invalid', 'the system issues values that no request can be signed with')
    }
    const received = await connection.post(path, fields, bytes)
    if (!('failure' in received)) {
      this.#next = nextValueOf(received)
      return received
    }
    this.close()
    return failed(
      'outcome-unknown',
      `${FAILURES['outcome-unknown']}: ${received.failure.code}, ${received.failure.message}`,
    )
  }

  #sign(
    { path: target, purpose, bytes: body }: Omit<ToSign, 'body'> & { readonly bytes: Uint8Array },
    given: { readonly value: string; readonly audience: string },
  ): Fields | undefined {
    const { signer, scheme, authority } = this.#options
    try {
      return signer.sign(
        { method: 'POST', scheme, authority, target, body },
        { ...given, purpose, at: new Date() },
      )
    } catch {
      return undefined
    }
  }

  /** A connection and a value for it: the one of the last answer, while it is fresh, else a new one. */
  async #ready(): Promise<
    { readonly connection: Connection; readonly value: string } | { readonly failure: Failure }
  > {
    const next = this.#next
    const kept = this.#connection
    this.#next = undefined
    if (kept?.isOpen() === true && next !== undefined && Date.now() < next.end) {
      return { connection: kept, value: next.value }
    }
    const isKept = kept?.isOpen() === true
    const asked = await this.#askForValue()
    const isGone = 'failure' in asked && asked.failure.code === 'unreachable'
    return isKept && isGone ? this.#askForValue() : asked
  }

  async #askForValue(): Promise<
    { readonly connection: Connection; readonly value: string } | { readonly failure: Failure }
  > {
    const opened = await this.#opened()
    if ('failure' in opened) return opened
    const { connection } = opened
    const { name, authority, signer } = this.#options
    const body = Buffer.from(JSON.stringify({ certificate: signer.sha256 }))
    const fields: Fields = [
      ['host', authority],
      ['content-type', 'application/json'],
      ['content-length', String(body.length)],
    ]
    const received = await connection.post(PATHS.values, fields, body)
    const result = readResult(name, received, ValueAnswerSchema)
    const refusal = refusalIn(result, connection)
    if (refusal === undefined && 'answer' in result) {
      return { connection, value: result.answer.value }
    }
    this.close()
    return refusal ?? failed('answer-invalid', 'there is no value')
  }

  async #opened(): Promise<{ readonly connection: Connection } | { readonly failure: Failure }> {
    if (this.#connection?.isOpen() === true) return { connection: this.#connection }
    this.close()
    const opened = await this.#options.open()
    if ('connection' in opened) this.#connection = opened.connection
    return opened
  }
}

/** Port of HTTPS, which no authority names. */
const USUAL_PORT = 443

/** A client for what listens at a place by TLS; it connects when something is sent. */
export function signedClient(
  { name, address, port }: Pick<System, 'name' | 'address' | 'port'>,
  { client, signer }: { readonly client: TlsClient; readonly signer: RequestSigner },
  { from, timeoutMs = ANSWER_TIMEOUT_MS, maxBytes = MAX_ANSWER_BYTES }: ClientOptions = {},
): SignedClient {
  const options = { timeoutMs, maxBytes, ...(from !== undefined && { from }) }
  const authority = authorityOf(address, port, USUAL_PORT)
  const open = overTls({ address, port, options }, client)
  return new SignedClient({ name, open, scheme: 'https', authority, signer })
}

function refusalIn(
  result: ReturnType<typeof readResult<{ readonly audience: string }>>,
  { audience }: Connection,
): { readonly failure: Failure } | undefined {
  if ('failure' in result) return result
  if (result.answer.audience === audience) return undefined
  return failed('audience-mismatch', FAILURES['audience-mismatch'])
}

function nextValueOf({ nextValue }: { readonly nextValue?: string }): NextValue | undefined {
  if (nextValue === undefined || nextValue.length > MAX_VALUE_CHARACTERS) return undefined
  if (!VALUE.test(nextValue)) return undefined
  return { value: nextValue, end: Date.now() + NEXT_VALUE_MS }
}
