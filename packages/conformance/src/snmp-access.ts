import * as ours from '@gatehouse/snmp-access'
import { FormError, list, record, string } from './form.ts'
import type { Answer, Kind } from './kind.ts'
import { oidOf, VectorMib } from './snmp-mib.ts'
import { configurationOf, readSnmpDocument, type SnmpDocument } from './snmp-world.ts'
import type { Vector } from './vector.ts'

type Implementation = Pick<typeof ours, 'parse' | 'answer' | 'resultOf'>

type Fields = Readonly<Record<string, unknown>>

/** What stands around a request, as the options of its text hold it. */
interface World {
  readonly profile: ours.Profile
  readonly contexts: readonly string[]
  readonly authTrapEnabled: boolean
  readonly mib: readonly unknown[]
  readonly contextMib: readonly unknown[]
}

/**
 * Vectors of snmpd: each is asked in profile `net-snmp` for all that was observed, and in profile
 * `rfc3415` for its result. Counters are compared for get and set only, as the file's notes say.
 */
export const snmpAccess: Kind<Implementation> = {
  name: 'snmp-access',
  ours,
  needs: ['parse', 'answer', 'resultOf'],
  read: readSnmpVectors,
  answer: (implementation, given, request): Answer => {
    if (!('text' in given)) throw new FormError('this kind takes one text')
    const world = given.options as unknown as World
    const parsed = implementation.parse(given.text, {
      file: 'snmpd.conf',
      lenient: true,
      resolve: new Map([['localhost', ['127.0.0.1']]]),
      contexts: world.contexts,
      profile: world.profile,
    })
    const policy = { ...parsed, authTrapEnabled: world.authTrapEnabled }
    const fields = record(request, 'the request')
    const asked = requestOf(fields)
    const types = list(fields['varbinds'], 'varbinds').map((item) => (item as Fields)['type'])
    const found = implementation.answer(policy, asked, (context) =>
      context === ''
        ? new VectorMib(world.mib, true, types)
        : new VectorMib(world.contextMib, false, types),
    )
    return answerOf(found, asked, implementation.resultOf(found))
  },
}

function answerOf(found: ours.Answer, { pdu }: ours.Request, result: string): Answer {
  const { path, objects, counters, report } = found
  const view = path.access?.views[pdu === 'set' ? 'write' : 'read'] ?? ''
  const [state] = objects
  return {
    result,
    errorStatus: found.errorStatus,
    errorIndex: found.errorIndex,
    report: report === null ? null : ours.formatOid(ours.REPORT_OIDS[report]),
    varbinds: found.varbinds.map(({ oid, value }) => [ours.formatOid(oid), shown(value)]),
    initial: path.status,
    securityName: path.securityName,
    group: path.group?.group ?? null,
    views: [state === 'uncovered' ? view : `${view}:${state}`],
    counters: [counters.inBadCommunityNames, counters.inBadCommunityUses],
    authFailureTraps: found.authFailureTrap ? 1 : 0,
  }
}

const EXCEPTIONS: ReadonlySet<unknown> = new Set(['noSuchObject', 'noSuchInstance', 'endOfMibView'])

/** The values are the MIB's own; what is decided is whether there is one. */
function shown(value: unknown): unknown {
  return EXCEPTIONS.has(value) ? value : 'value'
}

function requestOf({ communityHex, varbinds, override: _override, ...rest }: Fields): ours.Request {
  const community =
    communityHex === undefined
      ? rest['community']
      : Buffer.from(string(communityHex, 'communityHex'), 'hex')
  return {
    ...rest,
    ...(community !== undefined && { community }),
    varbinds: list(varbinds, 'varbinds').map((item) => ({
      oid: oidOf(record(item, 'varbinds')['oid'], 'varbinds.oid'),
    })),
  } as unknown as ours.Request
}

function readSnmpVectors(input: unknown): Vector[] {
  const document = readSnmpDocument(input, 'snmp-access-vectors/1')
  return document.vectors.flatMap((vector) => {
    const expected = record(vector['expect'], `${String(vector['id'])}.expect`)
    const derived = vector['derived'] === undefined ? {} : record(vector['derived'], 'derived')
    const byRfc = { result: derived['rfcResult'] ?? expected['result'] }
    const request = withUsm(document, record(vector['request'], 'request'))
    return [
      vectorOf(document, vector, request, 'net-snmp', expectationOf(expected, request)),
      vectorOf(document, vector, request, 'rfc3415', byRfc),
    ]
  })
}

function vectorOf(
  document: SnmpDocument,
  vector: Fields,
  request: Fields,
  profile: ours.Profile,
  expect: Fields,
): Vector {
  const { text, fields } = configurationOf(document, vector)
  const extra = fields['extraMib'] === undefined ? [] : list(fields['extraMib'], 'extraMib')
  const world: World = {
    profile,
    contexts: list(fields['contexts'], 'contexts') as readonly string[],
    authTrapEnabled: fields['authTrapEnabled'] === true,
    mib: [...list(document.root['mib'], 'mib'), ...extra],
    contextMib: list(document.root['contextMib'], 'contextMib'),
  }
  const given = { text, options: world as object }
  return { name: `${string(vector['id'], 'id')} (${profile})`, given, request, expect }
}

/** What was observed, as far as an answer has it. */
function expectationOf(expected: Fields, { pdu, varbinds }: Fields): Fields {
  const acm = record(expected['acm'], 'acm')
  const counters = record(expected['counters'], 'counters')
  const observed = expected['varbinds'] === undefined ? [] : list(expected['varbinds'], 'varbinds')
  const isSingle = pdu === 'get' || pdu === 'set'
  // The daemon's log does not name who it puts into a context that does not exist.
  const isNamed = acm['initial'] !== null && acm['initial'] !== 'noSuchContext'
  const hasView = isSingle && list(varbinds, 'varbinds').length === 1 && acm['views'] !== undefined
  return {
    result: expected['result'],
    errorStatus: expected['errorStatus'] ?? 'noError',
    errorIndex: expected['errorIndex'] ?? 0,
    report: expected['report'] ?? null,
    varbinds: observed.map((item) => {
      const { oid, type } = record(item, 'varbinds')
      return [oid, shown(type)]
    }),
    initial: acm['initial'],
    ...(isNamed && { securityName: acm['securityName'], group: acm['group'] }),
    ...(hasView && { views: acm['views'] }),
    ...(isSingle && { counters: [counters['badCommunityNames'], counters['badCommunityUses']] }),
    authFailureTraps: expected['authFailureTraps'],
  }
}

/** What the user-based model says: by the file's users, and by what the sender was made to get wrong. */
function withUsm({ root }: SnmpDocument, request: Fields): Fields {
  if (request['version'] !== '3') return request
  const users = list(root['users'], 'users').map((user) => record(user, 'users'))
  const user = users.find(({ name }) => name === request['user'])
  return { ...request, usm: usmOf(user, request) }
}

function usmOf(user: Fields | undefined, { level, override }: Fields): ours.UsmStatus {
  if (user === undefined) return 'unknown-user'
  if (level !== 'noAuthNoPriv' && user['authProtocol'] === undefined) return 'unsupported-level'
  if (level === 'authPriv' && user['privProtocol'] === undefined) return 'unsupported-level'
  const wrong = override === undefined ? {} : record(override, 'override')
  if (wrong['authPassword'] !== undefined) return 'wrong-digest'
  return wrong['timeOffset'] === undefined ? 'accepted' : 'not-in-time-window'
}
