import type { DiagnosticList } from '@gatehouse/core'
import { Block, PARENT, type Name, type Place } from './blocks.ts'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import { KEYWORDS, WORDS, type BlockKind } from './keywords.ts'
import { LEVEL_OF_WORD } from './level.ts'
import { isBlank, restAt, skipBlanks, wordAt, type Token } from './lines.ts'
import { findUserNameFault, foldUserName, readComputerName } from './names.ts'
import type { Outer } from './policy.ts'

/** Longest piece of the text that a message repeats. */
const SHOWN_CHARACTERS = 60

/**
 * Reads statements line by line into blocks, and goes on after each error, so that all are reported.
 *
 * After a block at the wrong place, the open blocks that it cannot stand in count as closed; after
 * an END that does not match, so do the blocks inside the one that it names.
 */
export class StatementReader {
  readonly #diagnostics: DiagnosticList<LoadCode>
  /** The open blocks, the outer one first. */
  readonly #open: Block[] = []
  #outer: Block | undefined
  #comments: string[] = []
  #text = ''
  #line = 0

  constructor(diagnostics: DiagnosticList<LoadCode>) {
    this.#diagnostics = diagnostics
  }

  /** Reads the next line. */
  read(text: string, line: number): void {
    this.#text = text
    this.#line = line
    const start = skipBlanks(text, 0)
    if (start === text.length) return
    if (text[start] === KEYWORDS.comment) {
      this.#comments.push(restAt(text, start).text)
      return
    }
    const keyword = wordAt(text, start, KEYWORDS.assign)
    const word = WORDS.get(keyword.text)
    const opensOuter = word?.role === 'begin' && word.block === 'authorization'
    if (this.#open.length === 0 && (this.#outer !== undefined || !opensOuter)) {
      this.#report('text-outside-block', restAt(text, start))
    } else if (word === undefined) {
      const shown = keyword.text === '' ? restAt(text, start) : keyword
      this.#report('unknown-keyword', shown, `\`${shorten(shown.text)}\``)
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

  /** Ends the text. */
  end(): Outer {
    for (const { begin } of this.#open) {
      this.#diagnostics.add('end-missing', LOAD_CODES['end-missing'], begin, begin.text)
    }
    if (this.#outer === undefined) {
      const message = LOAD_CODES['outer-block-missing']
      this.#diagnostics.add('outer-block-missing', message, { line: 1, column: 1 }, '')
    }
    const outer = this.#outer ?? new Block('authorization', this.#placeOf({ text: '', start: 0 }))
    return outer.toOuter(this.#comments)
  }

  #begin(kind: BlockKind, keyword: Token): void {
    const block = new Block(kind, this.#placeOf(keyword))
    if (kind === 'authorization') {
      if (this.#outer === undefined) {
        this.#outer = block
        this.#push(block)
      } else {
        this.#reportMisplaced(keyword, this.#top())
      }
      return
    }
    const parent = PARENT[kind]
    const top = this.#top()
    if (top.kind !== parent) this.#reportMisplaced(keyword, top)
    while (this.#top().kind !== parent && this.#open.length > 1) this.#close()
    this.#push(block)
  }

  #push(block: Block): void {
    block.comment('begin', this.#takeComments())
    this.#open.push(block)
  }

  #reportMisplaced(keyword: Token, top: Block): void {
    const where = `${keyword.text} in ${KEYWORDS[top.kind][0]} of line ${top.begin.line}`
    this.#report('block-misplaced', keyword, where)
  }

  #end(kind: BlockKind, keyword: Token): void {
    const top = this.#top()
    if (top.kind !== kind) {
      const open = `${KEYWORDS[top.kind][0]} of line ${top.begin.line}`
      this.#report('end-mismatch', keyword, open)
      if (!this.#open.some((block) => block.kind === kind)) return
      while (this.#top().kind !== kind) this.#close()
    }
    this.#top().comment('end', this.#takeComments())
    this.#close()
  }

  #close(): void {
    const block = this.#open.pop() as Block
    block.endLine = this.#line
    const parent = this.#open.at(-1)
    if (parent === undefined) return
    if (block.name === undefined) {
      this.#diagnostics.add(
        'name-missing',
        LOAD_CODES['name-missing'],
        block.begin,
        block.begin.text,
      )
    }
    parent.add(block)
  }

  #readName(keyword: Token): void {
    const block = this.#top()
    const value = this.#readValue(keyword)
    if (block.kind === 'authorization') {
      this.#report('name-misplaced', keyword)
      return
    }
    if (block.name !== undefined) {
      this.#report('name-repeated', keyword)
      return
    }
    block.comment('name', this.#takeComments())
    if (value === undefined) block.name = null
    else block.name = block.kind === 'user' ? this.#userName(value) : this.#computerName(value)
  }

  #computerName(value: Token): Name | null {
    const computer = readComputerName(value.text)
    if ('fault' in computer) {
      this.#report(computer.fault, value, computer.detail)
      return null
    }
    const isNew = this.#expectNew('computer-repeated', `${computer.kind} ${computer.key}`, value)
    return isNew ? { line: this.#line, text: value.text, computer } : null
  }

  #userName(value: Token): Name | null {
    const fault = value.text === KEYWORDS.any ? -1 : findUserNameFault(value.text)
    if (fault !== -1) {
      const character = { text: value.text.charAt(fault), start: value.start + fault }
      this.#report('user-malformed', character, `\`${shorten(value.text)}\``)
      return null
    }
    const isNew = this.#expectNew('user-repeated', `user ${foldUserName(value.text)}`, value)
    return isNew ? { line: this.#line, text: value.text } : null
  }

  #expectNew(code: 'computer-repeated' | 'user-repeated', key: string, value: Token): boolean {
    const names = (this.#open.at(-2) as Block).namesInside
    const earlier = names.get(key)
    if (earlier === undefined) names.set(key, this.#line)
    else this.#report(code, value, `\`${shorten(value.text)}\`, first on line ${earlier}`)
    return earlier === undefined
  }

  #readPermission(keyword: Token): void {
    const block = this.#top()
    const value = this.#readValue(keyword)
    if (block.permission !== undefined) {
      this.#report('permission-repeated', keyword)
      return
    }
    block.comment('permission', this.#takeComments())
    block.permission = null
    if (value === undefined) return
    const { text } = wordAt(value.text, 0)
    const level = LEVEL_OF_WORD.get(text)
    if (level !== undefined) block.permission = Object.freeze({ level, line: this.#line })
    else this.#report('unknown-level', { text, start: value.start }, `\`${shorten(text)}\``)
    const rest = restAt(value.text, text.length)
    if (rest.text === '') return
    this.#report('trailing-text', { text: rest.text, start: value.start + rest.start })
  }

  /** The value of `KEYWORD = value`. */
  #readValue(keyword: Token): Token | undefined {
    const end = keyword.start + keyword.text.length
    const assign = skipBlanks(this.#text, end)
    if (this.#text[assign] !== KEYWORDS.assign) {
      this.#report('equals-missing', keyword)
      return undefined
    }
    const value = restAt(this.#text, assign + 1)
    const hasBlanks = isBlank(this.#text, end) && isBlank(this.#text, assign + 1)
    if (value.text === '') this.#report('value-missing', { text: KEYWORDS.assign, start: assign })
    else if (!hasBlanks) this.#report('blanks-missing', { text: KEYWORDS.assign, start: assign })
    return this.#withoutComment(value)
  }

  /** Reports a comment behind a value; what stands before it is read on. */
  #withoutComment(value: Token): Token | undefined {
    const at = findComment(value.text)
    if (at === -1) return value.text === '' ? undefined : value
    this.#report('trailing-comment', restAt(this.#text, value.start + at))
    const { text } = restAt(value.text.slice(0, at), 0)
    return text === '' ? undefined : { text, start: value.start }
  }

  /** Reports what stands behind the last word that a statement may have. */
  #expectEnd(last: Token): void {
    const rest = restAt(this.#text, last.start + last.text.length)
    if (rest.text === '') return
    const isComment = rest.text.startsWith(KEYWORDS.comment)
    this.#report(isComment ? 'trailing-comment' : 'trailing-text', rest)
  }

  #report(code: LoadCode, token: Token, detail?: string): void {
    const message = detail === undefined ? LOAD_CODES[code] : `${LOAD_CODES[code]}: ${detail}`
    this.#diagnostics.add(code, message, this.#placeOf(token), this.#text)
  }

  #placeOf({ text, start }: Token): Place {
    return { line: this.#line, column: start + 1, width: text.length, text: this.#text }
  }

  #takeComments(): string[] {
    const taken = this.#comments
    this.#comments = []
    return taken
  }

  #top(): Block {
    return this.#open.at(-1) as Block
  }
}

/** Index of the first `#` that starts a value or stands behind a blank in it, else -1. */
function findComment(value: string): number {
  let index = value.indexOf(KEYWORDS.comment)
  while (index > 0 && !isBlank(value, index - 1)) index = value.indexOf(KEYWORDS.comment, index + 1)
  return index
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}
