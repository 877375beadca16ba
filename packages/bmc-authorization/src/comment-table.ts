import type { BlockComments } from './model.ts'
import type { TextTable } from './text-table.ts'

/** The statement that comments stand before; `after`: they stand behind the outer block. */
export type CommentedPart = keyof BlockComments | 'after'

type Parts = { readonly [Part in CommentedPart]?: readonly number[] }

const NO_LINES: readonly string[] = Object.freeze([])

/** What most blocks have. */
const NO_COMMENTS: BlockComments = Object.freeze({
  begin: NO_LINES,
  name: NO_LINES,
  permission: NO_LINES,
  end: NO_LINES,
})

/** The comments of a file, by node and statement, as numbers of texts. */
export class CommentTable {
  readonly #parts: Map<number, Parts> = new Map()

  /** Keeps comments with the statement of a node that they stand before. */
  put(node: number, part: CommentedPart, lines: readonly number[]): void {
    if (lines.length > 0) this.#parts.set(node, { ...this.#parts.get(node), [part]: lines })
  }

  /** The comments of a node. */
  of(node: number, texts: TextTable): BlockComments {
    const parts = this.#parts.get(node)
    if (parts === undefined) return NO_COMMENTS
    return Object.freeze({
      begin: read(parts.begin, texts),
      name: read(parts.name, texts),
      permission: read(parts.permission, texts),
      end: read(parts.end, texts),
    })
  }

  /** The comments behind a node. */
  after(node: number, texts: TextTable): readonly string[] {
    return read(this.#parts.get(node)?.after, texts)
  }
}

function read(lines: readonly number[] = [], texts: TextTable): readonly string[] {
  return lines.length === 0 ? NO_LINES : Object.freeze(lines.map((line) => texts.at(line)))
}
