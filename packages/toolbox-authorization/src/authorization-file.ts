import { readListLines } from './list-lines.ts'
import type { Principal } from './model.ts'
import { readEntries, ShapedElement, type Shape } from './shape.ts'
import type { TextPlaces } from './text-places.ts'
import type { WrittenAuthorization, WrittenFile } from './written.ts'
import type { XmlAttribute, XmlElement } from './xml-reader.ts'

const PRINCIPAL = ['user-name', 'user-group-name', 'toolbox-name', 'role-name']

const SHAPES: Readonly<Record<string, Shape & { scope: string }>> = {
  'node-authorization': {
    attributes: [...PRINCIPAL, 'node-name'],
    required: ['node-name'],
    scope: 'node-name',
  },
  'node-group-authorization': {
    attributes: [...PRINCIPAL, 'node-group-name', 'auto-update'],
    required: ['node-group-name'],
    scope: 'node-group-name',
  },
}

/** Reads authorizations: XML when the first character that is no blank is `<`, else list lines. */
export function readAuthorizations(places: TextPlaces): WrittenFile<WrittenAuthorization> {
  if (places.isSound && !/^\s*</.test(places.text)) return readListLines(places)
  const written = readEntries(places, 'auth-list', Object.keys(SHAPES), (child) =>
    readAuthorization(child, places),
  )
  const entries = written.entries.filter((entry) => entry !== undefined)
  return { ...written, entries, offsets: entries.map((entry) => entry.principalOffset) }
}

function readAuthorization(
  child: XmlElement,
  places: TextPlaces,
): WrittenAuthorization | undefined {
  const shape = SHAPES[child.name] as Shape & { scope: string }
  const shaped = new ShapedElement(child, shape, places)
  const user = shaped.find('user-name')
  const group = shaped.find('user-group-name')
  const toolbox = shaped.find('toolbox-name') ?? shaped.find('role-name')
  const scope = shaped.find(shape.scope)
  const auto = shaped.find('auto-update') === undefined ? null : shaped.flag('auto-update', false)
  const width = child.name.length + 1
  if ((user === undefined) === (group === undefined)) {
    places.report('principal-ambiguous', child.offset, width)
  }
  if (toolbox === undefined) {
    places.report('attribute-missing', child.offset, width, '`toolbox-name`')
  }
  const principal = user ?? group
  if (principal === undefined || toolbox === undefined || scope === undefined) return undefined
  return {
    principal: principalOf(principal),
    principalOffset: principal.valueOffset,
    toolbox: toolbox.value,
    toolboxOffset: toolbox.valueOffset,
    scope: { kind: shape.scope === 'node-name' ? 'system' : 'group', name: scope.value },
    scopeOffset: scope.valueOffset,
    update: auto === null ? null : auto ? 'auto' : 'manual',
    source: shaped.source,
    comments: Object.freeze(child.comments),
  }
}

function principalOf({ name, value }: XmlAttribute): Principal {
  return { kind: name === 'user-name' ? 'user' : 'user-group', name: value }
}
