import { readFileSync } from 'node:fs'
import { AddressSet } from '@gatehouse/address-set'
import { describe, expect, it } from 'vitest'
import { communityOctets, parse, sameCommunity, type Configuration } from '../../src/index.ts'

interface Vector {
  readonly id: string
  readonly config: string
  readonly request: {
    readonly version: string
    readonly source: string
    readonly community?: string
    readonly communityHex?: string
    readonly user?: string
  }
  readonly expect: {
    readonly acm?: {
      readonly initial: string | null
      readonly securityName?: string | null
      readonly group?: string | null
      readonly views?: readonly string[]
    }
  }
}

const url = new URL('../../../../test-fixtures/snmp-access/vectors.json', import.meta.url)
const FILE = JSON.parse(readFileSync(url, 'utf8')) as {
  readonly configs: readonly { readonly id: string; readonly lines: readonly string[] }[]
  readonly vectors: readonly Vector[]
}

const RESOLVE = new Map([['localhost', ['127.0.0.1']]])

const CONFIGURATIONS = new Map(
  FILE.configs.map(({ id, lines }) => [
    id,
    parse(lines.join('\n'), { file: id, lenient: true, resolve: RESOLVE }),
  ]),
)

function configurationOf(vector: Vector): Configuration {
  return CONFIGURATIONS.get(vector.config) as Configuration
}

/** The plain rule: the first entry of the family whose community and source match. */
function securityNameOf(vector: Vector): string | null {
  const { source, community, communityHex } = vector.request
  const octets = communityHex === undefined ? communityOctets(community ?? '') : hex(communityHex)
  const family = source.includes(':') ? 'ipv6' : 'ipv4'
  const entry = configurationOf(vector).communities.find(
    (one) =>
      one.family === family &&
      sameCommunity(one.community, octets) &&
      AddressSet.of([one.source.pattern]).has(source),
  )
  return entry === undefined || entry.negated ? null : entry.securityName
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

// An unknown context ends the search after the name was found; the daemon then logs no name.
const BY_COMMUNITY = FILE.vectors.filter(
  ({ request, expect: { acm } }) =>
    request.version !== '3' && acm?.securityName !== undefined && acm.initial !== 'noSuchContext',
)
const WITH_GROUP = FILE.vectors.filter(({ expect: { acm } }) => (acm?.group ?? null) !== null)

describe('the entries of the vectors', () => {
  it('are asked about in enough vectors to mean something', () => {
    expect(BY_COMMUNITY.length).toBeGreaterThan(150)
    expect(WITH_GROUP.length).toBeGreaterThan(150)
  })

  it.each(BY_COMMUNITY)('$id finds the security name that the daemon found', (vector) => {
    expect(securityNameOf(vector)).toBe(vector.expect.acm?.securityName)
  })

  it.each(WITH_GROUP)('$id has the group and the views that the daemon named', (vector) => {
    const { groups, views } = configurationOf(vector)
    const { group, securityName, views: named = [] } = vector.expect.acm ?? {}
    expect(groups).toContainEqual(expect.objectContaining({ group, securityName }))
    const rows = named.filter((text) => text.includes(':')).map((text) => text.split(':'))
    for (const [view, type] of rows) {
      const included = type === 'included'
      expect(views).toContainEqual(expect.objectContaining({ view, included }))
    }
  })
})
