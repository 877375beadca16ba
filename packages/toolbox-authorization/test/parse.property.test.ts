import { ParseError } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { CMS, sketch, write } from './arbitraries.ts'
import { stateOf, WORLD, type Texts } from './states.ts'

const KINDS = Object.keys(WORLD) as toolbox.FileKind[]

const MARKUP = ['<', '>', '/>', '</', '="', '"', "'", '&', '&amp;', '&#x41;', '&#7;', '&b;', ';']
const SECTIONS = ['<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE', '<?x ?>', '<?xml version="1.0"?>']
const TAGS = [
  '<user-list>',
  '<user name="x"/>',
  '</user-list>',
  '<tool-list>',
  '<toolbox',
  '<owner>',
]
const TEXTS = ['ann:Web:n:*', 'U:', '#', '-', '*', ':', 'name', '__proto__', '10.0.0.1', ' ', '\n']
const ODD = ['\0', '\r\n', '\u202e', '\ud800']
const WORDS = [...MARKUP, ...SECTIONS, ...TAGS, ...TEXTS, ...ODD]

/** A state, which then has to survive being written and read, or a ParseError of known codes. */
function refusesOrReads(texts: Texts, encoding: 'ascii' | 'utf-8', cms = 'cms'): void {
  let state
  try {
    state = stateOf(texts, { encoding, cms })
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const codes = error.diagnostics.map(({ code }) => code)
    expect(Object.keys(toolbox.LOAD_CODES)).toEqual(expect.arrayContaining(codes))
    return
  }
  expect(Object.isFrozen(state)).toBe(true)
  expect(withoutPlaces(stateOf(toolbox.format(state), { encoding, cms }))).toEqual(
    withoutPlaces(state),
  )
}

/** A state without what formatting may change: lines, labels, and wildcards, which are resolved. */
function withoutPlaces(state: toolbox.State): unknown {
  const { files: _files, wildcards: _wildcards, ...rest } = state
  return JSON.parse(
    JSON.stringify(rest, (key, value: unknown) => (key === 'source' ? null : value)),
  )
}

const encoding = fc.constantFrom('ascii' as const, 'utf-8' as const)

it('throws nothing but ParseError for any text in place of any file', () => {
  const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(''))
  const text = fc.oneof(soup, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), text, encoding, (kind, content, how) => {
      refusesOrReads({ [kind]: content }, how)
    }),
    { numRuns: 1500 },
  )
})

it('throws nothing but ParseError for good files with a part cut out or put in, and reads what it writes', () => {
  const mutated = fc.tuple(
    sketch,
    fc.constantFrom(...KINDS),
    fc.nat(),
    fc.nat(12),
    fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 3 })),
  )
  fc.assert(
    fc.property(mutated, encoding, ([file, kind, at, length, put], how) => {
      const texts = { ...WORLD, ...write(file) }
      const start = at % (texts[kind].length + 1)
      const content = texts[kind].slice(0, start) + put + texts[kind].slice(start + length)
      refusesOrReads({ ...texts, [kind]: content }, how, CMS)
    }),
    { numRuns: 1500 },
  )
})

it('reads an equal state from what it writes', () => {
  fc.assert(
    fc.property(sketch, (file) => {
      const state = stateOf(write(file), { cms: CMS })
      const texts = toolbox.format(state)
      const again = stateOf(texts, { cms: CMS })
      expect(withoutPlaces(again)).toEqual(withoutPlaces(state))
      expect(toolbox.format(again)).toEqual(texts)
      const lines = stateOf({ ...texts, authorizations: toolbox.formatLines(state) }, { cms: CMS })
      expect(withoutPlaces(lines)).toEqual(withoutPlaces(state))
    }),
  )
})

it('reads back any text that XML can hold', () => {
  const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 300 })
  const long = fc.constantFrom('&'.repeat(800), '<'.repeat(800), '"\''.repeat(400), `a\n  b\n\nc`)
  fc.assert(
    fc.property(fc.oneof(text, long), fc.oneof(text, long), (first, second) => {
      const toolboxes = `<toolbox-list><toolbox name="Web"><description>${wrapped(escaped(first))}</description><attribute name="n">${wrapped(escaped(second))}</attribute></toolbox><toolbox name="Closed"/></toolbox-list>`
      refusesOrReads({ toolboxes }, 'ascii')
    }),
  )
})

function escaped(text: string): string {
  return Array.from(text, (one) => `&#${one.codePointAt(0)};`).join('')
}

/** Long text in lines of some length, each break being one more blank in it. */
function wrapped(text: string): string {
  return text.replaceAll(/(?:&#\d+;){1,400}/g, (part) => `${part}\n`)
}
