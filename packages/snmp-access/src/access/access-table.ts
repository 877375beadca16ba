import type { AccessEntry, Level, Profile, SecurityModel } from '../model.ts'
import { LEVELS } from '../request.ts'
import { ACCESS_CHOICES, octets, type AccessChoice } from './access-choice.ts'
import { MODEL_NUMBERS } from './group-table.ts'

/** What a request brings to the choice of an access entry. */
export interface AccessQuery {
  readonly group: string
  readonly context: string
  readonly model: SecurityModel
  readonly level: Level
}

/** Why no entry is satisfied, and the nearest entry. */
export interface NoAccess {
  readonly lacking: 'level' | 'context' | 'model' | 'everything'
  readonly nearest: AccessEntry | undefined
}

/** Choices kept for a group: contexts come from peers. */
const MAX_KEPT = 1024

interface GroupAccess {
  /** In the daemon's order: by context, model and level. */
  readonly entries: readonly AccessEntry[]
  readonly kept: Map<string, AccessEntry | undefined>
}

const NO_ENTRIES: GroupAccess = { entries: [], kept: new Map() }

/** The access entries by group, and the choice among them. */
export class AccessTable {
  readonly #groups = new Map<string, GroupAccess>()
  readonly #choose: AccessChoice

  /** @param entries - In file order; of those with the same key the first counts. */
  constructor(entries: readonly AccessEntry[], profile: Profile) {
    this.#choose = ACCESS_CHOICES[profile]
    const seen = new Set<string>()
    const byGroup = new Map<string, AccessEntry[]>()
    for (const entry of entries) {
      const key = JSON.stringify([entry.group, entry.context, entry.model, entry.level])
      if (seen.has(key)) continue
      seen.add(key)
      const known = byGroup.get(entry.group)
      if (known === undefined) byGroup.set(entry.group, [entry])
      else known.push(entry)
    }
    for (const [group, own] of byGroup) {
      this.#groups.set(group, { entries: own.toSorted(byDaemon), kept: new Map() })
    }
  }

  /** The entry that decides, `undefined` when the request satisfies none. */
  find(query: AccessQuery): AccessEntry | undefined {
    const { entries, kept } = this.#groups.get(query.group) ?? NO_ENTRIES
    const key = `${query.model} ${query.level} ${query.context}`
    const known = kept.get(key)
    if (known !== undefined || kept.has(key)) return known
    const candidates = entries.filter(
      (entry) => hasModel(entry, query) && hasContext(entry, query) && hasLevel(entry, query),
    )
    const chosen = candidates.length === 0 ? undefined : this.#choose(candidates, query.context)
    if (entries.length > 0 && kept.size < MAX_KEPT) kept.set(key, chosen)
    return chosen
  }

  /** What the request lacks when {@link find} found nothing. */
  explain(query: AccessQuery): NoAccess {
    const { entries } = this.#groups.get(query.group) ?? NO_ENTRIES
    const ofModel = entries.filter((entry) => hasModel(entry, query))
    const ofContext = ofModel.filter((entry) => hasContext(entry, query))
    if (ofContext.length > 0) return { lacking: 'level', nearest: leastLevel(ofContext) }
    if (ofModel.length > 0) return { lacking: 'context', nearest: ofModel[0] }
    return { lacking: entries.length > 0 ? 'model' : 'everything', nearest: entries[0] }
  }
}

function hasModel({ model }: AccessEntry, query: AccessQuery): boolean {
  return model === 'any' || model === query.model
}

function hasContext({ context, contextMatch }: AccessEntry, query: AccessQuery): boolean {
  return contextMatch === 'exact' ? query.context === context : query.context.startsWith(context)
}

function hasLevel({ level }: AccessEntry, query: AccessQuery): boolean {
  return LEVELS[query.level] >= LEVELS[level]
}

function leastLevel(entries: readonly AccessEntry[]): AccessEntry | undefined {
  return entries.toSorted((a, b) => LEVELS[a.level] - LEVELS[b.level])[0]
}

/** Contexts are ordered by length first: the daemon compares them with their length in front. */
function byDaemon(a: AccessEntry, b: AccessEntry): number {
  return (
    octets(a.context) - octets(b.context) ||
    Buffer.compare(Buffer.from(a.context), Buffer.from(b.context)) ||
    MODEL_NUMBERS[a.model] - MODEL_NUMBERS[b.model] ||
    LEVELS[a.level] - LEVELS[b.level]
  )
}
