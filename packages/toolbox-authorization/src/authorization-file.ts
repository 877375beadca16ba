import type { AuthorizationResolver, Piece } from './authorization-resolver.ts'
import { readListLines } from './list-lines.ts'
import { readEntries, ShapedElement, type Shape } from './shape.ts'
import type { TextPlaces } from './text-places.ts'
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

/**
 * Reads authorizations: XML when the first character that is no blank is `<`, else list lines.
 *
 * @param resolver - Takes them one after the other.
 * @returns Comments behind the last one.
 */
export function readAuthorizations(
  places: TextPlaces,
  resolver: AuthorizationResolver,
): readonly string[] {
  if (places.isSound && !/^\s*</.test(places.text)) return readListLines(places, resolver)
  const { trailingComments } = readEntries(places, 'auth-list', Object.keys(SHAPES), (child) => {
    readAuthorization(child, places, resolver)
  })
  return trailingComments
}

function readAuthorization(
  child: XmlElement,
  places: TextPlaces,
  resolver: AuthorizationResolver,
): void {
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
  if (principal === undefined || toolbox === undefined || scope === undefined) return
  resolver.add({
    principalKind: user === undefined ? 'user-group' : 'user',
    principal: pieceOf(principal),
    toolbox: pieceOf(toolbox),
    scopeKind: shape.scope === 'node-name' ? 'system' : 'group',
    scope: pieceOf(scope),
    update: auto === null ? null : auto ? 'auto' : 'manual',
    source: shaped.source,
    comments: Object.freeze(child.comments),
  })
}

function pieceOf({ value, valueOffset }: XmlAttribute): Piece {
  return { text: value, start: 0, end: value.length, offset: valueOffset }
}
