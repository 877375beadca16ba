import type { Authorization } from './model.ts'
import { GROUP_MARK } from './names.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { WrittenAuthorization, WrittenFile } from './written.ts'

/**
 * Reads list lines: `user:toolbox:n:system` or `user:toolbox:g:group`, user groups with `U:` before
 * them, and behind a group perhaps `:Auto` or `:Manual`. Blank lines, and those that begin with `#`,
 * are comments.
 */
export function readListLines(places: TextPlaces): WrittenFile<WrittenAuthorization> {
  const entries: WrittenAuthorization[] = []
  let comments: string[] = []
  for (const [index, line] of places.lines.entries()) {
    if (/^\s*(?:#|$)/.test(line)) {
      if (line.trim() !== '') comments.push(asXmlComment(line.trim().slice(1)))
      continue
    }
    const offset = places.startOf(index)
    const source = Object.freeze({ file: places.file, line: index + 1 })
    const written = readLine(line.trimEnd(), { offset, source, comments })
    if (written === undefined) places.report('line-malformed', offset, line.length, quoted(line))
    else entries.push(written)
    if (comments.length > 0) comments = []
  }
  return {
    entries,
    offsets: entries.map((entry) => entry.principalOffset),
    trailingComments: Object.freeze(comments),
  }
}

interface LinePlace {
  readonly offset: number
  readonly source: WrittenAuthorization['source']
  readonly comments: readonly string[]
}

function readLine(
  line: string,
  { offset, source, comments }: LinePlace,
): WrittenAuthorization | undefined {
  const fields = line.split(':')
  const isGroup = fields[0] === GROUP_MARK
  if (isGroup) fields.shift()
  const [principal = '', toolbox = '', letter, name = '', update] = fields
  const kind = letter === 'n' ? 'system' : letter === 'g' ? 'group' : undefined
  const isWhole = fields.length === 4 || (fields.length === 5 && kind === 'group')
  if (kind === undefined || !isWhole || principal === '' || toolbox === '' || name === '') {
    return undefined
  }
  if (update !== undefined && update !== 'Auto' && update !== 'Manual') return undefined
  const principalOffset = offset + (isGroup ? GROUP_MARK.length + 1 : 0)
  const toolboxOffset = principalOffset + principal.length + 1
  return {
    principal: { kind: isGroup ? 'user-group' : 'user', name: principal },
    principalOffset,
    toolbox,
    toolboxOffset,
    scope: { kind, name },
    scopeOffset: toolboxOffset + toolbox.length + 3,
    update: update === undefined ? null : update === 'Auto' ? 'auto' : 'manual',
    source,
    comments: comments.length === 0 ? NO_COMMENTS : Object.freeze(comments),
  }
}

const NO_COMMENTS: readonly string[] = Object.freeze([])

/** A comment that an XML file can hold as well: there is no `--` in it and no `-` at its end. */
function asXmlComment(text: string): string {
  return text.replaceAll(/-{2,}/g, '-').replace(/-$/, '')
}

/** Writes an authorization as a list line. */
export function formatListLine({
  principal,
  toolbox,
  scope,
  update,
}: Pick<Authorization, 'principal' | 'toolbox' | 'scope' | 'update'>): string {
  const mark = principal.kind === 'user-group' ? `${GROUP_MARK}:` : ''
  const kind = scope.kind === 'system' ? 'n' : 'g'
  const end = update === null ? '' : update === 'auto' ? ':Auto' : ':Manual'
  return `${mark}${principal.name}:${toolbox}:${kind}:${scope.name}${end}`
}
