import type { EntryModel, Level, ViewType } from '../model.ts'
import type { AccessKey, Entries } from './entries.ts'
import { readLevel, readMask, readModel, readSubtree, readViewType } from './fields.ts'
import type { LineContext } from './line-context.ts'
import { PlainWords, QuotedWords, type Word, type WordSource } from './words.ts'

/** Reads what follows a directive from an index of its line on. */
export type LineReader = (context: LineContext, start: number, entries: Entries) => void

/** `group GROUP MODEL SECNAME` */
export const readGroup: LineReader = (context, start, entries) => {
  const words = new QuotedWords(context.line, start)
  const [group, modelWord, name] = [words.next(), words.next(), words.next()]
  if (!context.present(group, 'group')) return
  if (!context.present(modelWord, 'security model')) return
  if (!context.present(name, 'security name')) return
  const model = modelOf(context, modelWord)
  const fits = context.nameFits(group.text, group) && context.nameFits(name.text, name)
  if (model === undefined || !fits) return
  if (group.text === '' || name.text === '') {
    context.missing('group or security name')
    return
  }
  if (model === 'any') context.fault('model-any', modelWord, 'odd')
  context.atEnd(words.next())
  const { origin } = context
  entries.groups.push({ group: group.text, model, securityName: name.text, origin })
}

/** `view VNAME {included|excluded} OID [MASK]` */
export const readView: LineReader = (context, start, entries) => {
  const words = new PlainWords(context.line, start)
  const [name, type, subtreeWord] = [words.next(), words.next(), words.next()]
  if (!context.present(name, 'view')) return
  if (!context.present(type, 'included or excluded')) return
  if (!context.present(subtreeWord, 'object identifier')) return
  if (type.text !== 'included' && type.text !== 'excluded') {
    context.fault('view-type-unknown', type)
    return
  }
  const subtree = readSubtree(subtreeWord.text)
  if (subtree === undefined) {
    context.fault('oid-malformed', subtreeWord)
    return
  }
  const mask = maskOf(context, subtreeWord.column + subtreeWord.width - 1)
  if (mask === undefined || !context.nameFits(name.text, name)) return
  const included = type.text === 'included'
  const { origin } = context
  entries.views.push({ view: name.text, included, subtree, mask, origin })
}

function maskOf(context: LineContext, start: number): Uint8Array | undefined {
  const rest = context.line.slice(start).trim()
  if (rest === '') return new Uint8Array()
  const column = context.line.indexOf(rest, start) + 1
  const word = { text: rest, column, width: rest.length }
  const read = readMask(rest)
  if (read === undefined) context.fault('view-mask-malformed', word)
  else if (!read.exact) context.fault('view-mask-truncated', word, 'odd')
  return read?.mask
}

/** `access GROUP CONTEXT MODEL LEVEL {exact|prefix} READ WRITE NOTIFY` */
export const readAccess: LineReader = (context, start, entries) => {
  const words = new PlainWords(context.line, start)
  const key = readAccessKey(context, words)
  if (key === undefined) return
  const [read, write, notify] = [words.next(), words.next(), words.next()]
  if (!context.present(read, 'read view')) return
  if (!context.present(write, 'write view')) return
  if (!context.present(notify, 'notify view')) return
  if (![read, write, notify].every((word) => context.nameFits(word.text, word))) return
  context.atEnd(words.next())
  const views = { read: read.text, write: write.text, notify: notify.text }
  entries.addAccess(key, views, context.origin)
}

/** `setaccess GROUP CONTEXT MODEL LEVEL {exact|prefix} TYPE VIEW`; the manual has TYPE and VIEW swapped. */
export const readSetAccess: LineReader = (context, start, entries) => {
  const words = new PlainWords(context.line, start)
  const key = readAccessKey(context, words)
  if (key === undefined) return
  const [typeWord, view] = [words.next(), words.next()]
  if (!context.present(typeWord, 'use of the view')) return
  if (!context.present(view, 'view')) return
  if (!context.nameFits(view.text, view)) return
  const type = readViewType(typeWord.text)
  if (type === undefined) {
    context.fault('view-use-unknown', typeWord)
    return
  }
  context.atEnd(words.next())
  entries.setAccess(key, [type], view.text, context.origin)
}

function readAccessKey(context: LineContext, words: WordSource): AccessKey | undefined {
  const [group, name, modelWord] = [words.next(), words.next(), words.next()]
  const [levelWord, match] = [words.next(), words.next()]
  if (!context.present(group, 'group')) return undefined
  if (!context.present(name, 'context')) return undefined
  if (!context.present(modelWord, 'security model')) return undefined
  if (!context.present(levelWord, 'security level')) return undefined
  if (!context.present(match, 'exact or prefix')) return undefined
  const model = modelOf(context, modelWord)
  const level = model && levelOf(context, levelWord)
  const contextMatch = level && matchOf(context, match)
  const contextName = name.text === '""' || name.text === "''" ? '' : name.text
  const fits = context.nameFits(group.text, group) && context.nameFits(contextName, name)
  if (model === undefined || level === undefined || contextMatch === undefined || !fits) {
    return undefined
  }
  return { group: group.text, context: contextName, model, level, contextMatch }
}

/** `authaccess TYPES GROUP [-s MODEL] VIEW [LEVEL [CONTEXT]]`; the manual has `-s MODEL` before GROUP. */
export const readAuthAccess: LineReader = (context, start, entries) => {
  const first = new QuotedWords(context.line, start)
  const types = readTypes(context, first)
  if (types === undefined) return
  const words = new PlainWords(context.line, first.offset)
  const group = words.next()
  if (!context.present(group, 'group')) return
  let view = words.next()
  let model: EntryModel = 'any'
  if (view?.text.toLowerCase() === '-s') {
    const modelWord = words.next()
    if (!context.present(modelWord, 'security model')) return
    const named = modelOf(context, modelWord)
    if (named === undefined) return
    model = named
    view = words.next()
  }
  if (!context.present(view, 'view')) return
  const levelWord = words.next()
  const level = levelWord === undefined ? defaultLevel(model) : levelOf(context, levelWord)
  if (level === undefined) return
  const contextWord = words.next()
  const name = contextWord?.text ?? ''
  const contextName = name.endsWith('*') ? name.slice(0, -1) : name
  const fits = [group, view].every((word) => context.nameFits(word.text, word))
  if (!fits || !context.nameFits(contextName, contextWord)) return
  context.atEnd(words.next())
  const contextMatch = name.endsWith('*') ? 'prefix' : 'exact'
  const key = { group: group.text, context: contextName, model, level, contextMatch } as const
  if (types.length > 0) entries.setAccess(key, types, view.text, context.origin)
}

function defaultLevel(model: EntryModel): Level {
  return model === 'v1' || model === 'v2c' ? 'noAuthNoPriv' : 'authNoPriv'
}

/** TYPES: uses of a view joined by `,`, `|` or `:`. Unknown ones are reported and left out. */
export function readTypes(context: LineContext, words: QuotedWords): ViewType[] | undefined {
  const word = words.next()
  if (!context.present(word, 'uses of the view')) return undefined
  const types = new Set<ViewType>()
  for (const text of word.text.split(/[,|:]/)) {
    const type = readViewType(text)
    if (type !== undefined) types.add(type)
    else if (text !== '') context.fault('view-use-unknown', word)
  }
  return [...types]
}

/** A security model, or a fault of the word. */
function modelOf(context: LineContext, word: Word): EntryModel | undefined {
  const model = readModel(word.text)
  if (model === undefined) context.fault('model-unknown', word)
  return model
}

/** A security level, or a fault of the word. */
export function levelOf(context: LineContext, word: Word): Level | undefined {
  const level = readLevel(word.text)
  if (level === undefined) context.fault('level-unknown', word)
  return level
}

function matchOf(context: LineContext, word: Word): 'exact' | 'prefix' | undefined {
  if (word.text === 'exact' || word.text === 'prefix') return word.text
  if (word.text === '0') {
    context.fault('match-zero', word, 'odd')
    return 'exact'
  }
  context.fault('match-unknown', word)
  return undefined
}
