import type { Toolbox } from './model.ts'
import { ALL_TOOLS, isToolboxName } from './names.ts'
import { readEntries, ShapedElement, type Shape } from './shape.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { WrittenFile } from './written.ts'

const TOOLBOX: Shape = {
  attributes: ['name', 'guid'],
  required: ['name'],
  children: ['enabled', 'description', 'attribute'],
  repeated: ['attribute'],
}

/** Reads a toolbox list. */
export function readToolboxes(places: TextPlaces): WrittenFile<Toolbox> {
  return readEntries(places, 'toolbox-list', ['toolbox'], (child) => {
    const shaped = new ShapedElement(child, TOOLBOX, places)
    const attribute = shaped.find('name')
    const name = attribute?.value ?? ''
    if (attribute !== undefined && !isToolboxName(name)) {
      places.report('toolbox-name-malformed', attribute.valueOffset, name.length, quoted(name))
    }
    const enabled = shaped.childFlag('enabled', true)
    if (name === ALL_TOOLS && !enabled) places.report('all-tools-fixed', child.offset, 8)
    return Object.freeze({
      name,
      guid: shaped.value('guid'),
      enabled,
      description: shaped.childText('description'),
      notes: Object.freeze(shaped.notes()),
      builtIn: false,
      source: shaped.source,
      comments: Object.freeze(child.comments),
    })
  })
}
