import * as snmp from '@gatehouse/snmp-access'
import { elements, int, oidOf, only, signed, tlv, Unreadable } from './ber.ts'
import { AgentMib } from './agent-mib.ts'
import { ENGINE, MAX_MESSAGE, MAX_RESPONSE, POLICIES } from './fixture.ts'
import { nameOf, PDUS, readPdu, type ReadPdu, type ReadScope, type ReadVarbind } from './message.ts'
import { openAnswer, openHere, scopeOf, type Opened } from './usm-oracle.ts'
import { readSealed, type Sealed } from './usm.ts'

const COMMANDS: ReadonlyMap<number, snmp.Pdu> = new Map([
  [PDUS.get, 'get'],
  [PDUS.getnext, 'getnext'],
  [PDUS.getbulk, 'getbulk'],
  [PDUS.set, 'set'],
])
const UNCONFIRMED: ReadonlySet<number> = new Set([0xa2, 0xa8, 0xa4, 0xa7])
/** Counter64, and what stands in the place of a value. */
const NOT_OF_VERSION_1: ReadonlySet<number> = new Set([0x46, 0x80, 0x81, 0x82])
const TAG_OF: Readonly<Record<string, number>> = {
  unspecified: 5,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
}
const STATUSES: readonly snmp.ErrorStatus[] = [
  ...(['noError', 'tooBig', 'noSuchName', 'badValue', 'genErr', 'genErr', 'noAccess'] as const),
  ...(['wrongType', 'wrongLength', 'wrongEncoding', 'wrongValue', 'noCreation'] as const),
  ...(['inconsistentValue', 'resourceUnavailable', 'commitFailed', 'undoFailed'] as const),
  ...(['authorizationError', 'notWritable', 'inconsistentName'] as const),
]

/** How a message must be answered. */
type Wanted =
  | { readonly kind: 'silence' }
  | {
      readonly kind: 'report'
      readonly counter: string
      readonly requestId: number
      readonly sealed: Sealed
      readonly level: snmp.Level
      readonly contextName: Buffer
      readonly opened: Opened
    }
  | {
      readonly kind: 'response'
      readonly answer: snmp.Answer
      readonly pdu: ReadPdu
      readonly version: snmp.Version
      readonly community?: Buffer
      readonly sealed?: Sealed
      readonly opened?: Opened
      readonly scope?: ReadScope
      readonly maxBytes: number
    }

/** What was seen of one message. */
export interface Seen {
  /** What is wrong with the answer. */
  readonly fault?: string
  readonly kind: Wanted['kind']
  /** Whether the answer went to somebody who proved or knew nothing. */
  readonly isStranger: boolean
}

/**
 * Says of each message whether it was answered as the core decides, reading both with code of its
 * own. Messages must be given in the order in which the agent had them: it keeps up with SETs.
 */
export class AgentOracle {
  readonly #mib = new AgentMib()

  judge(octets: Buffer, answer: Buffer | undefined): Seen {
    const wanted = this.#want(octets)
    const isStranger = wanted.kind === 'report'
    try {
      const fault = this.#compare(wanted, answer)
      return { kind: wanted.kind, isStranger, ...(fault !== undefined && { fault }) }
    } catch (error) {
      return { kind: wanted.kind, isStranger, fault: (error as Error).message }
    }
  }

  #want(octets: Buffer): Wanted {
    try {
      if (octets.length > MAX_MESSAGE) return { kind: 'silence' }
      const [version, ...rest] = elements(only(octets).contents)
      if (only(octets).tag !== 0x30 || version?.tag !== 2) return { kind: 'silence' }
      const number = signed(version)
      if (number === 3) return this.#wantSealed(readSealed(octets))
      const [community, content] = rest
      if ((number !== 0 && number !== 1) || rest.length !== 2 || community?.tag !== 4) {
        return { kind: 'silence' }
      }
      const pdu = readPdu(content!, number === 0)
      if (number === 0 && pdu.varbinds.some(({ value }) => NOT_OF_VERSION_1.has(value.tag))) {
        return { kind: 'silence' }
      }
      const name = number === 0 ? '1' : '2c'
      const sender = { version: name, community: community.contents, source: '127.0.0.1' } as const
      const answer = this.#decide(sender, pdu)
      if (answer?.reply !== 'response') return { kind: 'silence' }
      const own = { community: community.contents, maxBytes: MAX_RESPONSE }
      return { kind: 'response', answer, pdu, version: name, ...own }
    } catch (error) {
      if (error instanceof Unreadable) return { kind: 'silence' }
      throw error
    }
  }

  #decide(sender: snmp.Sender, pdu: ReadPdu): snmp.Answer | undefined {
    const type = COMMANDS.get(pdu.tag)
    if (type === undefined) return undefined
    const [nonRepeaters, maxRepetitions] = pdu.numbers
    const { varbinds } = pdu
    const bulk = type === 'getbulk' ? { nonRepeaters, maxRepetitions } : {}
    const request = { ...sender, pdu: type, varbinds, ...bulk }
    return snmp.answer(POLICIES.agent, request, () => this.#mib.for(varbinds), {})
  }

  #wantSealed(sealed: Sealed): Wanted {
    const opened = openHere(sealed, ENGINE)
    const { status, scope } = opened
    const [user, level] = [sealed.user.toString(), sealed.level]
    const sender = { version: '3', user, level, usm: status, source: '127.0.0.1' } as const
    if (status !== 'accepted') {
      const { report } = snmp.check(POLICIES.agent, { ...sender, pdu: 'get', varbinds: [] })
      if (report === null) return { kind: 'silence' }
      const inner = level === 'authPriv' ? undefined : scopeOf(sealed.payload)
      const counter = nameOf(snmp.REPORT_OIDS[report])
      return wantReport(sealed, opened, {
        counter,
        level: status === 'not-in-time-window' ? 'authNoPriv' : 'noAuthNoPriv',
        pdu: inner?.pdu,
        contextName: Buffer.alloc(0),
      })
    }
    if (scope === undefined) return { kind: 'silence' }
    const { pdu, contextName, contextEngineId } = scope
    if (!contextEngineId.equals(ENGINE.id) || !COMMANDS.has(pdu.tag)) {
      return wantReport(sealed, opened, {
        counter: '1.3.6.1.6.3.11.2.1.3.0',
        level,
        pdu,
        contextName,
      })
    }
    const answer = this.#decide({ ...sender, context: contextName.toString() }, pdu)
    if (answer?.reply !== 'response') return { kind: 'silence' }
    const maxBytes = Math.min(MAX_RESPONSE, sealed.maxSize)
    return { kind: 'response', answer, pdu, version: '3', sealed, opened, scope, maxBytes }
  }

  #compare(wanted: Wanted, octets: Buffer | undefined): string | undefined {
    if (wanted.kind === 'silence') {
      return octets === undefined ? undefined : 'answered what is to be dropped'
    }
    if (octets !== undefined && octets.length > MAX_RESPONSE) return 'larger than the limit'
    if (wanted.kind === 'report') return compareReport(wanted, octets)
    const { pdu, maxBytes, version, sealed, scope, opened, answer } = wanted
    if (octets === undefined) return mayNotFit(wanted) ? undefined : 'no answer'
    if (octets.length > maxBytes) return 'larger than what the sender takes'
    let got: ReadPdu
    if (sealed === undefined || scope === undefined) {
      const [number, community, content] = elements(only(octets).contents)
      if (signed(number!) !== (version === '1' ? 0 : 1)) return 'another version'
      if (!community!.contents.equals(wanted.community!)) return 'another community'
      got = readPdu(content!, version === '1')
    } else {
      const inner = openAnswer(octets, opened?.keys)
      if (inner.level !== sealed.level) return 'another level'
      if (!inner.scope.contextName.equals(scope.contextName)) return 'another context'
      const fault = headerFault(sealed, inner)
      if (fault !== undefined) return fault
      got = inner.scope.pdu
    }
    if (got.tag !== PDUS.response || got.requestId !== pdu.requestId) return 'no response to it'
    return this.#compareContent(wanted, answer, got, octets.length)
  }

  #compareContent(
    { pdu, maxBytes, version }: Extract<Wanted, { kind: 'response' }>,
    answer: snmp.Answer,
    got: ReadPdu,
    size: number,
  ): string | undefined {
    const [status, index] = got.numbers
    const name = STATUSES[status]
    const wanted = answer.varbinds.map(({ oid, value }, at) => this.#varbindOf(oid, value, pdu, at))
    const whole = wanted.map((one) => one.length)
    if (name === 'tooBig') {
      const length = sizeOfAll(whole) + size - sizeOfAll(got.varbinds.map(lengthOfVarbind))
      return length + 12 > maxBytes ? undefined : 'tooBig for what fits'
    }
    if (name !== answer.errorStatus) return `${name} in place of ${answer.errorStatus}`
    if (index !== answer.errorIndex) return `index ${index} in place of ${answer.errorIndex}`
    const { length } = got.varbinds
    if (length !== wanted.length) {
      const isCut = pdu.tag === PDUS.getbulk && length > 0 && length < wanted.length
      if (!isCut || size + whole[length]! + 16 <= maxBytes) return `${length} of ${wanted.length}`
    }
    for (const [at, varbind] of got.varbinds.entries()) {
      if (!isSame(varbind, wanted[at]!)) return `varbind ${at + 1}: ${nameOf(varbind.oid)}`
    }
    const isSet = pdu.tag === PDUS.set && name === 'noError' && answer.outcome === 'allow'
    if (isSet) this.#mib.set(pdu.varbinds)
    const isLater = got.varbinds.some(({ value }) => NOT_OF_VERSION_1.has(value.tag))
    return version === '1' && isLater ? 'a type that version 1 does not have' : undefined
  }

  #varbindOf(
    oid: snmp.Oid,
    value: snmp.AnswerVarbind['value'],
    pdu: ReadPdu,
    at: number,
  ): ExpectedVarbind {
    const asked = pdu.varbinds[at]
    if (value === 'unspecified' && asked !== undefined) {
      const { tag, contents } = asked.value
      return expected(oid, tag, canonical(tag, contents))
    }
    if (value !== 'value') return expected(oid, TAG_OF[value]!, tlv(TAG_OF[value]!))
    const found = this.#mib.valueOf(oid)
    if (found === undefined) throw new Error('the core found what is not there')
    return expected(oid, found.tag, found.value)
  }
}

interface ExpectedVarbind {
  readonly oid: snmp.Oid
  readonly tag: number
  /** `undefined`: any. */
  readonly value: Buffer | undefined
  readonly length: number
}

function expected(oid: snmp.Oid, tag: number, value: Buffer | undefined): ExpectedVarbind {
  const length = tlv(0x30, oidOf(oid), value ?? tlv(tag, [0])).length
  return { oid, tag, value, length }
}

/** A value as our side writes it: numbers as short as they may be. */
export function canonical(tag: number, contents: Buffer): Buffer {
  if (tag === 2) return int(contents.readIntBE(0, contents.length))
  const isNumber = tag === 0x41 || tag === 0x42 || tag === 0x43 || tag === 0x46
  return isNumber ? int(BigInt(`0x${contents.toString('hex')}`), tag) : tlv(tag, contents)
}

function isSame({ oid, value }: ReadVarbind, wanted: ExpectedVarbind): boolean {
  if (nameOf(oid) !== nameOf(wanted.oid) || value.tag !== wanted.tag) return false
  return wanted.value === undefined || value.whole.equals(wanted.value)
}

function lengthOfVarbind({ oid, value }: ReadVarbind): number {
  return tlv(0x30, oidOf(oid), value.whole).length
}

function sizeOfAll(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0)
}

/** Whether not even tooBig fits: what comes back of the request is larger than the limit. */
function mayNotFit(wanted: Extract<Wanted, { kind: 'response' }>): boolean {
  const { community, scope, pdu, version, maxBytes } = wanted
  const echoed = version === '1' ? sizeOfAll(pdu.varbinds.map(lengthOfVarbind)) : 0
  return (community?.length ?? 0) + (scope?.contextName.length ?? 0) + echoed + 200 > maxBytes
}

function wantReport(
  sealed: Sealed,
  opened: Opened,
  on: {
    readonly counter: string
    readonly level: snmp.Level
    readonly pdu: ReadPdu | undefined
    readonly contextName: Buffer
  },
): Wanted {
  const { pdu } = on
  if (!sealed.isReportable || (pdu !== undefined && UNCONFIRMED.has(pdu.tag))) {
    return { kind: 'silence' }
  }
  return { kind: 'report', ...on, requestId: pdu?.requestId ?? 0, sealed, opened }
}

function compareReport(
  wanted: Extract<Wanted, { kind: 'report' }>,
  octets: Buffer | undefined,
): string | undefined {
  const { sealed, counter, requestId, level, contextName, opened } = wanted
  const maxBytes = Math.min(MAX_RESPONSE, sealed.maxSize)
  if (octets === undefined) return contextName.length + 300 > maxBytes ? undefined : 'no report'
  if (octets.length > maxBytes) return 'report larger than what the sender takes'
  const { scope, ...header } = openAnswer(octets, opened.keys)
  if (header.level !== level) return 'report of another level'
  if (!scope.contextName.equals(contextName)) return 'report with another context'
  const { pdu } = scope
  const [varbind] = pdu.varbinds
  const isReport = pdu.tag === PDUS.report && pdu.varbinds.length === 1
  if (!isReport || varbind?.value.tag !== 0x41) return 'no report'
  if (nameOf(varbind.oid) !== counter) return `report ${nameOf(varbind.oid)}, not ${counter}`
  if (pdu.requestId !== requestId) return 'report to another request'
  return headerFault(sealed, header)
}

function headerFault(asked: Sealed, got: Omit<Sealed, 'scope'>): string | undefined {
  if (got.messageId !== asked.messageId || !got.user.equals(asked.user)) return 'another header'
  const isOurs = got.engineId.equals(ENGINE.id) && got.boots === ENGINE.boots
  if (!isOurs || got.time !== ENGINE.time) return 'another clock'
  return got.isReportable ? 'asks for a report' : undefined
}
