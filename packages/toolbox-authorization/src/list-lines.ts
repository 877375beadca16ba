import type { LineSource } from '@gatehouse/core'
import type {
  AuthorizationResolver,
  Piece,
  WrittenAuthorization,
} from './authorization-resolver.ts'
import type { Authorization } from './model.ts'
import { GROUP_MARK } from './names.ts'
import { quoted, type TextPlaces } from './text-places.ts'

/**
 * Reads list lines: `user:toolbox:n:system` or `user:toolbox:g:group`, user groups with `U:` before
 * them, and behind a group perhaps `:Auto` or `:Manual`. Blank lines, and those that begin with `#`,
 * are comments.
 *
 * @returns Comments behind the last authorization.
 */
export function readListLines(
  places: TextPlaces,
  resolver: AuthorizationResolver,
): readonly string[] {
  let comments: string[] = []
  const { lines, file } = places
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string
    if (isComment(line)) {
      if (line.trim() !== '') comments.push(asXmlComment(line.trim().slice(1)))
      continue
    }
    const offset = places.startOf(index)
    const source = { file, line: index + 1 }
    const own = comments.length === 0 ? NO_COMMENTS : Object.freeze(comments)
    const written = readLine(withoutBlanksAtEnd(line), offset, source, own)
    if (written === undefined) places.report('line-malformed', offset, line.length, quoted(line))
    else resolver.add(written)
    if (comments.length > 0) comments = []
  }
  return Object.freeze(comments)
}

const NO_COMMENTS: readonly string[] = Object.freeze([])

/** Whether nothing but blanks stands before a `#`, or before the end. */
function isComment(line: string): boolean {
  return !(isGraphic(line.charCodeAt(0)) && line[0] !== '#') && /^\s*(?:#|$)/.test(line)
}

function withoutBlanksAtEnd(line: string): string {
  return isGraphic(line.charCodeAt(line.length - 1)) ? line : line.trimEnd()
}

/** Whether a character is one of ASCII and no blank: of most lines that is enough to know. */
function isGraphic(code: number): boolean {
  return code > 0x20 && code < 0x7f
}

/** What a line says; `undefined` when it is malformed. */
function readLine(
  line: string,
  offset: number,
  source: LineSource,
  comments: readonly string[],
): WrittenAuthorization | undefined {
  const isGroup = line.startsWith(GROUP_START)
  const start = isGroup ? GROUP_START.length : 0
  const principalEnd = line.indexOf(':', start)
  const toolboxEnd = line.indexOf(':', principalEnd + 1)
  const letter = toolboxEnd + 1
  const nameStart = letter + 2
  if (principalEnd <= start || toolboxEnd <= principalEnd + 1 || line[letter + 1] !== ':') {
    return undefined
  }
  const scopeKind = line[letter] === 'n' ? 'system' : line[letter] === 'g' ? 'group' : undefined
  const colon = line.indexOf(':', nameStart)
  const nameEnd = colon === -1 ? line.length : colon
  if (scopeKind === undefined || nameEnd === nameStart) return undefined
  const update = colon === -1 ? null : UPDATES.get(line.slice(colon + 1))
  if (update === undefined || (update !== null && scopeKind === 'system')) return undefined
  return {
    principalKind: isGroup ? 'user-group' : 'user',
    principal: pieceOf(line, start, principalEnd, offset),
    toolbox: pieceOf(line, principalEnd + 1, toolboxEnd, offset),
    scopeKind,
    scope: pieceOf(line, nameStart, nameEnd, offset),
    update,
    source,
    comments,
  }
}

function pieceOf(text: string, start: number, end: number, lineOffset: number): Piece {
  return { text, start, end, offset: lineOffset + start }
}

const GROUP_START = `${GROUP_MARK}:`

const UPDATES: ReadonlyMap<string, Authorization['update']> = new Map([
  ['Auto', 'auto'],
  ['Manual', 'manual'],
])

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
