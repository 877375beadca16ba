import type { LoadCode } from './load-codes.ts'
import type { DefaultTarget, SystemGroup, Tool } from './model.ts'
import type { NameTable, Names } from './name-table.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { WrittenGroup, WrittenReference, WrittenTool } from './written.ts'

/** Looks up the members of groups; one that is named twice counts once. */
export function resolveGroups(
  written: readonly WrittenGroup[],
  systems: NameTable,
  places: TextPlaces,
): SystemGroup[] {
  return written.map(({ group, members }) => {
    return Object.freeze({
      ...group,
      members: lookUpAll(members, systems, 'system-undefined', places),
    })
  })
}

/** Looks up the toolboxes and default targets of tools. */
export function resolveTools(
  written: readonly WrittenTool[],
  { toolboxes, systems }: Pick<Names, 'toolboxes' | 'systems'>,
  places: TextPlaces,
): Tool[] {
  return written.map(({ tool, toolboxes: references, defaultTarget }) => {
    return Object.freeze({
      ...tool,
      toolboxes: lookUpAll(references, toolboxes, 'toolbox-undefined', places),
      defaultTarget: targetOf(defaultTarget, systems, places),
    })
  })
}

function targetOf(
  written: WrittenTool['defaultTarget'],
  systems: NameTable,
  places: TextPlaces,
): DefaultTarget {
  if (typeof written === 'string') return written
  return lookUpAll(written, systems, 'system-undefined', places)
}

/** The names of what is meant, as its definitions write them, each once. */
function lookUpAll(
  references: readonly WrittenReference[],
  table: NameTable,
  code: LoadCode,
  places: TextPlaces,
): readonly string[] {
  const numbers = new Set<number>()
  for (const { name, offset } of references) {
    const number = table.find(name)
    if (number === -1) places.report(code, offset, name.length, quoted(name))
    else numbers.add(number)
  }
  return Object.freeze(Array.from(numbers, (number) => table.nameOf(number)))
}
