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
    const names = members.map((member) => lookUp(member, systems, 'system-undefined', places))
    return Object.freeze({ ...group, members: Object.freeze([...new Set(names)]) })
  })
}

/** Looks up the toolboxes and default targets of tools. */
export function resolveTools(
  written: readonly WrittenTool[],
  { toolboxes, systems }: Pick<Names, 'toolboxes' | 'systems'>,
  places: TextPlaces,
): Tool[] {
  return written.map(({ tool, toolboxes: references, defaultTarget }) => {
    const names = references.map((one) => lookUp(one, toolboxes, 'toolbox-undefined', places))
    return Object.freeze({
      ...tool,
      toolboxes: Object.freeze([...new Set(names)]),
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
  const names = written.map((one) => lookUp(one, systems, 'system-undefined', places))
  return Object.freeze([...new Set(names)])
}

function lookUp(
  { name, offset }: WrittenReference,
  table: NameTable,
  code: LoadCode,
  places: TextPlaces,
): string {
  const number = table.find(name)
  if (number !== -1) return table.nameOf(number)
  places.report(code, offset, name.length, quoted(name))
  return name
}
