import type { EntryModel, Level, SourceFamily, ViewType } from '../model.ts'
import { readSource, type ResolvedNames } from '../source/source.ts'
import { addCommunity } from './community-lines.ts'
import type { Entries } from './entries.ts'
import { readLevel, readModel, readSubtree } from './fields.ts'
import type { LineContext } from './line-context.ts'
import { levelOf, readTypes, type LineReader } from './vacm-lines.ts'
import { QuotedWords, type Word } from './words.ts'

/** The lists that a community directive fills. */
export type CommunityLists = SourceFamily | 'both'

/** What ends a community or user line: `[OID | -V VIEW [CONTEXT]]`. */
interface Scope {
  /** A view by name; `null`: one is made of `subtree`. */
  readonly view: string | null
  readonly subtree: Word | undefined
  readonly context: string
  readonly contextMatch: 'exact' | 'prefix'
}

/** `rocommunity [-v 1|2c] COMMUNITY [SOURCE [OID | -V VIEW [CONTEXT]]]` and its kin. */
export function community(
  lists: CommunityLists,
  types: readonly ViewType[],
  names: ResolvedNames | undefined,
): LineReader {
  return (context, start, entries) => {
    const words = new QuotedWords(context.line, start)
    expandCommunity(context, words, { lists, types, names }, entries)
  }
}

/** `authcommunity TYPES COMMUNITY [SOURCE [OID | -V VIEW [CONTEXT]]]` */
export function authCommunity(names: ResolvedNames | undefined): LineReader {
  return (context, start, entries) => {
    const words = new QuotedWords(context.line, start)
    const types = readTypes(context, words)
    if (types !== undefined)
      expandCommunity(context, words, { lists: 'both', types, names }, entries)
  }
}

interface CommunityLine {
  readonly lists: CommunityLists
  readonly types: readonly ViewType[]
  readonly names: ResolvedNames | undefined
}

function expandCommunity(
  context: LineContext,
  words: QuotedWords,
  line: CommunityLine,
  entries: Entries,
): void {
  let word = words.next()
  let version: string | undefined
  if (word?.text === '-v') {
    version = words.next()?.text.toLowerCase()
    word = words.next()
  }
  if (!context.present(word, 'community')) return
  const source = words.next()
  const scope = readScope(context, words)
  if (scope === undefined) return
  const number = entries.nextNumber()
  const securityName = `comm${number}`
  addToLists(context, { word, source, securityName, scope }, line, entries)
  const group = `grp${securityName}`
  const { origin } = context
  for (const model of modelsOf(version)) entries.groups.push({ group, model, securityName, origin })
  const model = modelOfVersion(version)
  if (model === undefined) context.fault('model-unknown', word)
  const row = { group, model, level: 'noAuthNoPriv' } as const
  grant(context, { ...row, scope, madeView: `viewComm${number}`, types: line.types }, entries)
}

function modelsOf(version: string | undefined): readonly EntryModel[] {
  if (version === '1' || version === 'v1') return ['v1']
  return version === '2c' || version === 'v2c' ? ['v2c'] : ['v1', 'v2c']
}

function modelOfVersion(version: string | undefined): EntryModel | undefined {
  if (version === undefined) return 'any'
  const [model, other] = modelsOf(version)
  return other === undefined ? model : readModel(version)
}

interface ListedCommunity {
  readonly word: Word
  readonly source: Word | undefined
  readonly securityName: string
  readonly scope: Scope
}

function addToLists(
  context: LineContext,
  { word, source: sourceWord, securityName, scope }: ListedCommunity,
  { lists, names }: CommunityLine,
  entries: Entries,
): void {
  const source = sourceWord?.text ?? 'default'
  context.odd(sourceWord)
  if (source === '' || /[\s"'\\]/.test(source)) {
    context.fault('source-malformed', sourceWord)
    return
  }
  const read = readAgain(word.text)
  if (read !== word.text) context.fault('community-quoted-again', word, 'odd')
  const parts = {
    securityName,
    context: scope.context,
    source,
    community: read,
    sourceWord,
    communityWord: word,
  }
  for (const family of familiesOf(context, lists, source, { names, sourceWord })) {
    addCommunity(context, parts, family, names, entries)
  }
}

/** The daemon writes the community between apostrophes and reads the line a second time. */
function readAgain(text: string): string {
  return new QuotedWords(`'${text}'`).next()?.text ?? ''
}

/** A source of one family is an error in the list of the other: without need where a line fills both. */
function familiesOf(
  context: LineContext,
  lists: CommunityLists,
  source: string,
  { names, sourceWord }: { names: ResolvedNames | undefined; sourceWord: Word | undefined },
): readonly SourceFamily[] {
  if (lists !== 'both') return [lists]
  const [ipv4, ipv6] = [readSource(source, 'ipv4', names), readSource(source, 'ipv6', names)]
  if (!('fault' in ipv4)) return 'fault' in ipv6 ? ['ipv4'] : ['ipv4', 'ipv6']
  if ('fault' in ipv6 && ipv4.fault !== 'ipv6-source-in-ipv4-list') return ['ipv4']
  if (!('fault' in ipv6)) context.fault(ipv4.fault, sourceWord, 'harmless')
  return ['ipv6']
}

/** `rouser [-s MODEL] USER [LEVEL [OID | -V VIEW [CONTEXT]]]`, or rwuser. */
export function user(types: readonly ViewType[]): LineReader {
  return (context, start, entries) => {
    expandUser(context, new QuotedWords(context.line, start), { types, asGroup: false }, entries)
  }
}

/** `authuser TYPES [-s MODEL] USER …`; `asGroup`: authgroup, which names a group in place of the user. */
export function authUser(asGroup: boolean): LineReader {
  return (context, start, entries) => {
    const words = new QuotedWords(context.line, start)
    const types = readTypes(context, words)
    if (types !== undefined) expandUser(context, words, { types, asGroup }, entries)
  }
}

function expandUser(
  context: LineContext,
  words: QuotedWords,
  { types, asGroup }: { readonly types: readonly ViewType[]; readonly asGroup: boolean },
  entries: Entries,
): void {
  let word = words.next()
  let modelWord: Word | undefined
  if (word?.text === '-s') {
    modelWord = words.next()
    if (!context.present(modelWord, 'security model')) return
    word = words.next()
  }
  if (!context.present(word, asGroup ? 'group' : 'user')) return
  const levelWord = words.next()
  const scope = readScope(context, words)
  if (scope === undefined || !nameUsable(context, word)) return
  const number = entries.nextNumber()
  const model = readModel(modelWord?.text ?? 'usm')
  if (model === undefined) {
    context.fault('model-unknown', modelWord)
    return
  }
  const level = levelWord === undefined ? 'authNoPriv' : readLevel(levelWord.text)
  const group = asGroup ? word.text : groupOfUser(word.text)
  if (!asGroup) {
    const { origin } = context
    if (model === 'any') context.fault('model-any', modelWord, 'odd')
    entries.groups.push({ group, model, securityName: word.text, origin })
    if (level !== undefined) entries.users.push({ user: word.text, model, level, group, origin })
  }
  if (level === undefined && levelWord !== undefined) levelOf(context, levelWord)
  grant(context, { group, model, level, scope, madeView: `viewUSM${number}`, types }, entries)
}

function groupOfUser(name: string): string {
  return `grp${name.slice(0, 28)}`.replaceAll(/[^a-z\d]/gi, '_')
}

/** The daemon puts the name between quotation marks and reads it a second time. */
function nameUsable(context: LineContext, word: Word): boolean {
  if (word.text === '' || /["\\]/.test(word.text)) {
    context.fault('name-malformed', word)
    return false
  }
  return context.nameFits(word.text, word)
}

function readScope(context: LineContext, words: QuotedWords): Scope | undefined {
  const named = words.follows('-V ')
  if (named) words.next()
  const first = words.next()
  if (named && first === undefined) {
    context.missing('view')
    return undefined
  }
  const contextWord = words.next()
  const name = contextWord?.text ?? ''
  const prefix = contextWord === undefined || name.endsWith('*')
  const bare = name.endsWith('*') ? name.slice(0, -1) : name
  context.odd(first)
  context.odd(contextWord)
  for (const word of [named ? first : undefined, contextWord]) {
    if (word !== undefined && /[\s"'\\]/.test(word.text)) {
      context.fault('name-malformed', word)
      return undefined
    }
  }
  const view = named ? (first?.text ?? '') : null
  if (!context.nameFits(bare, contextWord) || !context.nameFits(view ?? '', first)) return undefined
  context.atEnd(words.next())
  return {
    view: first === undefined ? '_all_' : view,
    subtree: named ? undefined : first,
    context: bare,
    contextMatch: prefix ? 'prefix' : 'exact',
  }
}

interface Grant {
  readonly group: string
  readonly model: EntryModel | undefined
  readonly level: Level | undefined
  readonly scope: Scope
  /** Name of the view that is made when the scope has a subtree. */
  readonly madeView: string
  readonly types: readonly ViewType[]
}

/** Makes the view of the line, and the access entry; without model or level the view only. */
function grant(context: LineContext, given: Grant, entries: Entries): void {
  const { group, model, level, scope, madeView, types } = given
  const { origin } = context
  if (scope.subtree !== undefined) {
    const subtree = readSubtree(scope.subtree.text)
    if (subtree === undefined) context.fault('oid-malformed', scope.subtree)
    else {
      const mask = new Uint8Array()
      entries.views.push({ view: madeView, included: true, subtree, mask, origin })
    }
  }
  if (model === undefined || level === undefined || types.length === 0) return
  const view = scope.view ?? madeView
  const key = { group, context: scope.context, contextMatch: scope.contextMatch, model, level }
  const writes = types.includes('write')
  const simple = types.includes('read') && types.length === (writes ? 2 : 1)
  if (!simple) {
    entries.setAccess(key, types, view, origin)
    return
  }
  // What is not granted is given the view name none, which a file may define.
  const other = writes ? view : 'none'
  entries.addAccess(key, { read: view, write: other, notify: other }, origin)
}
