import { describe, expect, test } from 'vitest'
import { folderWith } from './policies.ts'
import { fileWith, run } from './support.ts'

const BMC = (level: string): string =>
  `BEGIN_AUTHORIZATION\n PERMISSION = VIEW\n BEGIN_COMPUTER\n  NAME = 192.0.2.*\n  PERMISSION = ${level}\n END_COMPUTER\nEND_AUTHORIZATION\n`

describe('lint', () => {
  test('an open door is shown with its line and fix, and ends with 1', async () => {
    const file = await fileWith('*\n')
    const { exit, out } = await run(['lint', file])
    expect(exit).toBe(1)
    expect(out).toContain(`${file}:1`)
  })

  test('findings are fields of the JSON object', async () => {
    const file = await fileWith('BEGIN_AUTHORIZATION\n PERMISSION = MANAGE\nEND_AUTHORIZATION\n')
    const { exit, out } = await run(['lint', file, '--json'])
    expect(exit).toBe(1)
    const { results } = JSON.parse(out) as { results: { findings: { code: string }[] }[] }
    expect(results[0]?.findings.length).toBeGreaterThan(0)
    expect(results[0]?.findings[0]).toMatchObject({
      code: expect.any(String),
      severity: expect.any(String),
      sentence: expect.any(String),
      source: { file },
    })
  })

  test('a file with errors is refused before it is reviewed', async () => {
    const { exit } = await run(['lint', await fileWith('! guest\n')])
    expect(exit).toBe(2)
  })
})

describe('diff', () => {
  test('new access is told with the requests and both lines, and fails when asked to', async () => {
    const before = await fileWith('ops * * *\n')
    const after = await fileWith('ops * * +\n')
    const { exit, out } = await run(['diff', before, after])
    expect(exit).toBe(0)
    expect(out).toContain('now allowed')
    expect(out).toContain('user ops')
    expect(out).toContain(`${after}:1`)
    expect((await run(['diff', before, after, '--fail-on-new-access'])).exit).toBe(1)
    expect((await run(['diff', after, before, '--fail-on-new-access'])).exit).toBe(0)
  })

  test('new access comes before access that is lost, whoever stands first in the files', async () => {
    const users =
      '<user-list><user name="root" config-rights="full"/><user name="ann"/></user-list>\n'
    const common = {
      'users.xml': users,
      'tools.xml':
        '<tool-list><ssa-command-tool name="t"><toolbox toolbox-name="Monitor Tools"/></ssa-command-tool></tool-list>\n',
      'nodes.xml': '<node-list><node name="cms"/></node-list>\n',
    }
    const before = await folderWith({ ...common, 'auth.txt': 'root:All Tools:n:cms\n' })
    const after = await folderWith({ ...common, 'auth.txt': 'ann:Monitor Tools:n:cms\n' })
    const { out } = await run(['diff', before, after, '--cms', 'cms'])
    expect(out.match(/now (?:allowed|denied) +user \w+/g)).toEqual([
      'now allowed  user ann',
      'now denied   user root',
    ])
    expect(out).toContain('not compared')
  })

  test('the levels of Authorization.cfg are told', async () => {
    const [before, after] = [await fileWith(BMC('VIEW')), await fileWith(BMC('MODIFY'))]
    const { out } = await run(['diff', before, after])
    expect(out).toContain('peer 192.0.2.*')
    expect(out).toContain('VIEW becomes MODIFY')
  })

  test('files that decide alike have no difference', async () => {
    const [before, after] = [await fileWith('# a\nops\n'), await fileWith('ops\n\n')]
    const { exit, out } = await run(['diff', before, after, '--json', '--fail-on-new-access'])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ results: [{}, { differences: [] }] })
  })

  test('files of two kinds cannot be compared', async () => {
    const { exit, err } = await run(['diff', await fileWith('ops\n'), await fileWith(BMC('VIEW'))])
    expect(exit).toBe(2)
    expect(err).toContain('of one kind')
  })

  test('a file with errors ends with 2, whichever it is', async () => {
    const [good, bad] = [await fileWith('ops\n'), await fileWith('! ops\n')]
    expect((await run(['diff', good, bad])).exit).toBe(2)
    expect((await run(['diff', bad, good])).exit).toBe(2)
  })
})

describe('test', () => {
  const ASK = 'user=ops node=db01 microagent=M method=m'

  test('expectations that hold end with 0, one that does not with 1 and its line', async () => {
    const policy = await fileWith('ops * * *\n')
    const held = await fileWith(
      `# reads only\nexpect deny ${ASK}\nexpect allow ${ASK} impact=INFO\n`,
    )
    expect(await run(['test', policy, held])).toMatchObject({ exit: 0 })
    const broken = await fileWith(`expect deny ${ASK}\nexpect allow ${ASK}\n`)
    const { exit, out } = await run(['test', policy, broken])
    expect(exit).toBe(1)
    expect(out).toContain(`${broken}:2`)
    expect(out).not.toContain(`${broken}:1`)
    expect(out).toContain('1 of 2')
  })

  test('fields are those of the kind of file', async () => {
    const policy = await fileWith(BMC('MODIFY'))
    const expectations = await fileWith(
      'expect allow address=192.0.2.7 user=a action=collect.start own=no others=no\n',
    )
    expect((await run(['test', policy, expectations])).exit).toBe(0)
    const foreign = await fileWith(`expect deny ${ASK}\n`)
    const { exit, err } = await run(['test', policy, foreign])
    expect(exit).toBe(2)
    expect(err).toContain(`${foreign}:1:`)
  })

  test('a file that expects nothing proves nothing, and one with errors is refused', async () => {
    const policy = await fileWith('ops\n')
    expect((await run(['test', policy, await fileWith('# later\n')])).exit).toBe(1)
    expect((await run(['test', policy, await fileWith('expect maybe\n')])).exit).toBe(2)
    expect((await run(['test', policy, '/nonexistent'])).exit).toBe(2)
  })
})
