import type { Finding } from '@gatehouse/core'
import { COLUMNS, type Column } from './box.ts'
import { fold, isNamed } from './coverage.ts'
import type { LintCode } from './lint-codes.ts'
import type { LintedPolicy } from './linted-policy.ts'
import type { Effect, Entry } from './model.ts'

interface Spelling {
  readonly name: string
  readonly first: Entry
  readonly effects: Set<Effect>
}

/** Finds names that differ only in case, unless restrictions alone have them, which fold it. */
export function findSpellings(linted: LintedPolicy): Finding<LintCode>[] {
  return COLUMNS.flatMap((column) =>
    spellingsOf(linted.entries, column).flatMap((spellings) => {
      const isExact = column === 'microagent' || column === 'method'
      const exact = isExact ? spellings : spellings.filter(({ effects }) => effects.has('grant'))
      const [first, ...others] = spellings
      if (first === undefined || exact.length === 0) return []
      return others.map(({ name, first: entry }): Finding<LintCode> => ({
        code: 'names-differ-in-case',
        severity: exact.length > 1 ? 'warning' : 'note',
        source: linted.at(entry),
        related: [linted.at(first.first)],
        facts: { column: COLUMN_NAMES[column], name, other: first.name },
      }))
    }),
  )
}

const COLUMN_NAMES: Readonly<Record<Column, string>> = {
  user: 'user',
  name: 'node',
  dns: 'dns',
  domain: 'domain',
  microagent: 'microagent',
  method: 'method',
}

/** The spellings of each name in a column, in file order. */
function spellingsOf(entries: readonly Entry[], column: Column): Spelling[][] {
  const names = new Map<string, Map<string, Spelling>>()
  for (const entry of entries) {
    const name = nameIn(entry, column)
    if (!isNamed(name)) continue
    const spellings = names.get(fold(name)) ?? new Map<string, Spelling>()
    names.set(fold(name), spellings)
    const spelling = spellings.get(name) ?? { name, first: entry, effects: new Set() }
    spellings.set(name, spelling)
    spelling.effects.add(entry.effect)
  }
  return [...names.values()].map((spellings) => [...spellings.values()])
}

function nameIn({ user, node, microagent, method }: Entry, column: Column): string | undefined {
  switch (column) {
    case 'user':
      return user
    case 'name':
    case 'dns':
    case 'domain':
      return typeof node === 'object' ? node[column] : undefined
    case 'microagent':
      return microagent
    case 'method':
      return method
  }
}
