import { readName } from './account-files.ts'
import type { System } from './model.ts'
import { readEntries, ShapedElement, type Shape } from './shape.ts'
import type { TextPlaces } from './text-places.ts'
import type { WrittenFile, WrittenGroup, WrittenReference } from './written.ts'

/** What the vendor's lists of nodes hold beside the name is read over, credentials above all. */
const SYSTEM: Shape = {
  attributes: ['name', 'guid'],
  required: ['name'],
  children: ['sw-attribute', 'hw-attribute', 'credential', 'managementpath-list'],
  anyOrder: true,
}

const GROUP: Shape = {
  attributes: ['name', 'guid'],
  required: ['name'],
  children: ['description', 'member-node', 'attribute'],
  repeated: ['member-node', 'attribute'],
}

const MEMBER: Shape = { attributes: ['name'], required: ['name'] }

/** Reads a list of systems. */
export function readSystems(places: TextPlaces): WrittenFile<System> {
  return readEntries(places, 'node-list', ['node'], (child) => {
    const shaped = new ShapedElement(child, SYSTEM, places)
    return Object.freeze({
      name: readName(shaped, places),
      guid: shaped.value('guid'),
      source: shaped.source,
      comments: Object.freeze(child.comments),
    })
  })
}

/** Reads a list of groups of systems. */
export function readGroups(places: TextPlaces): WrittenFile<WrittenGroup> {
  return readEntries(places, 'node-group-list', ['node-group'], (child) => {
    const shaped = new ShapedElement(child, GROUP, places)
    const group = {
      name: readName(shaped, places),
      guid: shaped.value('guid'),
      description: shaped.childText('description'),
      notes: Object.freeze(shaped.notes()),
      source: shaped.source,
      comments: Object.freeze(child.comments),
    }
    return { group, members: membersOf(shaped, places) }
  })
}

function membersOf(group: ShapedElement, places: TextPlaces): WrittenReference[] {
  return group.children('member-node').map((child) => {
    const name = new ShapedElement(child, MEMBER, places).find('name')
    return { name: name?.value ?? '', offset: name?.valueOffset ?? child.offset }
  })
}
