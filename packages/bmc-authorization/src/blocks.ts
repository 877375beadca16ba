import type { BlockKind } from './keywords.ts'
import type { BlockComments, Computer, Permission, User } from './model.ts'
import type { ComputerName } from './names.ts'
import type { ComputerEntry } from './policy-index.ts'
import type { Outer } from './policy.ts'

/** A statement's place, for errors that are found after it was read. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly width: number
  /** The whole line. */
  readonly text: string
}

/** The value of a `NAME` as far as it could be read. */
export interface Name {
  readonly line: number
  readonly text: string
  /** Set for a computer whose name is good. */
  readonly computer?: ComputerName
}

type CommentedPart = keyof BlockComments

const NO_LINES: readonly string[] = Object.freeze([])
/** What most blocks have. */
export const NO_COMMENTS: BlockComments = Object.freeze({
  begin: NO_LINES,
  name: NO_LINES,
  permission: NO_LINES,
  end: NO_LINES,
})

/** One block while it is being read. */
export class Block {
  readonly kind: BlockKind
  /** Where it was opened. */
  readonly begin: Place
  /** Line on which it was closed. */
  endLine: number
  /** Its `NAME`; `null` when there was one that is at fault. */
  name: Name | null | undefined
  /** Its `PERMISSION`; `null` when there was one that is at fault. */
  permission: Permission | null | undefined
  /** Lines of the names of its inner blocks, by what they are compared by. */
  readonly namesInside: Map<string, number> = new Map()
  readonly #computers: ComputerEntry[] = []
  readonly #users: User[] = []
  #comments: BlockComments = NO_COMMENTS

  constructor(kind: BlockKind, begin: Place) {
    this.kind = kind
    this.begin = begin
    this.endLine = begin.line
  }

  /** Keeps comments with the statement that they stand before. */
  comment(part: CommentedPart, lines: readonly string[]): void {
    if (lines.length === 0) return
    this.#comments = Object.freeze({ ...this.#comments, [part]: Object.freeze([...lines]) })
  }

  /** Takes in a closed inner block. One that is at fault is left out: the text is refused anyway. */
  add(inner: Block): void {
    if (inner.name === null || inner.name === undefined) return
    if (inner.kind === 'user') this.#users.push(inner.#toUser(inner.name))
    else this.#addComputer(inner, inner.name)
  }

  #addComputer(inner: Block, name: Name): void {
    if (name.computer === undefined) return
    this.#computers.push({ computer: inner.#toComputer(name, name.computer), name: name.computer })
  }

  #toUser(name: Name): User {
    return Object.freeze({
      name: name.text,
      line: name.line,
      beginLine: this.begin.line,
      endLine: this.endLine,
      permission: this.permission ?? null,
      comments: this.#comments,
    })
  }

  #toComputer(name: Name, { kind }: ComputerName): Computer {
    return Object.freeze({
      name: name.text,
      kind,
      line: name.line,
      beginLine: this.begin.line,
      endLine: this.endLine,
      permission: this.permission ?? null,
      users: Object.freeze(this.#users),
      comments: this.#comments,
    })
  }

  /** The content of a closed outer block. */
  toOuter(trailingComments: readonly string[]): Outer {
    return {
      beginLine: this.begin.line,
      endLine: this.endLine,
      permission: this.permission ?? null,
      computers: this.#computers,
      comments: this.#comments,
      trailingComments: Object.freeze([...trailingComments]),
    }
  }
}

/** The block that a block stands in. */
export const PARENT: Readonly<Record<'computer' | 'user', BlockKind>> = {
  computer: 'authorization',
  user: 'computer',
}
