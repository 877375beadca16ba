import { answer as decide, statusOfVersion1, type Answer } from '../../answer.ts'
import { reportPdu, type Varbind } from '../../message/index.ts'
import { NO_COUNT, type Verdict } from '../../verdict.ts'
import {
  ERROR_COUNTERS,
  REPORT_COUNTERS,
  type CounterName,
  type SnmpCounters,
} from '../counters.ts'
import type { EventDetails, EventSink, SnmpEventKind } from '../events.ts'
import { fitResponse, fits } from './fit-response.ts'
import type { Incoming } from './incoming.ts'
import { MessageMib } from './message-mib.ts'
import type { CommitFailure, ContextObjects } from './objects.ts'
import type { RateLimit } from '../rate-limit.ts'
import { errorOf, firstUnwritable, outcomeOf, type Outcome } from './outcome.ts'
import type { ResponderLimits } from './responder-options.ts'

/** What the answers of one responder have in common. */
export interface AnswererParts {
  readonly objects: (context: string) => ContextObjects
  readonly counters: SnmpCounters
  readonly events: EventSink
  readonly limits: ResponderLimits
  readonly authenticationFailures: RateLimit
  readonly onAuthenticationFailure: ((source: string) => void) | undefined
}

const REQUEST_COUNTERS: ReadonlyMap<string, CounterName> = new Map<string, CounterName>([
  ['get', 'snmpInGetRequests'],
  ['getnext', 'snmpInGetNexts'],
  ['set', 'snmpInSetRequests'],
])

/** Decides commands, carries them out and writes what goes back. */
export class CommandAnswerer {
  readonly #parts: AnswererParts

  constructor(parts: AnswererParts) {
    this.#parts = parts
  }

  /** What goes back, `undefined` for silence. */
  answer(incoming: Incoming): Uint8Array | undefined {
    const { request, policy, pdu } = incoming
    const { objects, limits } = this.#parts
    let mib: MessageMib | undefined
    const asked = (context: string): MessageMib => {
      mib = new MessageMib(objects(context), pdu.varbinds)
      return mib
    }
    try {
      const decided = decide(policy, request, asked, limits)
      this.noteVerdict(request.source, decided)
      if (decided.reply === 'response') return this.#carryOut(incoming, decided, mib)
      this.#tell('refused', incoming, decided)
      return decided.reply === 'report' ? this.#report(incoming, decided) : undefined
    } catch (cause) {
      return this.#fail(incoming, mib?.index ?? 0, cause)
    }
  }

  /** Counts what the decision counts, and calls where authenticationFailure is due. */
  noteVerdict(source: string, { counters, authFailureTrap, path }: Verdict): void {
    const { counters: own, authenticationFailures, onAuthenticationFailure } = this.#parts
    if (counters !== NO_COUNT) {
      own.add('snmpInBadCommunityNames', counters.inBadCommunityNames)
      own.add('snmpInBadCommunityUses', counters.inBadCommunityUses)
    }
    if (path.status === 'noSuchContext') own.add('snmpUnknownContexts')
    if (!authFailureTrap || onAuthenticationFailure === undefined) return
    if (!authenticationFailures.take()) return
    try {
      onAuthenticationFailure(source)
    } catch (cause) {
      this.#parts.events.tell('failed', () => ({ source, port: 0, cause }))
    }
  }

  #report({ report, pdu }: Incoming, { report: name }: Verdict): Uint8Array | undefined {
    if (name === null || report === undefined) return undefined
    const count = this.#parts.counters.get(REPORT_COUNTERS[name])
    return report(reportPdu(name, count, pdu.requestId))
  }

  #carryOut(
    incoming: Incoming,
    decided: Answer,
    mib: MessageMib | undefined,
  ): Uint8Array | undefined {
    const { counters } = this.#parts
    const counter = REQUEST_COUNTERS.get(incoming.pdu.type)
    if (counter !== undefined) counters.add(counter)
    const outcome = fill(incoming, decided, mib)
    if (isToBeSet(incoming, decided) && mib !== undefined) {
      return this.#set(incoming, decided, outcome, mib)
    }
    this.#tell(decided.outcome === 'deny' ? 'refused' : 'answered', incoming, decided)
    if (outcome.errorStatus === 'noError') {
      const found = decided.varbinds.filter(({ value }) => value === 'value')
      counters.add('snmpInTotalReqVars', found.length)
    }
    return this.#respond(incoming, outcome, mib)
  }

  /** Sets when the answer can be sent: RFC 3416 section 4.2.5 has its size looked at before. */
  #set(
    incoming: Incoming,
    decided: Answer,
    granted: Outcome,
    mib: MessageMib,
  ): Uint8Array | undefined {
    if (!fits(granted.pdu, incoming.envelope)) return this.#respond(incoming, granted, mib)
    const failure = this.#commit(incoming, mib)
    if (failure === undefined) {
      this.#parts.counters.add('snmpInTotalSetVars', incoming.pdu.varbinds.length)
      this.#tell('changed', incoming, decided)
      return this.#respond(incoming, granted, mib)
    }
    const { errorIndex } = failure
    const isVersion1 = incoming.request.version === '1'
    const errorStatus = isVersion1 ? statusOfVersion1(failure.errorStatus) : failure.errorStatus
    this.#tell('answered', incoming, { ...decided, errorStatus })
    return this.#respond(incoming, errorOf(incoming.pdu, errorStatus, errorIndex), mib)
  }

  #commit(incoming: Incoming, mib: MessageMib): CommitFailure | undefined {
    try {
      return mib.commit()
    } catch (cause) {
      this.#tellFailure(incoming, cause)
      return { errorStatus: 'undoFailed', errorIndex: 0 }
    }
  }

  #respond(
    incoming: Incoming,
    outcome: Outcome,
    mib: MessageMib | undefined,
  ): Uint8Array | undefined {
    const { counters } = this.#parts
    const { envelope, request, pdu } = incoming
    let fitted: ReturnType<typeof fitResponse>
    try {
      fitted = fitResponse(outcome.pdu, envelope, request.version, pdu)
    } catch (cause) {
      if (outcome.errorStatus === 'genErr') throw cause
      // A provider gave what cannot be written.
      const oid = firstUnwritable(outcome.pdu.varbinds)
      return this.#fail(incoming, oid === undefined ? 0 : (mib?.indexOf(oid) ?? 0), cause)
    }
    const isWhole = fitted?.pdu.errorStatus === outcome.pdu.errorStatus
    if (!isWhole) this.#tell('too-big', incoming, { errorStatus: 'tooBig' })
    if (fitted === undefined) {
      counters.add('snmpSilentDrops')
      return undefined
    }
    const counter = ERROR_COUNTERS.get(isWhole ? outcome.errorStatus : 'tooBig')
    if (counter !== undefined) counters.add(counter)
    counters.add('snmpOutGetResponses')
    return fitted.octets
  }

  #fail(incoming: Incoming, index: number, cause: unknown): Uint8Array | undefined {
    this.#tellFailure(incoming, cause)
    return this.#respond(incoming, errorOf(incoming.pdu, 'genErr', index), undefined)
  }

  #tellFailure(incoming: Incoming, cause: unknown): void {
    this.#parts.events.tell('failed', () => ({ ...incoming.describe(), cause }))
  }

  #tell(
    kind: SnmpEventKind,
    incoming: Incoming,
    decided: Partial<Pick<Verdict, 'reasons' | 'errorStatus' | 'path'>>,
  ): void {
    this.#parts.events.tell(kind, (): EventDetails => {
      const { reasons, errorStatus, path } = decided
      return {
        ...incoming.describe(),
        ...(reasons !== undefined && { reasons }),
        ...(errorStatus !== undefined && { errorStatus }),
        ...(path !== undefined && { context: path.context }),
      }
    })
  }
}

/** The response with the values that were found. */
function fill({ pdu }: Incoming, decided: Answer, mib: MessageMib | undefined): Outcome {
  const { errorStatus, errorIndex } = decided
  const varbinds = decided.varbinds.map(({ oid, value }, position): Varbind => {
    if (value === 'unspecified') return pdu.varbinds[position] ?? { oid, value: { type: value } }
    if (value !== 'value') return { oid, value: { type: value } }
    if (mib === undefined) throw new TypeError('a value without objects')
    return { oid, value: mib.valueOf(oid) }
  })
  return outcomeOf(pdu.requestId, errorStatus, errorIndex, varbinds)
}

function isToBeSet({ pdu }: Incoming, { outcome, errorStatus }: Answer): boolean {
  const isGranted = outcome === 'allow' && errorStatus === 'noError'
  return pdu.type === 'set' && isGranted && pdu.varbinds.length > 0
}
