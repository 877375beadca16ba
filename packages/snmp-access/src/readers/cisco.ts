import { DiagnosticList, readLines, type LineSource, type TextOptions } from '@gatehouse/core'
import type { Configuration } from '../model.ts'
import { isStandardNumber, readListEntry } from './cisco-lists.ts'
import { OBJECT_NAMES } from './cisco-object-names.ts'
import { READER_CODES, type ReaderCode } from './codes.ts'
import { configurationOf } from './configuration-of.ts'
import { everybody, type CommunityRule, type SourceRule, type ViewRule } from './settings.ts'

/**
 * Reads the communities, views and standard access lists of a Cisco IOS configuration.
 *
 * Taken are `snmp-server community STRING [view NAME] [ro | rw] [LIST]`, `snmp-server view`,
 * `access-list` of standard numbers and `ip access-list standard`; a community without a list is
 * good for everybody in both families, one with a list for IPv4 only. Everything else is passed
 * over, version 3 groups and users among it: it grants nothing.
 *
 * A list or view that the text does not define is an error: nobody is let in on a guess.
 *
 * @param text - A configuration as `show running-config` prints it.
 * @throws ParseError (`ERR_PARSE`) with every error, codes of {@link READER_CODES}.
 */
export function readCiscoConfiguration(
  text: string | Uint8Array,
  options: TextOptions,
): Configuration {
  const reader = new CiscoReader(options)
  return configurationOf(reader.read(text), options.file)
}

interface Reading {
  readonly words: readonly string[]
  readonly line: number
  readonly text: string
}

interface Unresolved extends Omit<CommunityRule, 'sources'> {
  readonly list: string | null
  readonly reading: Reading
}

class CiscoReader {
  readonly #options: TextOptions
  readonly #diagnostics: DiagnosticList<ReaderCode>
  readonly #communities = new Map<string, Unresolved>()
  readonly #views: ViewRule[] = []
  readonly #lists = new Map<string, SourceRule[]>()
  #open: SourceRule[] | undefined

  constructor(options: TextOptions) {
    this.#options = options
    this.#diagnostics = new DiagnosticList(options.file)
  }

  read(input: string | Uint8Array): { communities: CommunityRule[]; views: ViewRule[] } {
    for (const [index, text] of readLines(input, this.#options, this.#diagnostics).entries()) {
      const words = text.split(/[ \t]+/).filter((word) => word !== '')
      if (words.length > 0) this.#readLine({ words, line: index + 1, text })
    }
    const communities = [...this.#communities.values()].map((each) => this.#resolve(each))
    this.#diagnostics.throwIfAny()
    return { communities, views: this.#views }
  }

  #readLine(reading: Reading): void {
    const { words, text } = reading
    const open = this.#open
    if (/^[ \t]/.test(text) && open !== undefined) {
      const numbered = /^\d+$/.test(words[0] as string) ? words.slice(1) : words
      this.#addEntry(open, numbered, reading)
      return
    }
    this.#open = undefined
    const [first, second, third, fourth] = words
    if (first === 'snmp-server' && second === 'community') this.#readCommunity(reading)
    else if (first === 'snmp-server' && second === 'view') this.#readView(reading)
    else if (first === 'access-list' && second !== undefined && isStandardNumber(second)) {
      this.#addEntry(this.#listNamed(second), words.slice(2), reading)
    } else if (first === 'ip' && second === 'access-list' && third === 'standard') {
      if (fourth === undefined) this.#fault('list-entry-malformed', reading, 0)
      else this.#open = this.#listNamed(fourth)
    } else if (first === 'no' && TAKEN.test(words.slice(1).join(' '))) {
      this.#fault('command-takes-back', reading, 0)
    }
  }

  #listNamed(name: string): SourceRule[] {
    const list = this.#lists.get(name) ?? []
    this.#lists.set(name, list)
    return list
  }

  #addEntry(list: SourceRule[], words: readonly string[], reading: Reading): void {
    if (words[0] === 'remark') return
    const entry = readListEntry(words, this.#origin(reading))
    if (entry === undefined) this.#fault('list-entry-malformed', reading, 0)
    else list.push(entry)
  }

  #readCommunity(reading: Reading): void {
    const [, , community, ...rest] = reading.words
    if (community === undefined) {
      this.#fault('community-malformed', reading, 0)
      return
    }
    const view = rest[0] === 'view' ? rest.splice(0, 2)[1] : null
    const rights = rest[0]?.toLowerCase()
    if (rights === 'ro' || rights === 'rw') rest.shift()
    const [list = null, ...more] = rest
    if (view === undefined || more.length > 0) {
      this.#fault('community-malformed', reading, 0)
      return
    }
    if (this.#communities.has(community)) this.#fault('community-twice', reading, 2)
    this.#communities.set(community, {
      community,
      rights: rights === 'rw' ? 'write' : 'read',
      list,
      view,
      origin: this.#origin(reading),
      reading,
    })
  }

  #readView(reading: Reading): void {
    const [, , view, tree, kind, ...more] = reading.words
    const subtree = tree === undefined ? undefined : readTree(tree)
    const isKind = kind === 'included' || kind === 'excluded'
    if (view === undefined || subtree === undefined || !isKind || more.length > 0) {
      this.#fault('view-malformed', reading, 0)
      return
    }
    const included = kind === 'included'
    this.#views.push({ view, included, subtree, origin: this.#origin(reading) })
  }

  #resolve({ list, reading, ...rest }: Unresolved): CommunityRule {
    const { view, origin } = rest
    if (view !== null && this.#views.every((each) => each.view !== view)) {
      this.#fault('view-missing', reading, reading.words.indexOf('view', 3) + 1)
    }
    if (list === null) return { ...rest, sources: everybody(origin) }
    const sources = this.#lists.get(list)
    if (sources === undefined) this.#fault('list-missing', reading, reading.words.length - 1)
    return { ...rest, sources: sources ?? [] }
  }

  #origin({ line }: Reading): LineSource {
    return { file: this.#options.file, line }
  }

  /** Never shows the text: communities are in it. */
  #fault(code: ReaderCode, { words, line, text }: Reading, word: number): void {
    let column = 0
    for (const [index, each] of words.slice(0, word + 1).entries()) {
      column = text.indexOf(each, column) + (index === word ? 1 : each.length)
    }
    const width = words[word]?.length ?? 1
    this.#diagnostics.add(code, READER_CODES[code], { line, column, width }, '')
  }
}

const TAKEN = /^(?:snmp-server (?:community|view)|access-list|ip access-list standard)(?: |$)/

function readTree(text: string): (number | null)[] | undefined {
  const [head, ...tail] = text.replace(/^\./, '').split('.')
  const named = OBJECT_NAMES.get(head as string)
  const rest = (named === undefined ? [head as string, ...tail] : tail).map(readPart)
  const subtree = [...(named ?? []), ...rest]
  return subtree.length <= 128 && subtree.every((part) => part !== undefined) ? subtree : undefined
}

function readPart(text: string): number | null | undefined {
  if (text === '*') return null
  return /^(?:0|[1-9]\d{0,9})$/.test(text) && Number(text) <= 0xffffffff ? Number(text) : undefined
}
