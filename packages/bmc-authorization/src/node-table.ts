import { LEVELS, rankOf, type Level } from './level.ts'
import type { ComputerKind } from './model.ts'

/** What a node is: the outer block, a computer by how its name is compared, or a user. */
export type NodeKind = 'outer' | ComputerKind | 'user'

const KINDS: readonly NodeKind[] = ['outer', 'address', 'host', 'pattern', 'any', 'user']

/** The outer block: the first node. */
export const OUTER = 0

/** A row: numbers side by side, for a lookup in a large file waits for memory, once a row. */
const WIDTH = 8
const PARENT = 0
const KEY = 1
const NAME = 2
const BEGIN = 3
const END = 4
const LINE = 5
const PERMISSION = 6
/** Four times the index of the kind, plus the index of the level. */
const FORM = 7

/**
 * The blocks of a file as rows of numbers, in the order in which they open: first the outer block,
 * and each computer before its users. A node is the number of its row, a text one of the `TextTable`.
 */
export class NodeTable {
  #fields: Int32Array = new Int32Array(16 * WIDTH)
  #size = 0

  /** How many nodes there are. */
  get size(): number {
    return this.#size
  }

  /** Adds a block that opens on a line; under no parent, a negative number, where it stands wrong. */
  open(parent: number, line: number): number {
    const at = this.#size * WIDTH
    if (at + WIDTH === this.#fields.length) {
      const fields = new Int32Array(this.#fields.length * 2)
      fields.set(this.#fields)
      this.#fields = fields
    }
    this.#fields[at + PARENT] = parent
    this.#fields[at + BEGIN] = line
    this.#size += 1
    return this.#size - 1
  }

  /** Sets the line that closes a block. */
  close(node: number, line: number): void {
    this.#fields[node * WIDTH + END] = line
  }

  /** Sets the level of a block. */
  setLevel(node: number, level: Level, line: number): void {
    const at = node * WIDTH
    this.#fields[at + PERMISSION] = line
    this.#fields[at + FORM] = ((this.#fields[at + FORM] as number) & ~3) | rankOf(level)
  }

  /**
   * Names a block.
   *
   * @param name - Its name as written.
   * @param key - The text that it is compared by.
   */
  setName(node: number, kind: NodeKind, name: number, key: number, line: number): void {
    const at = node * WIDTH
    this.#fields[at + KEY] = key
    this.#fields[at + NAME] = name
    this.#fields[at + LINE] = line
    this.#fields[at + FORM] = (KINDS.indexOf(kind) << 2) | ((this.#fields[at + FORM] as number) & 3)
  }

  /** Whether any block stands in a block. */
  hasChild(node: number): boolean {
    return this.#fields[(node + 1) * WIDTH + PARENT] === node
  }

  parentOf(node: number): number {
    return this.#fields[node * WIDTH + PARENT] as number
  }

  kindOf(node: number): NodeKind {
    return KINDS[(this.#fields[node * WIDTH + FORM] as number) >>> 2] as NodeKind
  }

  /** Whether any node is of a kind. */
  hasKind(kind: NodeKind): boolean {
    for (let node = 0; node < this.#size; node += 1) if (this.kindOf(node) === kind) return true
    return false
  }

  /** The level that a node sets; `NONE` where it sets none. */
  levelOf(node: number): Level {
    return LEVELS[(this.#fields[node * WIDTH + FORM] as number) & 3] as Level
  }

  /** Line of the `PERMISSION`; 0 where there is none. */
  permissionLineOf(node: number): number {
    return this.#fields[node * WIDTH + PERMISSION] as number
  }

  /** The text that its name is compared by. */
  keyOf(node: number): number {
    return this.#fields[node * WIDTH + KEY] as number
  }

  /** Its name as written. */
  nameOf(node: number): number {
    return this.#fields[node * WIDTH + NAME] as number
  }

  /** Line of the `NAME`. */
  lineOf(node: number): number {
    return this.#fields[node * WIDTH + LINE] as number
  }

  beginLineOf(node: number): number {
    return this.#fields[node * WIDTH + BEGIN] as number
  }

  endLineOf(node: number): number {
    return this.#fields[node * WIDTH + END] as number
  }

  /** Gives back the memory that is left for more nodes, but for one row, which is nobody's child. */
  trim(): void {
    this.#fields = this.#fields.slice(0, (this.#size + 1) * WIDTH)
  }
}
