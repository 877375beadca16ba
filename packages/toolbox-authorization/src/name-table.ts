import { NameNumbers } from './name-numbers.ts'
import type { Naming } from './names.ts'
import { quoted, type TextPlaces } from './text-places.ts'

interface Named {
  readonly name: string
}

/** Entries by name. */
export class NameTable extends NameNumbers {
  readonly entries: readonly Named[]

  constructor(entries: readonly Named[], naming: Naming) {
    super(entries, naming)
    this.entries = entries
  }

  /** Name of an entry as its definition writes it. */
  nameOf(number: number): string {
    return this.entries[number]?.name ?? ''
  }

  /** Reports every entry whose name an earlier one has. */
  reportRepeated(offsets: readonly number[], places: TextPlaces): void {
    if (this.size === this.entries.length) return
    for (const [number, { name }] of this.entries.entries()) {
      if (this.find(name) === number) continue
      places.report('already-defined', offsets[number] ?? 0, 1, quoted(name))
    }
  }
}

/** Everything that has a name. */
export interface Names {
  readonly users: NameTable
  readonly userGroups: NameTable
  readonly toolboxes: NameTable
  readonly tools: NameTable
  readonly systems: NameTable
  readonly groups: NameTable
}

/** Makes the tables of what is defined. */
export function namesOf(
  entries: Readonly<Record<keyof Names, readonly { readonly name: string }[]>>,
): Names {
  return {
    users: new NameTable(entries.users, 'account'),
    userGroups: new NameTable(entries.userGroups, 'account'),
    toolboxes: new NameTable(entries.toolboxes, 'exact'),
    tools: new NameTable(entries.tools, 'exact'),
    systems: new NameTable(entries.systems, 'system'),
    groups: new NameTable(entries.groups, 'exact'),
  }
}
