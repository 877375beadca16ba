import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AuthorizationSet } from '../src/authorization-set.ts'
import type { Grant } from '../src/authorization-table.ts'
import { GrantTable } from '../src/grant-table.ts'
import { Memberships } from '../src/memberships.ts'

const PRINCIPALS = 3
const TOOLBOXES = 3
const SYSTEMS = 6
const GROUPS = 40

const members = fc.array(fc.subarray(Array.from({ length: SYSTEMS }, (_, system) => system)), {
  minLength: GROUPS,
  maxLength: GROUPS,
})

/** Few or many for each principal, and often the same twice. */
const grants: fc.Arbitrary<Grant[]> = fc.array(
  fc.record({
    principal: fc.integer({ min: 0, max: PRINCIPALS - 1 }),
    toolbox: fc.integer({ min: 0, max: TOOLBOXES - 1 }),
    scope: fc.oneof(
      fc.integer({ min: 0, max: SYSTEMS - 1 }),
      fc.integer({ min: SYSTEMS, max: SYSTEMS + GROUPS - 1 }),
    ),
  }),
  { maxLength: 150, size: 'max' },
)

it('finds what a search through all authorizations finds, for principals with few and with many', () => {
  fc.assert(
    fc.property(
      members,
      grants,
      fc.subarray([0, 1, 2]),
      fc.integer({ min: 0, max: SYSTEMS - 1 }),
      fc.subarray([0, 1, 2]),
      (groups, given, principals, system, toolboxes) => {
        const set = new AuthorizationSet()
        for (const [index, grant] of given.entries()) {
          set.add(grant, { update: null, source: { file: 'a', line: index + 1 }, comments: [] })
        }
        const table = set.table()
        const keys = given.map(
          ({ principal, toolbox, scope }) => `${principal} ${toolbox} ${scope}`,
        )
        const lines = [...new Set(keys)].map((key) => keys.indexOf(key) + 1)
        const ranks = [...lines.keys()]
        expect(ranks.map((rank) => table.sourceOf(rank).line)).toEqual(lines)
        const counts = { principals: PRINCIPALS, systems: SYSTEMS, groups: GROUPS }
        const index = new GrantTable(table, counts, new Memberships(SYSTEMS, groups))
        const expected = ranks.filter((rank) => {
          const { principal, toolbox, scope } = table.grantOf(rank)
          const isThere = scope === system || groups[scope - SYSTEMS]?.includes(system)
          return isThere && principals.includes(principal) && toolboxes.includes(toolbox)
        })
        const mask = new Uint8Array(TOOLBOXES).map((_, toolbox) =>
          Number(toolboxes.includes(toolbox)),
        )
        index.ask(principals, system)
        expect(index.all(mask)).toEqual(expected)
        expect(index.first(mask)).toBe(expected[0] ?? -1)
        expect(index.first(Uint8Array.of(0, ...mask), 1)).toBe(expected[0] ?? -1)
      },
    ),
    { numRuns: 1000 },
  )
})
