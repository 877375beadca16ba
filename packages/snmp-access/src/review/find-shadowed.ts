import type { Finding, LineSource } from '@gatehouse/core'
import type { LintCode } from '../lint-codes.ts'
import type { AccessEntry, CommunityEntry, Configuration } from '../model.ts'
import { octetKey } from '../request.ts'
import { cubeOf, meets, subtract, type AddressCube } from './address-cube.ts'
import { finding, places, removal } from './finding.ts'

/** Finds lines of which every entry is answered by earlier ones: by community, group or access key. */
export function findShadowed(configuration: Configuration): Finding<LintCode>[] {
  const { groups, accesses } = configuration
  return [
    ...findShadowedCommunities(configuration),
    ...findRepeated(groups, ({ model, securityName }) => JSON.stringify([model, securityName])),
    ...findRepeated(accesses, keyOfAccess),
  ]
}

function keyOfAccess({ group, context, model, level }: AccessEntry): string {
  return JSON.stringify([group, context, model, level])
}

function findShadowedCommunities({ communities, lines }: Configuration): Finding<LintCode>[] {
  const shadows = shadowsOf(communities)
  const byLine = groupBy(communities, ({ origin }) => origin.line)
  return [...byLine.values()].flatMap((entries) => {
    const shadowing = entries.map((entry) => shadows.get(entry))
    if (shadowing.includes(undefined)) return []
    const [{ origin, negated }] = entries as [CommunityEntry]
    const earlier = shadowing.flatMap((each) => each ?? [])
    const related = places(earlier.map((each) => each.origin))
    if (!negated || earlier.every((each) => each.negated)) {
      return [finding('line-unreachable', origin, { related, ...removal(origin) })]
    }
    const text = lines.find(({ line }) => line === origin.line)?.text
    return [finding('refusal-too-late', origin, { related, ...moved(text, origin, related) })]
  })
}

function moved(
  text: string | undefined,
  { line }: LineSource,
  [first]: readonly LineSource[],
): Pick<Finding, 'fix'> {
  if (text === undefined || first === undefined) return {}
  return {
    fix: [
      { change: 'insert', after: first.line - 1, text },
      { change: 'remove', line },
    ],
  }
}

interface PlacedCube {
  readonly entry: CommunityEntry
  readonly cube: AddressCube
}

/** For each entry that decides nothing those before it that share an address with it. */
function shadowsOf(
  communities: readonly CommunityEntry[],
): ReadonlyMap<CommunityEntry, readonly CommunityEntry[]> {
  const shadows = new Map<CommunityEntry, readonly CommunityEntry[]>()
  const lists = groupBy(communities, ({ family, community }) => `${family} ${octetKey(community)}`)
  for (const list of lists.values()) {
    const placed: PlacedCube[] = []
    for (const entry of list) {
      const cube = cubeOf(entry.source.pattern)
      const earlier = placed.filter((each) => meets(each.cube, cube))
      const left = subtract(
        cube,
        earlier.map((each) => each.cube),
      )
      if (left?.length === 0) {
        shadows.set(
          entry,
          earlier.map((each) => each.entry),
        )
      }
      placed.push({ entry, cube })
    }
  }
  return shadows
}

function findRepeated<Entry extends { readonly origin: LineSource }>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
): Finding<LintCode>[] {
  return [...groupBy(entries, keyOf).values()].flatMap(([first, ...rest]) =>
    rest
      .filter(({ origin }) => origin.line !== first?.origin.line)
      .map(({ origin }) =>
        finding('line-unreachable', origin, {
          related: first === undefined ? [] : [first.origin],
          ...removal(origin),
        }),
      ),
  )
}

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
