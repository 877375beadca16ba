import type { DiagnosticList } from '@gatehouse/core'
import { Children } from './children.ts'
import { CommentTable } from './comment-table.ts'
import type { LoadCode } from './codes.ts'
import { Faults, shown, type Place } from './faults.ts'
import { NOTHING } from './hash-slots.ts'
import { KEYWORDS, WORDS, type BlockKind } from './keywords.ts'
import { Ipv4Nodes } from './ipv4-nodes.ts'
import { LEVEL_WORDS } from './level.ts'
import { isEmpty, restAt, skipBlanks, wordAt } from './lines.ts'
import { findUserNameFault, foldUserName, readComputerName, type ComputerName } from './names.ts'
import { NodeTable, OUTER } from './node-table.ts'
import { PARENT, shownBlock, type OpenBlock } from './open-block.ts'
import { TextTable } from './text-table.ts'
import { ANY_NAME, type Tree } from './tree.ts'
import { readValue } from './value-reader.ts'

const ASSIGN = KEYWORDS.assign.charCodeAt(0)
const COMMENT = KEYWORDS.comment.charCodeAt(0)

/**
 * Reads statements line by line into a tree, and goes on after each error, so that all are reported.
 *
 * After a block at the wrong place, the open blocks that it cannot stand in count as closed; after
 * an END that does not match, so do the blocks inside the one that it names.
 */
export class StatementReader {
  readonly #faults: Faults
  readonly #nodes: NodeTable = new NodeTable()
  readonly #children: Children = new Children(this.#nodes)
  readonly #ipv4: Ipv4Nodes = new Ipv4Nodes()
  readonly #texts: TextTable = new TextTable()
  readonly #comments: CommentTable = new CommentTable()
  /** The open blocks, the outer one first. */
  readonly #open: OpenBlock[] = []
  /** Comments that belong to the next statement. */
  #pending: number[] = []

  constructor(diagnostics: DiagnosticList<LoadCode>) {
    this.#faults = new Faults(diagnostics)
    this.#texts.add(KEYWORDS.any)
  }

  /** Reads the next line. */
  read(text: string, line: number): void {
    const start = skipBlanks(text, 0)
    if (start === text.length) return
    if (text.charCodeAt(start) === COMMENT) {
      const comment = restAt(text, start)
      this.#pending.push(this.#texts.add(text, comment.start, comment.end))
      return
    }
    const { end } = wordAt(text, start, ASSIGN)
    const keyword: Place = { line, text, start, end }
    const word = WORDS.find(text, keyword)
    const opensOuter = word?.role === 'begin' && word.block === 'authorization'
    if (this.#open.length === 0 && (this.#nodes.size > 0 || !opensOuter)) {
      this.#faults.report('text-outside-block', { ...keyword, ...restAt(text, start) })
    } else if (word === undefined) {
      const fault = isEmpty(keyword) ? { ...keyword, ...restAt(text, start) } : keyword
      this.#faults.report('unknown-keyword', fault, shown(text.slice(fault.start, fault.end)))
    } else if (word.role === 'begin') {
      this.#expectEnd(keyword)
      this.#begin(word.block, keyword)
    } else if (word.role === 'end') {
      this.#expectEnd(keyword)
      this.#end(word.block, keyword)
    } else if (word.role === 'name') {
      this.#readName(keyword)
    } else {
      this.#readPermission(keyword)
    }
  }

  /** Ends the text. What it gives is whole only when no error was reported. */
  end(): Tree {
    for (const { begin } of this.#open) this.#faults.report('end-missing', begin)
    if (this.#nodes.size === 0) {
      this.#faults.report('outer-block-missing', { line: 1, text: '', start: 0, end: 1 })
    }
    this.#comments.put(OUTER, 'after', this.#pending)
    this.#nodes.trim()
    this.#texts.trim()
    return {
      nodes: this.#nodes,
      children: this.#children,
      ipv4: this.#ipv4,
      texts: this.#texts,
      comments: this.#comments,
    }
  }

  #begin(kind: BlockKind, keyword: Place): void {
    if (kind === 'authorization') {
      if (this.#open.length === 0) this.#push(kind, NOTHING, keyword)
      else this.#reportMisplaced(keyword)
      return
    }
    if (this.#top().kind !== PARENT[kind]) this.#reportMisplaced(keyword)
    while (this.#top().kind !== PARENT[kind] && this.#open.length > 1) this.#close(keyword.line)
    const parent = this.#top()
    this.#push(kind, parent.kind === PARENT[kind] ? parent.node : NOTHING, keyword)
  }

  #push(kind: BlockKind, parent: number, begin: Place): void {
    const node = this.#nodes.open(parent, begin.line)
    this.#comments.put(node, 'begin', this.#takeComments())
    this.#open.push({ kind, node, begin, hasName: false, hasPermission: false })
  }

  #reportMisplaced(keyword: Place): void {
    const { text, start, end } = keyword
    const where = `${text.slice(start, end)} in ${shownBlock(this.#top())}`
    this.#faults.report('block-misplaced', keyword, where)
  }

  #end(kind: BlockKind, keyword: Place): void {
    if (this.#top().kind !== kind) {
      this.#faults.report('end-mismatch', keyword, shownBlock(this.#top()))
      if (!this.#open.some((block) => block.kind === kind)) return
      while (this.#top().kind !== kind) this.#close(keyword.line)
    }
    this.#comments.put(this.#top().node, 'end', this.#takeComments())
    this.#close(keyword.line)
  }

  #close(line: number): void {
    const { kind, node, begin, hasName } = this.#open.pop() as OpenBlock
    this.#nodes.close(node, line)
    if (kind !== 'authorization' && !hasName) this.#faults.report('name-missing', begin)
  }

  #readName(keyword: Place): void {
    const block = this.#top()
    const value = readValue(keyword, this.#faults)
    if (block.kind === 'authorization') {
      this.#faults.report('name-misplaced', keyword)
    } else if (block.hasName) {
      this.#faults.report('name-repeated', keyword)
    } else {
      this.#comments.put(block.node, 'name', this.#takeComments())
      block.hasName = true
      if (value === undefined) return
      const place = { ...keyword, ...value }
      if (block.kind === 'user') this.#nameUser(block.node, place)
      else this.#nameComputer(block.node, place)
    }
  }

  #nameComputer(node: number, place: Place): void {
    const { text, start, end, line } = place
    const name = text.slice(start, end)
    const computer = readComputerName(name)
    if ('fault' in computer) {
      this.#faults.report(computer.fault, place, computer.detail)
      return
    }
    const number = this.#texts.add(text, start, end)
    const earlier = this.#addComputer(node, computer, number, line)
    if (earlier !== NOTHING) this.#reportRepeated('computer-repeated', place, earlier)
  }

  /** Gives back the computer that is the same by value, if there is one. */
  #addComputer(node: number, { kind, key }: ComputerName, name: number, line: number): number {
    const isText = kind === 'host' || key.includes(':')
    const text = isText ? this.#texts.add(key) : name
    this.#nodes.setName(node, kind, name, text, line)
    return isText ? this.#children.add(OUTER, text, node) : this.#ipv4.add(key, node)
  }

  #nameUser(node: number, place: Place): void {
    const { text, start, end, line } = place
    const name = text.slice(start, end)
    const number = this.#texts.add(text, start, end)
    const fault = number === ANY_NAME ? NOTHING : findUserNameFault(name)
    if (fault !== NOTHING) {
      const character = { ...place, start: start + fault, end: start + fault + 1 }
      this.#faults.report('user-malformed', character, shown(name))
      return
    }
    const folded = foldUserName(name)
    const key = folded === name ? number : this.#texts.add(folded)
    const earlier = this.#children.add(this.#nodes.parentOf(node), key, node)
    this.#nodes.setName(node, 'user', number, key, line)
    if (earlier !== NOTHING) this.#reportRepeated('user-repeated', place, earlier)
  }

  #reportRepeated(code: LoadCode, place: Place, earlier: number): void {
    const name = shown(place.text.slice(place.start, place.end))
    this.#faults.report(code, place, `${name}, first on line ${this.#nodes.lineOf(earlier)}`)
  }

  #readPermission(keyword: Place): void {
    const { text, line } = keyword
    const block = this.#top()
    const value = readValue(keyword, this.#faults)
    if (block.hasPermission) {
      this.#faults.report('permission-repeated', keyword)
      return
    }
    this.#comments.put(block.node, 'permission', this.#takeComments())
    block.hasPermission = true
    if (value === undefined) return
    const word = wordAt(text, value.start, NOTHING, value.end)
    const level = LEVEL_WORDS.find(text, word)
    if (level !== undefined) this.#nodes.setLevel(block.node, level, line)
    else {
      const place = { ...keyword, ...word }
      this.#faults.report('unknown-level', place, shown(text.slice(word.start, word.end)))
    }
    const rest = restAt(text, word.end, value.end)
    if (!isEmpty(rest)) this.#faults.report('trailing-text', { ...keyword, ...rest })
  }

  /** Reports what stands behind the last word that a statement may have. */
  #expectEnd(last: Place): void {
    const { text, end } = last
    const rest = restAt(text, end)
    if (isEmpty(rest)) return
    const isComment = text.charCodeAt(rest.start) === COMMENT
    this.#faults.report(isComment ? 'trailing-comment' : 'trailing-text', { ...last, ...rest })
  }

  #takeComments(): readonly number[] {
    if (this.#pending.length === 0) return this.#pending
    const taken = this.#pending
    this.#pending = []
    return taken
  }

  #top(): OpenBlock {
    return this.#open.at(-1) as OpenBlock
  }
}
