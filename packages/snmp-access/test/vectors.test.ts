import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  answer,
  formatOid,
  parse,
  REPORT_OIDS,
  resultOf,
  type Answer,
  type Configuration,
  type Level,
  type Pdu,
  type Profile,
  type Request,
  type UsmStatus,
  type Version,
} from '../src/index.ts'
import { FixtureMib, oidOf, SNMP_GROUP_OBJECTS, type VectorObject } from './vector-mib.ts'

interface VectorRequest {
  readonly version: Version
  readonly community?: string
  readonly communityHex?: string
  readonly user?: string
  readonly level?: Level
  readonly context?: string
  readonly source: string
  readonly pdu: Pdu
  readonly varbinds: readonly { readonly oid: string; readonly type?: string }[]
  readonly nonRepeaters?: number
  readonly maxRepetitions?: number
  readonly override?: { readonly authPassword?: string; readonly timeOffset?: number }
}

interface Vector {
  readonly id: string
  readonly config: string
  readonly request: VectorRequest
  readonly expect: {
    readonly result: string
    readonly errorStatus?: string
    readonly errorIndex?: number
    readonly report?: string
    readonly varbinds?: readonly { readonly oid: string; readonly type: string }[]
    readonly acm: {
      readonly initial: string | null
      readonly securityName: string | null
      readonly group: string | null
      readonly views?: readonly string[]
    }
    readonly counters: { readonly badCommunityNames: number; readonly badCommunityUses: number }
    readonly authFailureTraps: number
  }
  readonly derived?: { readonly rfcResult: string }
}

interface VectorConfiguration {
  readonly id: string
  readonly lines: readonly string[]
  readonly authTrapEnabled: boolean
  readonly contexts: readonly string[]
  readonly extraMib?: readonly VectorObject[]
}

interface VectorFile {
  readonly users: readonly {
    readonly name: string
    readonly level?: string
    readonly authProtocol?: string
    readonly privProtocol?: string
  }[]
  readonly mib: readonly VectorObject[]
  readonly contextMib: readonly VectorObject[]
  readonly configs: readonly VectorConfiguration[]
  readonly vectors: readonly Vector[]
}

const URL_OF_VECTORS = new URL('../../../test-fixtures/snmp-access/vectors.json', import.meta.url)
const FILE = JSON.parse(readFileSync(URL_OF_VECTORS, 'utf8')) as VectorFile

const RESOLVE = new Map([['localhost', ['127.0.0.1']]])

function configurationOf({ lines, contexts, id, authTrapEnabled }: VectorConfiguration) {
  const text = lines.join('\n')
  return (profile: Profile): Configuration => {
    const options = { file: id, lenient: true, resolve: RESOLVE, contexts, profile }
    return { ...parse(text, options), authTrapEnabled }
  }
}

/** What the user-based model would have said: the users of the file, and what the harness forged. */
function usmOf({ user, level, override }: VectorRequest): UsmStatus {
  const known = FILE.users.find(({ name }) => name === user)
  if (known === undefined) return 'unknown-user'
  if (level !== 'noAuthNoPriv' && known.authProtocol === undefined) return 'unsupported-level'
  if (level === 'authPriv' && known.privProtocol === undefined) return 'unsupported-level'
  if (override?.authPassword !== undefined) return 'wrong-digest'
  return override?.timeOffset === undefined ? 'accepted' : 'not-in-time-window'
}

function requestOf(given: VectorRequest): Request {
  const { varbinds, communityHex, override: _override, ...rest } = given
  const community = communityHex === undefined ? rest.community : Buffer.from(communityHex, 'hex')
  return {
    ...rest,
    ...(community !== undefined && { community }),
    ...(given.version === '3' && { usm: usmOf(given) }),
    varbinds: varbinds.map(({ oid }) => ({ oid: oidOf(oid) })),
  }
}

function answerOf({ config, request }: Vector, profile: Profile): Answer {
  const found = FILE.configs.find(({ id }) => id === config)
  if (found === undefined) throw new TypeError(`no configuration ${config}`)
  const types = request.varbinds.map(({ type = '' }) => type)
  const main = [...FILE.mib, ...SNMP_GROUP_OBJECTS, ...(found.extraMib ?? [])]
  return answer(
    configurationOf(found)(profile),
    requestOf(request),
    (context) => new FixtureMib(context === '' ? main : FILE.contextMib, types),
  )
}

/** The exceptions and the names of a response; the values are the MIB's. */
function varbindsOf({ varbinds }: Answer): string[] {
  return varbinds.map(({ oid, value }) => {
    const shown = value.startsWith('noSuch') || value === 'endOfMibView' ? value : 'other'
    return `${formatOid(oid)} ${shown}`
  })
}

function expectedVarbinds({ expect: { varbinds = [] } }: Vector): string[] {
  return varbinds.map(({ oid, type }) => {
    const shown = type.startsWith('noSuch') || type === 'endOfMibView' ? type : 'other'
    return `${oid} ${shown}`
  })
}

/** The view and the kind of its row, as the vectors write them. */
function viewAsked({ path, objects }: Answer, pdu: Pdu): string {
  const name = path.access?.views[pdu === 'set' ? 'write' : 'read'] ?? ''
  const [state = 'uncovered'] = objects
  return state === 'uncovered' ? name : `${name}:${state}`
}

describe('the vectors of snmpd', () => {
  it('are 337', () => {
    expect(FILE.vectors).toHaveLength(337)
  })

  it.each(FILE.vectors)('$id: as the daemon in profile net-snmp', (vector) => {
    const { expect: expected, request } = vector
    const given = answerOf(vector, 'net-snmp')
    expect(resultOf(given)).toBe(expected.result)
    expect(given.errorStatus).toBe(expected.errorStatus ?? 'noError')
    expect(given.errorIndex).toBe(expected.errorIndex ?? 0)
    expect(varbindsOf(given)).toEqual(expectedVarbinds(vector))
    expect(given.report === null ? undefined : formatOid(REPORT_OIDS[given.report])).toBe(
      expected.report,
    )
    expect(given.authFailureTrap ? 1 : 0).toBe(expected.authFailureTraps)
    expect(given.path.status).toBe(expected.acm.initial)
    // The daemon's log does not name who it puts into a context that does not exist.
    if (given.path.status !== null && given.path.status !== 'noSuchContext') {
      expect(given.path.securityName).toBe(expected.acm.securityName)
      expect(given.path.group?.group ?? null).toBe(expected.acm.group)
    }
    if (expected.acm.views !== undefined && given.objects.length === 1) {
      expect([viewAsked(given, request.pdu)]).toEqual(expected.acm.views)
    }
    if (request.pdu === 'get' || request.pdu === 'set') {
      expect(given.counters).toEqual({
        inBadCommunityNames: expected.counters.badCommunityNames,
        inBadCommunityUses: expected.counters.badCommunityUses,
      })
    }
  })

  it.each(FILE.vectors)('$id: as RFC 3415 reads in profile rfc3415', (vector) => {
    const { expect: expected, derived } = vector
    expect(resultOf(answerOf(vector, 'rfc3415'))).toBe(derived?.rfcResult ?? expected.result)
  })
})
