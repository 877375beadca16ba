import type { LineSource } from '@gatehouse/core'
import type {
  AccessEntry,
  CommunityEntry,
  GroupEntry,
  UserEntry,
  ViewEntry,
  ViewType,
} from '../model.ts'

/** An access entry whose views are still being filled in. */
interface OpenAccess extends Omit<AccessEntry, 'contextMatch' | 'views' | 'viewOrigins'> {
  contextMatch: 'exact' | 'prefix'
  views: Partial<Record<ViewType, string>>
  viewOrigins?: Partial<Record<ViewType, LineSource>>
}

/** What an access entry is found by, and how its context counts. */
export type AccessKey = Pick<AccessEntry, 'group' | 'context' | 'model' | 'level' | 'contextMatch'>

/** Origin of the views that the daemon defines itself. */
const STANDARD_VIEWS = { table: 'standard views' }

/** Collects the entries of a configuration in the order of the file. */
export class Entries {
  readonly communities: CommunityEntry[] = []
  readonly groups: GroupEntry[] = []
  readonly views: ViewEntry[] = standardViews()
  readonly users: UserEntry[] = []
  readonly #accesses: OpenAccess[] = []
  readonly #first = new Map<string, OpenAccess>()
  #expanded = 0

  get accesses(): readonly AccessEntry[] {
    return this.#accesses
  }

  /** The number that the names made for the next expanded line end in. */
  nextNumber(): number {
    this.#expanded += 1
    return this.#expanded
  }

  /** Adds an entry beside any that has the same key. */
  addAccess(key: AccessKey, views: AccessEntry['views'], origin: LineSource): void {
    this.#open(key, { ...views }, origin)
  }

  /** Names the view for some uses in the first entry with the key, made when there is none. */
  setAccess(key: AccessKey, types: readonly ViewType[], view: string, origin: LineSource): void {
    const entry = this.#first.get(nameOf(key)) ?? this.#open(key, {}, origin)
    entry.contextMatch = key.contextMatch
    for (const type of types) {
      entry.views[type] = view
      if (entry.origin.line !== origin.line) {
        entry.viewOrigins = { ...entry.viewOrigins, [type]: origin }
      }
    }
  }

  #open(key: AccessKey, views: OpenAccess['views'], origin: LineSource): OpenAccess {
    const { group, context, model, level, contextMatch } = key
    const entry: OpenAccess = { group, context, contextMatch, model, level, views, origin }
    this.#accesses.push(entry)
    const name = nameOf(key)
    if (!this.#first.has(name)) this.#first.set(name, entry)
    return entry
  }
}

function nameOf({ group, context, model, level }: AccessKey): string {
  return JSON.stringify([group, context, model, level])
}

function standardViews(): ViewEntry[] {
  return ['_all_', '_none_'].flatMap((view) =>
    [0, 1, 2].map((top) => ({
      view,
      included: view === '_all_',
      subtree: [top],
      mask: new Uint8Array(),
      origin: STANDARD_VIEWS,
    })),
  )
}
