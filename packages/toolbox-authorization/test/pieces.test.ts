import { ParseError } from '@gatehouse/core'
import { expect, it } from 'vitest'
import { stateOf } from './states.ts'

/** What stands around the place where the XML parser is given the next piece of a text. */
const AROUND = 4096

const ENTRY =
  '<!-- \u{1d4b3} --><user\n\tname="CORP\\a&amp;\u{1d4b3}&#x1d4b3;" description=\'<"\'/>'.replace(
    '<"',
    '&lt;"',
  )

function usersBehind(characters: number, entry: string): string {
  const padding = `${' '.repeat(99)}\n`.repeat(Math.ceil(characters / 100)).slice(0, characters)
  return `<user-list>${padding}${entry}<user name="root" config-rights="full"/></user-list>`
}

it('reads the same wherever a text is cut into the pieces that the XML parser is given', () => {
  for (let shift = 0; shift <= ENTRY.length + 12; shift += 1) {
    const users = usersBehind(AROUND - shift, ENTRY)
    const [user] = stateOf({ users, authorizations: '' }, { encoding: 'utf-8' }).users
    expect(user).toMatchObject({
      name: 'CORP\\a&\u{1d4b3}\u{1d4b3}',
      description: '<"',
      source: { line: users.slice(0, users.indexOf('<user\n')).split('\n').length },
      comments: [' \u{1d4b3} '],
    })
  }
})

it('names the same place of an error wherever a text is cut', () => {
  for (let shift = 0; shift <= 40; shift += 1) {
    const users = usersBehind(AROUND - shift, '<user nome="x"  \tname="&#x78; "/>')
    const before = users.slice(0, users.indexOf('nome')).split('\n')
    const column = (before.at(-1) ?? '').length + 1
    try {
      stateOf({ users, authorizations: '' })
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      expect(error.diagnostics.map(({ code, source }) => ({ code, ...source }))).toEqual([
        { code: 'unknown-attribute', file: 'users', line: before.length, column },
        { code: 'name-malformed', file: 'users', line: before.length, column: column + 17 },
      ])
    }
  }
})
