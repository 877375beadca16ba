import * as snmp from '@gatehouse/snmp-access'
import { elements, only, readOid, signed, Unreadable } from './ber.ts'
import { ENGINE, MAX_MESSAGE, POLICIES, TRAP_ENGINE } from './fixture.ts'
import { nameOf, PDUS, readPdu, type ReadPdu } from './message.ts'
import { openAnswer, openFor, openHere, scopeOf, userOf, type Opened } from './usm-oracle.ts'
import { canonical, type Seen } from './agent-oracle.ts'
import { readSealed, type Sealed } from './usm.ts'

const KINDS: ReadonlyMap<number, snmp.NotificationPdu> = new Map([
  [PDUS.trap1, 'trap1'],
  [PDUS.trap2, 'trap2'],
  [PDUS.inform, 'inform'],
])
/** On these a report is sent. */
const CONFIRMED: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa3, 0xa5, 0xa6])

/** What is known of the clock of the engine that sends traps, for a user. */
interface PeerNotion {
  boots: number
  latest: number
}

/** How a message must be answered, and whether it must be handed on. */
interface Wanted {
  readonly reply: 'silence' | 'acknowledgement' | 'report'
  readonly isTaken: boolean
  readonly pdu?: ReadPdu | undefined
  readonly counter?: string
  readonly level?: snmp.Level
  readonly sealed?: Sealed
  readonly opened?: Opened
}

const DROPPED: Wanted = { reply: 'silence', isTaken: false }

/** As `AgentOracle`, of a receiver of notifications. The clock of the engine that sends traps must not run. */
export class ReceiverOracle {
  readonly #peers = new Map<string, PeerNotion>()
  /** Notifications that must have been handed on until now. */
  taken = 0

  judge(octets: Buffer, answer: Buffer | undefined): Seen {
    const wanted = this.#want(octets)
    if (wanted.isTaken) this.taken += 1
    const kind = wanted.reply === 'acknowledgement' ? 'response' : wanted.reply
    const isStranger = kind === 'report'
    try {
      const fault = compare(wanted, octets, answer)
      return { kind, isStranger, ...(fault !== undefined && { fault }) }
    } catch (error) {
      return { kind, isStranger, fault: (error as Error).message }
    }
  }

  #want(octets: Buffer): Wanted {
    try {
      if (octets.length > MAX_MESSAGE || only(octets).tag !== 0x30) return DROPPED
      const [version, community, content, ...rest] = elements(only(octets).contents)
      if (version?.tag !== 2) return DROPPED
      const number = signed(version)
      if (number === 3) return this.#wantSealed(readSealed(octets))
      if ((number !== 0 && number !== 1) || community?.tag !== 4 || content === undefined) {
        return DROPPED
      }
      if (rest.length > 0) return DROPPED
      const sender = { community: community.contents, source: '127.0.0.1' }
      return decide(
        { ...sender, version: number === 0 ? '1' : '2c' },
        readPdu(content, number === 0),
      )
    } catch (error) {
      if (error instanceof Unreadable) return DROPPED
      throw error
    }
  }

  #wantSealed(sealed: Sealed): Wanted {
    const isOurs = sealed.engineId.equals(ENGINE.id)
    const opened = isOurs || sealed.isReportable ? openHere(sealed, ENGINE) : this.#openTrap(sealed)
    const { status, scope } = opened
    const [user, level] = [sealed.user.toString(), sealed.level]
    const sender = { version: '3', user, level, usm: status, source: '127.0.0.1' } as const
    if (status !== 'accepted') {
      const inner = level === 'authPriv' ? undefined : scopeOf(sealed.payload)?.pdu
      const asked = { ...sender, pdu: 'inform', trapOid: [0, 0] } as const
      const { report } = snmp.checkNotification(POLICIES.receiver, asked)
      const isUnwanted = inner !== undefined && !CONFIRMED.has(inner.tag)
      if (report === null || !sealed.isReportable || isUnwanted) return DROPPED
      const counter = nameOf(snmp.REPORT_OIDS[report])
      const back = status === 'not-in-time-window' ? 'authNoPriv' : 'noAuthNoPriv'
      return { reply: 'report', isTaken: false, counter, level: back, pdu: inner, sealed, opened }
    }
    if (scope === undefined || (!isOurs && scope.pdu.tag === PDUS.inform)) return DROPPED
    const named = { ...sender, context: scope.contextName.toString() }
    return { ...decide(named, scope.pdu), sealed, opened }
  }

  /** RFC 3414 section 3.2 step 7 b, for a clock that does not run. */
  #openTrap(sealed: Sealed): Opened {
    const user = userOf(sealed)
    if (user === undefined) return { status: 'unknown-user' }
    const isKnown = user.name === 'u_auth' || user.name === 'u_priv'
    if (!isKnown || !sealed.engineId.equals(TRAP_ENGINE)) return { status: 'unknown-engine' }
    return openFor(sealed, TRAP_ENGINE, () => {
      const notion = this.#peers.get(user.name) ?? { boots: 0, latest: 0 }
      const { boots, time } = sealed
      if (boots > notion.boots || (boots === notion.boots && time > notion.latest)) {
        this.#peers.set(user.name, { boots, latest: time })
        return boots < 2 ** 31 - 1
      }
      return boots === notion.boots && boots < 2 ** 31 - 1 && time >= notion.latest - 150
    })
  }
}

function decide(sender: snmp.Sender, pdu: ReadPdu): Wanted {
  const kind = KINDS.get(pdu.tag)
  if (kind === undefined) return DROPPED
  const name = kind === 'trap1' ? { ...pdu.trap1 } : nameIn(pdu)
  const asked = { ...sender, ...name, pdu: kind }
  const verdict = snmp.checkNotification(POLICIES.receiver, asked)
  if (verdict.outcome === 'deny') return DROPPED
  return { reply: kind === 'inform' ? 'acknowledgement' : 'silence', isTaken: true, pdu }
}

function nameIn({ varbinds }: ReadPdu): { readonly trapOid?: snmp.Oid } {
  const [first, second] = varbinds
  const isWhole =
    first?.value.tag === 0x43 &&
    second?.value.tag === 6 &&
    nameOf(first.oid) === '1.3.6.1.2.1.1.3.0' &&
    nameOf(second.oid) === '1.3.6.1.6.3.1.1.4.1.0'
  return isWhole ? { trapOid: readOid(second.value) } : {}
}

function compare(wanted: Wanted, octets: Buffer, answer: Buffer | undefined): string | undefined {
  const { reply, sealed, pdu, opened } = wanted
  if (reply === 'silence')
    return answer === undefined ? undefined : 'answered what is to be dropped'
  if (answer === undefined) return `no ${reply}`
  if (sealed === undefined) {
    const [, community, content] = elements(only(answer).contents)
    const asked = elements(only(octets).contents)[1]!
    if (!community!.contents.equals(asked.contents)) return 'another community'
    return answer.length > octets.length
      ? 'larger than the inform'
      : echoFault(pdu!, readPdu(content!, false))
  }
  if (answer.length > sealed.maxSize) return 'larger than what the sender takes'
  const inner = openAnswer(answer, opened?.keys)
  if (inner.messageId !== sealed.messageId || !inner.user.equals(sealed.user))
    return 'another header'
  if (!inner.engineId.equals(ENGINE.id) || inner.isReportable) return 'another engine'
  if (reply === 'acknowledgement') {
    if (inner.level !== sealed.level) return 'another level'
    return echoFault(pdu!, inner.scope.pdu)
  }
  const [varbind] = inner.scope.pdu.varbinds
  if (inner.level !== wanted.level || inner.scope.pdu.tag !== PDUS.report) return 'no report'
  if (inner.scope.pdu.requestId !== (pdu?.requestId ?? 0)) return 'report to another request'
  return nameOf(varbind!.oid) === wanted.counter ? undefined : `report ${nameOf(varbind!.oid)}`
}

function echoFault(asked: ReadPdu, got: ReadPdu): string | undefined {
  if (got.tag !== PDUS.response || got.requestId !== asked.requestId) return 'no acknowledgement'
  if (got.numbers[0] === 1 && got.varbinds.length === 0) return undefined
  return contentOf(asked) === contentOf(got) && got.numbers[0] === 0 ? undefined : 'another content'
}

/** All names and values as text. */
function contentOf({ varbinds }: ReadPdu): string {
  return varbinds
    .map(({ oid, value: { tag, contents } }) => {
      return `${nameOf(oid)} ${canonical(tag, contents).toString('hex')}`
    })
    .join()
}
