import { ParseError } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { sketch, write } from './arbitraries.ts'

const FILE = 'Authorization.cfg'

const WORDS = [
  'BEGIN_AUTHORIZATION',
  'END_AUTHORIZATION',
  'BEGIN_COMPUTER',
  'END_COMPUTER',
  'BEGIN_USER',
  'END_USER',
  'NAME',
  'NAME = *',
  'NAME = gw1',
  'PERMISSION = VIEW',
  'PERMISSION',
  '=',
  '#',
  ' ',
  '\t',
  '\n',
  '\n',
  '\n',
  '\r\n',
  '10.0.0.',
  '*',
  '\\',
  '\0',
]

function refusesOrReads(text: string | Uint8Array, encoding: 'ascii' | 'utf-8'): void {
  try {
    expect(Object.isFrozen(bmc.parse(text, { file: FILE, encoding }))).toBe(true)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const codes = error.diagnostics.map(({ code }) => code)
    expect(Object.keys(bmc.LOAD_CODES)).toEqual(expect.arrayContaining(codes))
  }
}

const encoding = fc.constantFrom('ascii' as const, 'utf-8' as const)

it('throws nothing but ParseError for any text', () => {
  const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(''))
  const text = fc.oneof(soup, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  fc.assert(fc.property(text, encoding, refusesOrReads), { numRuns: 1000 })
})

it('throws nothing but ParseError for any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), encoding, refusesOrReads))
})

it('throws nothing but ParseError for a good file with a part cut out or put in', () => {
  const mutated = fc
    .tuple(sketch, fc.nat(), fc.nat(20), fc.oneof(fc.constantFrom(...WORDS), fc.string()))
    .map(([file, at, length, put]) => {
      const text = write(file)
      const start = at % text.length
      return text.slice(0, start) + put + text.slice(start + length)
    })
  fc.assert(fc.property(mutated, encoding, refusesOrReads), { numRuns: 1000 })
})

it('reads the same policy whatever the line ends, blanks and byte order mark', () => {
  fc.assert(
    fc.property(sketch, (file) => {
      const text = write(file)
      const other = `\ufeff${text.replaceAll('\n', ' \t\r\n').replaceAll(/^(\s*[A-Z]+) = /gm, '$1\t =  ')}`
      const once = bmc.parse(text, { file: FILE })
      expect(bmc.parse(other, { file: FILE })).toEqual(once)
      expect(bmc.parse(Buffer.from(other), { file: FILE })).toEqual(once)
    }),
  )
})
