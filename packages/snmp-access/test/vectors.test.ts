import { describe, expect, it } from 'vitest'
import {
  answer,
  formatOid,
  REPORT_OIDS,
  resultOf,
  type Answer,
  type Pdu,
  type Profile,
  type Request,
} from '../src/index.ts'
import { configurationOf, FILE, usmOf, type Vector, type VectorRequest } from './vector-file.ts'
import { FixtureMib, oidOf, SNMP_GROUP_OBJECTS } from './vector-mib.ts'

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
    configurationOf(found, profile),
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
