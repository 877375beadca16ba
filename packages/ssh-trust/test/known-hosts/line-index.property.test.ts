import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LineIndex } from '../../src/known-hosts/line-index.ts'
import { splitLine } from '../../src/known-hosts/line.ts'
import { hashName, matchesHash } from '../../src/known-hosts/names.ts'
import { matchesList } from '../../src/text/pattern.ts'

const name = fc.string({
  unit: fc.constantFrom('a', 'b', '.', '\u00fc'),
  minLength: 1,
  maxLength: 4,
})
const item = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', '.', '*', '?', '!', '|', '\u00dc', '\u00fc'),
  maxLength: 4,
})
const salt = fc.uint8Array({ minLength: 20, maxLength: 20 })
const hashed = fc.tuple(name, salt).map(([host, bytes]) => hashName(host, bytes))
const damaged = fc
  .tuple(hashed, fc.nat(59), fc.constantFrom('', '=', 'A', ' ', '|', '-', '\0', ','))
  .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1))
const hosts = fc.oneof(
  fc.array(fc.oneof(name, item), { maxLength: 4 }).map((items) => items.join()),
  hashed,
  damaged,
)
const line = fc
  .tuple(
    fc.constantFrom('', '', '', ' ', '\t', '# ', '@revoked ', '@what ', ' @cert-authority ', '\0'),
    hosts,
    fc.constantFrom(' t k', ' t k a*b c@d', '\tt\tk\r', ' t k |1|a a,b', '', ' t'),
  )
  .map((parts) => parts.join(''))

/** The slow way: each line by itself. */
function matching(text: string, sought: string): number[] {
  return text.split('\n').flatMap((one, index) => {
    const fields = splitLine(one)
    if (fields.kind !== 'fields') return []
    const { hosts: list } = fields
    const isFound = list.startsWith('|') ? matchesHash(list, sought) : matchesList(list, sought)
    return isFound ? [index + 1] : []
  })
}

it('finds the lines that the slow way finds, at the first search and by its table', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), name, (lines, sought) => {
      const text = lines.join('\n')
      const index = new LineIndex(text)
      const expected = matching(text, sought)
      expect(Array.from({ length: 4 }, () => index.matching(sought))).toEqual(
        Array.from({ length: 4 }, () => expected),
      )
    }),
    { numRuns: 1000 },
  )
})

it('numbers lines, and finds those with a marker, as the slow way does', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('', '\n'), (given, end) => {
      const text = given.join('\n') + end
      const index = new LineIndex(text)
      const lines = text.split('\n')
      if (lines.at(-1) === '') lines.pop()
      const read = Array.from({ length: index.lineCount }, (_, before) => index.line(before + 1))
      expect(read).toEqual(lines)
      const marked = lines.flatMap((one, at) => (/^[ \t]*@/u.test(one) ? [at + 1] : []))
      expect(index.markerLines).toEqual(marked)
    }),
  )
})
