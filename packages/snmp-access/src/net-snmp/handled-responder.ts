import { policyInForce, type PolicySource } from '@gatehouse/core'
import { answer } from '../answer.ts'
import type { CommandResponder } from '../engine/responder/command-responder.ts'
import type { ObjectInstance } from '../engine/responder/objects.ts'
import type { Varbind } from '../message/model.ts'
import type { Instance, Mib } from '../mib.ts'
import type { Configuration } from '../model.ts'
import type { Request } from '../request.ts'
import type { ErrorStatus } from '../verdict.ts'
import type { WalkLimits } from '../walk.ts'
import { askHandlers, type HandlerFailure, type HandlerOptions } from './handlers.ts'
import type { IndexedInstance } from './mib-index.ts'
import type { MibObjects } from './mib-objects.ts'
import { fromValue } from './values.ts'

/** What a {@link HandledResponder} decides by. */
export interface HandledParts extends HandlerOptions {
  readonly responder: CommandResponder
  readonly objects: MibObjects
  readonly policy: PolicySource<Configuration>
  readonly limits: WalkLimits
}

/** The PDU types of handlers' requests. */
const OPERATIONS = { get: 160, getnext: 161, set: 163, getbulk: 165 } as const

/**
 * Asks the handlers of providers before a message is answered.
 *
 * First it is found out, with access control, what the answer would name; then the handlers of these
 * instances are asked; then the message is answered from the values that are there now. A handler is
 * thus never asked for what the sender may not see or set. While a SET waits, no other SET begins.
 */
export class HandledResponder {
  readonly #parts: HandledParts
  #lastSet: Promise<unknown> = Promise.resolve()

  constructor(parts: HandledParts) {
    this.#parts = parts
  }

  /** The answer: at once where no handler has to be asked. */
  receive(
    octets: Uint8Array,
    source: string,
    port: number,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const { responder } = this.#parts
    if (!this.#hasHandlers()) return responder.receive(octets, source, port)
    const opened = responder.open(octets, source, port)
    const { asked } = opened
    const work = (): Uint8Array | undefined => opened.answer()
    if (asked === undefined) return work()
    const { request } = asked
    try {
      if (request.pdu === 'set') return this.#enqueue(request, work)
      const touched = this.#read(request).filter(({ provider }) => provider.handler !== undefined)
      return touched.length === 0 ? work() : this.#readAfterHandlers(request, touched, work)
    } catch (cause) {
      return this.#fail(work, cause)
    }
  }

  /** A Mib that cannot be read is asked as one with handlers. */
  #hasHandlers(): boolean {
    try {
      return this.#parts.objects.index.hasHandlers
    } catch {
      return true
    }
  }

  #enqueue<Answer>(request: Request, work: () => Answer): Promise<Answer> {
    const before = this.#lastSet
    const answered = before.then(() => this.#set(request, work))
    const done = answered.catch((cause: unknown) => this.#fail(work, cause))
    this.#lastSet = done
    return done
  }

  /** Answers with an error whatever was asked: what the handlers would have said is not known. */
  #fail<Answer>(work: () => Answer, cause: unknown): Answer {
    const { objects, report } = this.#parts
    report('', 'the objects that a message asks for cannot be told', cause)
    return objects.failing({ size: 1, get: () => 'genErr' }, work)
  }

  /** The instances whose values an answer would have. */
  #read(request: Request): readonly IndexedInstance[] {
    const { policy, objects, limits } = this.#parts
    objects.begin()
    const { varbinds } = answer(policyInForce(policy), request, () => mibOf(objects), limits)
    const instances = varbinds.map(({ oid, value }) =>
      value === 'value' ? objects.index.at(oid) : undefined,
    )
    return [...new Set(instances)].filter((instance) => instance !== undefined)
  }

  async #readAfterHandlers<Answer>(
    { pdu }: Request,
    touched: readonly IndexedInstance[],
    work: () => Answer,
  ): Promise<Answer> {
    const questions = touched.map((instance) => ({ instance, operation: OPERATIONS[pdu] }))
    const failures = await askHandlers(questions, this.#parts)
    return this.#parts.objects.failing(byName(failures), work)
  }

  async #set<Answer>(request: Request, work: () => Answer): Promise<Answer> {
    const { policy, objects, limits } = this.#parts
    const varbinds = request.varbinds as readonly Varbind[]
    const { written, statuses } = objects.preview(varbinds)
    const mib = mibOf(objects, (_, position) => statuses[position] ?? 'genErr')
    const { reply, errorStatus } = answer(policyInForce(policy), request, () => mib, limits)
    if (reply !== 'response' || errorStatus !== 'noError') return work()
    const ask = (phase: 'test' | 'commit'): Promise<readonly HandlerFailure[]> =>
      askHandlers(
        written.flatMap((instance, position) => {
          const { value } = varbinds[position] as Varbind
          const set = { value: fromValue(value), phase }
          return instance === undefined ? [] : [{ instance, operation: OPERATIONS.set, set }]
        }),
        this.#parts,
      )
    const tested = await ask('test')
    if (tested.length > 0) return objects.failing(byName(tested), work)
    const committed = await ask('commit')
    // There is no call by which a handler could take back what it did.
    const asked = written.filter((instance) => instance?.provider.handler !== undefined)
    const status = committed.length === asked.length ? 'commitFailed' : 'undoFailed'
    const failures = committed.map(({ oid }) => ({ oid, status }) as const)
    return objects.failing(byName(failures), work)
  }
}

function byName(failures: readonly HandlerFailure[]): Map<string, ErrorStatus> {
  return new Map(failures.map(({ oid, status }) => [oid.join('.'), status]))
}

/** The objects as the decision asks for them, for a SET that is only looked at. */
function mibOf(objects: MibObjects, test: Mib['test'] = () => 'genErr'): Mib {
  return {
    find: (oid) => {
      const found = objects.find(oid)
      return typeof found === 'string' ? found : instanceOf(found)
    },
    next: (oid) => {
      const found = objects.next(oid)
      return found && instanceOf(found)
    },
    test,
  }
}

function instanceOf({ oid, value }: ObjectInstance): Instance {
  return { oid, counter64: value.type === 'Counter64' }
}
