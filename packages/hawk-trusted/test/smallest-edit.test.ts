import { applyEdit, claimed, type Edit } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

const request: hawk.Request = {
  user: claimed('ops'),
  node: { name: 'web01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'M.A',
  method: 'run',
  impact: 'ACTION',
}
const INFO = { ...request, impact: 'INFO' } as const
const GROUP = { ...request, scope: 'group' } as const
const GRANT = 'ops  web01:none:default  M.A  run'

function parse(text: string): hawk.Policy {
  return hawk.parse(text, { file: 'T' })
}

function editOf(lines: readonly string[], asked: hawk.Request = request): Edit | undefined {
  return hawk.explain(parse(lines.join('\n')), asked).smallestEdit
}

describe('the smallest edit', () => {
  test.each<[string, string[], hawk.Request, Edit]>([
    [
      'that allows names all that can be named, below the last line for the user',
      ['# head', 'OPS web02', 'night'],
      request,
      [{ change: 'insert', after: 2, text: GRANT }],
    ],
    ['of an empty file is a line', [], request, [{ change: 'insert', after: 0, text: GRANT }]],
    [
      'that refuses adds a restriction rather than take a wide grant away',
      ['ops', 'night'],
      request,
      [{ change: 'insert', after: 1, text: `!${GRANT}` }],
    ],
    [
      'that refuses removes the grant where that changes no more',
      ['night', 'ops web01:none:default M.A run'],
      INFO,
      [{ change: 'remove', line: 2 }],
    ],
    [
      'that refuses a group operation spares point-to-point access where nothing else is granted',
      ['ops web01:none:default M.A run'],
      GROUP,
      [{ change: 'insert', after: 1, text: '!ops  +  M.A  +' }],
    ],
    [
      'that releases keeps of a restriction what leaves the request alone',
      ['ops', '# kept', '!* * M.A'],
      INFO,
      [{ change: 'replace', line: 3, text: '!*  *  M.A  +' }],
    ],
    [
      'that releases an ACTION keeps group operations closed',
      ['ops', '!ops'],
      request,
      [{ change: 'replace', line: 2, text: '!ops  +  *  *' }],
    ],
    [
      'that releases removes a restriction when nothing of it can stay',
      ['ops', '!ops * M.A +'],
      { ...GROUP },
      [{ change: 'remove', line: 2 }],
    ],
    [
      'that releases puts the missing grant in the place of a restriction',
      ['night', '!* * M.A +', '!ops'],
      GROUP,
      [
        { change: 'replace', line: 2, text: GRANT },
        { change: 'remove', line: 3 },
      ],
    ],
  ])('%s', (_, lines, asked, edit) => {
    expect(editOf(lines, asked)).toEqual(edit)
    const before = hawk.check(parse(lines.join('\n')), asked).outcome
    const after = hawk.check(parse(applyEdit(lines.join('\n'), edit)), asked).outcome
    expect(after).not.toBe(before)
  })
})

test('a line that the file cannot hold is not proposed', () => {
  expect(editOf([], { ...request, user: claimed('o"ps') })).toBeUndefined()
  expect(editOf([], { ...request, node: { ...request.node, name: 'web 01' } })).toBeUndefined()
  expect(editOf([], { ...request, method: 'jörg' })).toBeUndefined()
  expect(editOf(['*', '*'], { ...INFO, method: 'not-a-name' })).toBeUndefined()
})

test('a restriction is released even for a name that the file cannot hold', () => {
  const edit = editOf(['*', '!* * * +'], { ...request, user: claimed('o"ps') })
  expect(edit).toEqual([{ change: 'replace', line: 2, text: '!*  +  *  +' }])
})

test('a name outside ASCII is proposed where the file has such names', () => {
  const asked = { ...request, user: claimed('jörg') }
  const policy = hawk.parse('jörn\n', { file: 'T', encoding: 'utf-8' })
  expect(hawk.explain(policy, asked).smallestEdit).toEqual([
    { change: 'insert', after: 1, text: 'jörg  web01:none:default  M.A  run' },
  ])
  expect(editOf(['night'], asked)).toBeUndefined()
})

test('there is no edit where the file was not asked', () => {
  expect(editOf(['*'], { ...request, method: '*' })).toBeUndefined()
})
