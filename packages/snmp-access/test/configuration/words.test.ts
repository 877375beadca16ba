import { describe, expect, it } from 'vitest'
import { PlainWords, QuotedWords, type WordSource } from '../../src/configuration/words.ts'

function textsOf(words: WordSource): string[] {
  const texts: string[] = []
  for (let word = words.next(); word !== undefined; word = words.next()) texts.push(word.text)
  return texts
}

describe('words of a directive', () => {
  it.each([
    ['a  b\tc ', ['a', 'b', 'c']],
    ['"two words" x', ['two words', 'x']],
    ['\'single "quoted"\' x', ['single "quoted"', 'x']],
    ['esc\\ aped x', ['esc aped', 'x']],
    ['"q\\"uote" x', ['q"uote', 'x']],
    ['a#b # note', ['a#b']],
    ['tab"in', ['tab"in']],
    ["it's", ["it's"]],
    ['"" x', ['', 'x']],
    ['end\\', ['end\\']],
    ['  # note', []],
    ['', []],
  ])('are cut from %j', (line, texts) => {
    expect(textsOf(new QuotedWords(line))).toEqual(texts)
  })

  it('have the column and the width that they take on the line', () => {
    const words = new QuotedWords('ab "c d" e')
    words.next()
    expect(words.next()).toEqual({ text: 'c d', column: 4, width: 5 })
    expect(words.next()).toEqual({ text: 'e', column: 10, width: 1 })
  })

  it('say that a quotation mark has no pair', () => {
    expect(new QuotedWords('"open end').next()).toMatchObject({
      text: 'open end',
      oddity: 'quote-unclosed',
    })
  })

  it('say that text is joined to a quotation mark, and begin a new word there', () => {
    const words = new QuotedWords('"a"b')
    expect(words.next()).toMatchObject({ text: 'a', oddity: 'text-after-quote' })
    expect(words.next()).toMatchObject({ text: 'b', column: 4 })
  })

  it('are cut by blanks and nothing else in view and access', () => {
    expect(textsOf(new PlainWords('view "a b" # c', 4))).toEqual(['"a', 'b"', '#', 'c'])
  })
})
