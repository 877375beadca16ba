import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { fileWith, run } from './support.ts'

const TRUSTED = 'support * * *\n!oper * COM.TIBCO.hawk.microagent.Custom +\noper\n'
const AUTHORIZATION =
  '# ours\nBEGIN_AUTHORIZATION\n PERMISSION = VIEW\n BEGIN_COMPUTER\n  NAME = 192.0.2.*\n  PERMISSION = MODIFY\n END_COMPUTER\nEND_AUTHORIZATION\n'

const ASK_HAWK = ['--node', 'db01', '--microagent', 'Custom', '--method', 'execute']
const ASK_BMC = ['--user', 'bob', '--address', '192.0.2.7', '--action', 'collect.stop']

/** Complete, and with a field too many. */
const FULL_REQUEST = JSON.stringify({
  user: 'a',
  node: { name: 'db01' },
  microagent: 'M',
  method: 'm',
  impact: 'INFO',
  extra: 1,
})

describe('check', () => {
  test('a file in order ends with 0 and names its kind', async () => {
    const file = await fileWith(TRUSTED)
    const { exit, out } = await run(['check', file, '--json'])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toEqual({
      command: 'check',
      results: [{ file, kind: 'hawk-trusted' }],
    })
  })

  test('a file with errors ends with 2 and shows every error with a caret', async () => {
    const file = await fileWith('! guest\nok\n! other\n')
    const { exit, out, err } = await run(['check', file])
    expect(exit).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(`${file}:1:1: `)
    expect(err).toContain(`${file}:3:1: `)
    expect(err.match(/\^/g)).toHaveLength(2)
  })

  test('errors are fields of the JSON object, too', async () => {
    const file = await fileWith('! guest\n')
    const { exit, out } = await run(['check', file, '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      results: [
        {
          file,
          total: 1,
          diagnostics: [{ code: 'restriction-without-user', source: { line: 1 } }],
        },
      ],
    })
  })

  test('one bad file among good ones makes the exit code 2', async () => {
    const good = await fileWith(TRUSTED)
    const bad = await fileWith('! guest\n')
    const { exit, out, err } = await run(['check', bad, good])
    expect(exit).toBe(2)
    expect(out).toContain(good)
    expect(err).toContain(bad)
  })

  test('a request that the file allows ends with 0, code and line named', async () => {
    const file = await fileWith(TRUSTED)
    const words = ['check', file, '--user', 'support', ...ASK_HAWK, '--impact', 'INFO', '--json']
    const { exit, out } = await run(words)
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      results: [{ outcome: 'allow', reasons: [{ code: 'granted', source: { file, line: 1 } }] }],
    })
  })

  test('a request that the file denies ends with 1, code and line named', async () => {
    const file = await fileWith(TRUSTED)
    const words = ['check', file, '--user', 'oper', ...ASK_HAWK, '--impact', 'ACTION', '--json']
    const { exit, out } = await run(words)
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      results: [{ outcome: 'deny', reasons: [{ code: 'restricted', source: { file, line: 2 } }] }],
    })
  })

  test('--group makes the request a group operation', async () => {
    const file = await fileWith(TRUSTED)
    const words = ['check', file, '--user', 'support', ...ASK_HAWK, '--impact', 'INFO', '--json']
    const { exit, out } = await run([...words, '--group'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      results: [{ reasons: [{ code: 'group-not-granted' }] }],
    })
  })

  test('an Authorization.cfg is told from its first line, comments aside', async () => {
    const file = await fileWith(AUTHORIZATION)
    const { exit, out } = await run(['check', file, ...ASK_BMC, '--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      results: [
        {
          kind: 'bmc-authorization',
          reasons: [{ code: 'level-too-low', source: { file, line: 6 } }],
        },
      ],
    })
  })

  test('--own states that the caller started what it wants to stop', async () => {
    const file = await fileWith(AUTHORIZATION)
    expect(await run(['check', file, ...ASK_BMC, '--own'])).toMatchObject({ exit: 0 })
  })

  test('--request states the whole request as JSON', async () => {
    const file = await fileWith(AUTHORIZATION)
    const request = JSON.stringify({
      peer: { address: '192.0.2.7', verifiedName: null },
      claimedUser: 'bob',
      action: 'collect.stop',
      startedByCaller: true,
      othersHaveRequests: false,
    })
    expect(await run(['check', file, '--request', request])).toMatchObject({ exit: 0 })
  })

  test('--kind beats the content', async () => {
    const file = await fileWith(AUTHORIZATION)
    const { exit, out } = await run(['check', file, '--kind', 'hawk-trusted', '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ results: [{ kind: 'hawk-trusted' }] })
  })

  test('what a file holds is escaped for people', async () => {
    const file = await fileWith('support \u001B[31m * *\n')
    const { err } = await run(['check', file])
    expect(err).not.toContain('\u001B')
    expect(err).toContain('<U+001B>')
  })

  test.each([
    { because: 'an unknown option', words: ['--unknown'], named: '--unknown' },
    { because: 'an unknown kind', words: ['--kind', 'other'], named: 'other' },
    {
      because: 'an option of the other kind',
      words: ['--user', 'a', ...ASK_HAWK, '--impact', 'INFO', '--address', '192.0.2.7'],
      named: '--address',
    },
    { because: 'a request without its user', words: ASK_HAWK, named: 'user' },
    {
      because: 'an impact that is none',
      words: ['--user', 'a', ...ASK_HAWK, '--impact', 'SOME'],
      named: 'impact',
    },
    {
      because: 'a node of four parts',
      words: ['--user', 'a', ...ASK_HAWK, '--impact', 'INFO', '--node', 'a:b:c:d'],
      named: 'a:b:c:d',
    },
    { because: 'a request that is not JSON', words: ['--request', '{'], named: 'JSON' },
    { because: 'an empty request', words: ['--request', '{}'], named: 'user' },
    { because: 'an unknown field', words: ['--request', FULL_REQUEST], named: 'extra' },
    {
      because: 'a request and an option',
      words: ['--request', '{}', '--user', 'a'],
      named: '--user',
    },
  ])('$because ends with 2, and the error names it', async ({ words, named }) => {
    const file = await fileWith(TRUSTED)
    const { exit, err } = await run(['check', file, ...words])
    expect(exit).toBe(2)
    expect(err).toContain(named)
  })

  test('a file that does not exist ends with 2 and an error object', async () => {
    const { exit, out } = await run(['check', '/nowhere/at/all', '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'ERR_CONFIG' } })
  })

  test('a folder is not a file', async () => {
    expect(await run(['check', '/'])).toMatchObject({ exit: 2 })
  })
})

describe('explain', () => {
  test('shows the lines for the user and which of them covers', async () => {
    const file = await fileWith(TRUSTED)
    const words = ['explain', file, '--user', 'oper', ...ASK_HAWK, '--impact', 'ACTION', '--json']
    const { exit, out } = await run(words)
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      results: [{ outcome: 'deny', explanation: { grants: [3], restrictions: [2] } }],
    })
  })

  test('shows the level granted, the level needed and the node that decided', async () => {
    const file = await fileWith(AUTHORIZATION)
    const { exit, out } = await run(['explain', file, ...ASK_BMC])
    expect(exit).toBe(1)
    expect(out).toContain('granted: MODIFY, by computer 192.0.2.*')
    expect(out).toContain('needed:  MANAGE')
  })

  test('without a request ends with 2', async () => {
    expect(await run(['explain', await fileWith(TRUSTED)])).toMatchObject({ exit: 2 })
  })
})

describe('format', () => {
  test('prints the canonical text and leaves the file alone', async () => {
    const untidy = 'a\t*   *\t*\n'
    const file = await fileWith(untidy)
    const { exit, out } = await run(['format', file])
    expect(exit).toBe(0)
    expect(out).toBe('a  *  *  *\n')
    expect(await readFile(file, 'utf8')).toBe(untidy)
  })

  test('--check ends with 1 when the file is not canonical, with 0 when it is', async () => {
    const file = await fileWith('a\t*   *\t*\n')
    expect(await run(['format', '--check', file])).toMatchObject({ exit: 1 })
    expect(await run(['format', '--write', file])).toMatchObject({ exit: 0 })
    expect(await run(['format', '--check', file])).toMatchObject({ exit: 0 })
    expect(await readFile(file, 'utf8')).toBe('a  *  *  *\n')
  })

  test('a file with errors is never written', async () => {
    const file = await fileWith('! guest\n')
    expect(await run(['format', '--write', file])).toMatchObject({ exit: 2 })
    expect(await readFile(file, 'utf8')).toBe('! guest\n')
  })

  test('--write and --check exclude each other', async () => {
    expect(await run(['format', '--write', '--check', await fileWith('a\n')])).toMatchObject({
      exit: 2,
    })
  })
})

describe('the command', () => {
  test('--help ends with 0', async () => {
    expect(await run(['--help'])).toMatchObject({ exit: 0 })
  })

  test.each([{ words: [] }, { words: ['unknown'] }, { words: ['check'] }])(
    '$words ends with 2',
    async ({ words }) => {
      expect(await run(words)).toMatchObject({ exit: 2 })
    },
  )
})

test.each([
  ['a command', ['\u001b[2J']],
  ['an option', ['check', '--\u001b]0;x\u0007']],
])('%s that nobody knows is printed without its controls', async (_, words) => {
  const { exit, err } = await run(words)
  expect([exit, err.includes('\u001b')]).toEqual([2, false])
  expect(err).toContain('<U+001B>')
})
