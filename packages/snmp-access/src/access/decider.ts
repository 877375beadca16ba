import type { FileSource } from '@gatehouse/core'
import type { Configuration, ViewEntry } from '../model.ts'
import { View } from '../view/view.ts'
import { AccessTable } from './access-table.ts'
import { CommunityTable } from './community-table.ts'
import { GroupTable } from './group-table.ts'

/** A configuration made ready to be asked. */
export interface Decider {
  readonly communities: CommunityTable
  readonly groups: GroupTable
  readonly accesses: AccessTable
  /** By name; a view without rows is none. */
  readonly views: ReadonlyMap<string, View>
  /** The contexts that exist, the default one among them. */
  readonly contexts: ReadonlySet<string>
  /** The line that switched authorisation off for notifications, `null` when it is on. */
  readonly disabledBy: FileSource | null
}

const DECIDERS = new WeakMap<Configuration, Decider>()

/** What `check` asks of a configuration; made when it is asked first, and kept as long as it. */
export function deciderOf(configuration: Configuration): Decider {
  const known = DECIDERS.get(configuration)
  if (known !== undefined) return known
  const decider = makeDecider(configuration)
  DECIDERS.set(configuration, decider)
  return decider
}

function makeDecider(configuration: Configuration): Decider {
  return {
    communities: new CommunityTable(configuration.communities),
    groups: new GroupTable(configuration.groups),
    accesses: new AccessTable(configuration.accesses, configuration.profile),
    views: viewsOf(configuration.views),
    contexts: new Set(['', ...configuration.contexts]),
    disabledBy: configuration.authorizationDisabled ? disablingLine(configuration) : null,
  }
}

function disablingLine({ file, lines }: Configuration): FileSource {
  const found = lines.findLast(({ directive }) => directive === 'disableauthorization')
  return found === undefined ? { file } : { file, line: found.line }
}

function viewsOf(entries: readonly ViewEntry[]): ReadonlyMap<string, View> {
  const rows = new Map<string, ViewEntry[]>()
  for (const entry of entries) {
    const known = rows.get(entry.view)
    if (known === undefined) rows.set(entry.view, [entry])
    else known.push(entry)
  }
  return new Map([...rows].map(([name, own]) => [name, new View(name, own)]))
}
