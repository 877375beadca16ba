import type { Finding } from '@gatehouse/core'
import type { LintCode } from '../lint-codes.ts'
import type { AccessEntry, CommunityEntry, Configuration } from '../model.ts'
import { octetKey } from '../request.ts'
import { accessesByName } from './accesses.ts'
import { cubeOf } from './address-cube.ts'
import { finding, places } from './finding.ts'

/** Communities that every scanner tries first. */
const WELL_KNOWN_COMMUNITIES: ReadonlySet<string> = new Set(['public', 'private'])

/** Finds communities that are open to everybody, that everybody knows, or that may write. */
export function findOpenCommunities(configuration: Configuration): Finding<LintCode>[] {
  const accesses = accessesByName(configuration)
  const written = new Set(configuration.views.filter((row) => row.included).map((row) => row.view))
  const done = new Set<string>()
  return configuration.communities.flatMap((entry) => {
    const { negated, origin, securityName } = entry
    const reached = accesses.get(securityName) ?? []
    const writing = reached.filter(({ views }) => written.has(views.write ?? ''))
    const codes: [LintCode, boolean][] = [
      ['source-open', cubeOf(entry.source.pattern).mask === 0n],
      ['community-well-known', WELL_KNOWN_COMMUNITIES.has(octetKey(entry.community))],
      ['write-in-clear', writing.length > 0],
    ]
    return codes.flatMap(([code, applies]) => {
      const key = `${origin.line} ${code}`
      if (!applies || negated || done.has(key)) return []
      done.add(key)
      const rows = code === 'write-in-clear' ? writing.filter((row) => isElsewhere(row, entry)) : []
      return [finding(code, origin, { related: places(rows.map((row) => row.origin)) })]
    })
  })
}

function isElsewhere(row: AccessEntry, entry: CommunityEntry): boolean {
  return row.origin.line !== entry.origin.line
}
