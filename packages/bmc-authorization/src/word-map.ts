import type { Span } from './lines.ts'
import { TextTable } from './text-table.ts'

/** What words stand for, looked up in a line without cutting them out. */
export class WordMap<Meaning> {
  readonly #texts: TextTable = new TextTable()
  readonly #meanings: Map<number, Meaning>

  constructor(words: readonly (readonly [string, Meaning])[]) {
    this.#meanings = new Map(words.map(([word, meaning]) => [this.#texts.add(word), meaning]))
  }

  /** What a piece of a line stands for; `undefined` when it is none of the words. */
  find(line: string, { start, end }: Span): Meaning | undefined {
    return this.#meanings.get(this.#texts.find(line, start, end))
  }
}
