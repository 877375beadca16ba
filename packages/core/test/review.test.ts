import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEdit, type Edit } from '../src/index.ts'

test.each<[string, string, Edit, string]>([
  ['a removed line is gone', 'a\nb\nc\n', [{ change: 'remove', line: 2 }], 'a\nc\n'],
  [
    'a replaced line stands in its place',
    'a\nb\n',
    [{ change: 'replace', line: 1, text: 'x' }],
    'x\nb\n',
  ],
  [
    'a line is inserted before the first',
    'a\n',
    [{ change: 'insert', after: 0, text: 'x' }],
    'x\na\n',
  ],
  ['a line is inserted after the last', 'a', [{ change: 'insert', after: 1, text: 'x' }], 'a\nx\n'],
  ['a line is inserted into nothing', '', [{ change: 'insert', after: 0, text: 'x' }], 'x\n'],
  ['CRLF stays CRLF', 'a\r\nb\r\n', [{ change: 'insert', after: 1, text: 'x' }], 'a\r\nx\r\nb\r\n'],
  [
    'all lines count in the text before the edit',
    'a\nb\nc\n',
    [
      { change: 'remove', line: 1 },
      { change: 'insert', after: 1, text: 'x' },
      { change: 'insert', after: 1, text: 'y' },
      { change: 'replace', line: 3, text: 'z' },
    ],
    'x\ny\nb\nz\n',
  ],
])('%s', (_, text, edit, expected) => {
  expect(applyEdit(text, edit)).toBe(expected)
})

test('removing what was inserted gives the text back', () => {
  const line = fc.stringMatching(/^[a-z ]{0,5}$/)
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), fc.nat(), line, (lines, at, text) => {
      const before = lines.map((each) => `${each}\n`).join('')
      const after = at % (lines.length + 1)
      const longer = applyEdit(before, [{ change: 'insert', after, text }])
      expect(longer.split('\n')).toHaveLength(before.split('\n').length + 1)
      expect(applyEdit(longer, [{ change: 'remove', line: after + 1 }])).toBe(before)
    }),
  )
})
