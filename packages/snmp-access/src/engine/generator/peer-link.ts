import { randomInt } from 'node:crypto'
import { decodeMessage, type CommunityMessage, type SealedMessage } from '../../message/index.ts'
import { PeerSockets, type PeerSocketOptions } from './peer-sockets.ts'
import { SnmpError, type AnswerFault } from './snmp-error.ts'
import { addressKey, type Place } from './target.ts'

/** What a message is, to the conversation that its id belongs to. */
export type Judgement<Result> =
  | { readonly kind: 'answer'; readonly result: Result }
  | { readonly kind: 'failure'; readonly error: SnmpError }
  /** The message is to be made anew and sent at once; at most {@link MAX_AGAIN} times. */
  | { readonly kind: 'again' }
  /** Not the answer: the true one may still come. */
  | { readonly kind: 'ignored'; readonly fault: AnswerFault }

/** A message that is repeated until its answer comes. */
export interface Conversation<Message, Result> {
  readonly to: Place
  readonly timeoutMs: number
  readonly retries: number
  /**
   * Makes the message for one try.
   *
   * @param id - The id that answers are known by, random: for version 3 another one for each try
   * (RFC 3412 section 6.2), otherwise the request's own.
   */
  make(id: number): Uint8Array
  /**
   * Called only for messages from the address and port that were asked.
   *
   * @param id - That of one of the tries, which the message has.
   */
  judge(message: Message, id: number): Judgement<Result>
}

/** Limits of a link. */
export interface PeerLinkOptions extends PeerSocketOptions {
  /** Most requests that wait for answers at one time. Default 10,000. */
  readonly maxPending?: number
}

type Pending<Message> = Map<number, PendingConversation<Message>>

interface PendingConversation<Message> {
  receive(message: Message, id: number, address: string, port: number): void
  fail(error: SnmpError): void
}

const DEFAULT_MAX_PENDING = 10_000
const MAX_ID = 2 ** 31 - 1
/** Once for a peer that was restarted, once more for one that was so in the meantime. */
const MAX_AGAIN = 2

/** Brings messages to peers, and their answers back to where they are waited for. */
export class PeerLink {
  readonly #maxPending: number
  readonly #byRequest: Pending<CommunityMessage> = new Map()
  readonly #byMessage: Pending<SealedMessage> = new Map()
  #sockets: PeerSockets | undefined
  #unclaimed = 0

  private constructor(maxPending: number) {
    this.#maxPending = maxPending
  }

  static async open(options: PeerLinkOptions): Promise<PeerLink> {
    const link = new PeerLink(options.maxPending ?? DEFAULT_MAX_PENDING)
    link.#sockets = await PeerSockets.open(options, (octets, address, port) => {
      link.#receive(octets, address, port)
    })
    return link
  }

  /** Messages that nobody waits for: late, doubled, forged, or no messages at all. */
  get unclaimed(): number {
    return this.#unclaimed
  }

  /** Port that messages to a family come from. */
  port(family: 4 | 6): number | undefined {
    return this.#sockets?.port(family)
  }

  /** A random id that nobody uses as a message id at the moment. */
  newId(): number {
    return freeId(this.#byMessage)
  }

  /** @throws SnmpError by rejection. */
  askByRequest<Result>(asked: Conversation<CommunityMessage, Result>): Promise<Result> {
    return this.#converse(asked, this.#byRequest, 'one-id')
  }

  /** @throws SnmpError by rejection. */
  askByMessage<Result>(asked: Conversation<SealedMessage, Result>): Promise<Result> {
    return this.#converse(asked, this.#byMessage, 'id-for-each-try')
  }

  /** Sends what nobody answers. @throws SnmpError by rejection: `send-failed`, `closed`. */
  transmit(octets: Uint8Array, to: Place): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#send(octets, to, (error) => {
        if (error === undefined) resolve()
        else reject(error)
      })
    })
  }

  async close(): Promise<void> {
    const sockets = this.#sockets
    this.#sockets = undefined
    const waiting = new Set([...this.#byRequest.values(), ...this.#byMessage.values()])
    for (const conversation of waiting) conversation.fail(new SnmpError('closed'))
    await sockets?.close()
  }

  #send(octets: Uint8Array, to: Place, done: (error: SnmpError | undefined) => void): void {
    if (this.#sockets === undefined) done(new SnmpError('closed'))
    else this.#sockets.send(octets, to, done)
  }

  #receive(octets: Uint8Array, address: string, port: number): void {
    const message = decodeMessage(octets)
    if (typeof message === 'string') {
      this.#unclaimed += 1
    } else if (message.version === '3') {
      const { messageId } = message.header
      const waiting = this.#byMessage.get(messageId)
      if (waiting === undefined) this.#unclaimed += 1
      else waiting.receive(message, messageId, address, port)
    } else {
      const requestId = 'requestId' in message.pdu ? message.pdu.requestId : 0
      const waiting = this.#byRequest.get(requestId)
      if (waiting === undefined) this.#unclaimed += 1
      else waiting.receive(message, requestId, address, port)
    }
  }

  #converse<Message, Result>(
    asked: Conversation<Message, Result>,
    pending: Pending<Message>,
    numbering: 'one-id' | 'id-for-each-try',
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#byRequest.size + this.#byMessage.size >= this.#maxPending) {
        reject(new SnmpError('too-many-pending'))
        return
      }
      const ids = new Set<number>()
      let tries = 0
      let again = 0
      let lastFault: AnswerFault | undefined
      let timer: NodeJS.Timeout | undefined

      const end = (): void => {
        clearTimeout(timer)
        for (const id of ids) pending.delete(id)
      }
      const fail = (error: SnmpError): void => {
        end()
        reject(error)
      }
      const idOfTry = (): number => {
        const [first] = ids
        return numbering === 'one-id' && first !== undefined ? first : freeId(pending)
      }
      const sendOnce = (): void => {
        const id = idOfTry()
        ids.add(id)
        pending.set(id, conversation)
        clearTimeout(timer)
        timer = setTimeout(tryAgain, asked.timeoutMs)
        let octets: Uint8Array
        try {
          octets = asked.make(id)
        } catch (cause) {
          fail(new SnmpError('request-malformed', { cause }))
          return
        }
        this.#send(octets, asked.to, (error) => {
          if (error !== undefined) fail(error)
        })
      }
      const tryAgain = (): void => {
        if (tries >= asked.retries) {
          fail(errorAfter(lastFault))
          return
        }
        tries += 1
        sendOnce()
      }
      const conversation: PendingConversation<Message> = {
        fail,
        receive: (message, id, address, port) => {
          const isFromPeer = port === asked.to.port && addressKey(address) === asked.to.key
          const judgement = isFromPeer ? asked.judge(message, id) : WRONG_SOURCE
          switch (judgement.kind) {
            case 'answer':
              end()
              resolve(judgement.result)
              break
            case 'failure':
              fail(judgement.error)
              break
            case 'again':
              again += 1
              if (again > MAX_AGAIN) fail(new SnmpError('not-in-time-window'))
              else sendOnce()
              break
            case 'ignored':
              lastFault = judgement.fault
              break
          }
        },
      }
      sendOnce()
    })
  }
}

const WRONG_SOURCE = { kind: 'ignored', fault: 'source' } as const

function errorAfter(lastFault: AnswerFault | undefined): SnmpError {
  if (lastFault === undefined) return new SnmpError('timeout')
  if (lastFault === 'time') return new SnmpError('not-in-time-window')
  return new SnmpError('answer-refused', { fault: lastFault, message: lastFault })
}

/** Ids are not to be guessed: with them anybody could answer for the peer. */
function freeId(pending: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const id = randomInt(1, MAX_ID)
    if (!pending.has(id)) return id
  }
}
