import { describe, expect, test } from 'vitest'
import { fileWith, run } from './support.ts'

const SECRET = 'wonderful-secret'

const TEXT = [
  `rocommunity ${SECRET} 10.1.0.0/16 .1.3.6.1.2.1`,
  'rouser ops priv .1.3.6.1',
  '',
].join('\n')

/** Runs `gatehouse snmp … --json` with the community in the environment. */
async function snmp(...words: string[]): Promise<{ exit: number; out: Record<string, unknown> }> {
  const env = { GATEHOUSE_SNMP_COMMUNITY: SECRET }
  const { exit, out, err } = await run(['snmp', ...words, '--json'], env)
  if (out === '') throw new Error(err)
  expect(out + err).not.toContain(SECRET)
  return { exit, out: JSON.parse(out) as Record<string, unknown> }
}

function one(out: Record<string, unknown>): unknown {
  return (out['results'] as unknown[])[0]
}

const FROM = ['--address', '10.1.2.3']
const SYSTEM = '1.3.6.1.2.1.1.1.0'

describe('snmp check', () => {
  test('says that a configuration is in order', async () => {
    const file = await fileWith(TEXT, 'snmpd.conf')
    const { exit, out } = await snmp('check', file)
    expect(exit).toBe(0)
    expect(out).toEqual({ command: 'snmp check', results: [{ file, daemon: 'snmpd' }] })
  })

  test('allows a community from its network, and names the row', async () => {
    const file = await fileWith(TEXT, 'snmpd.conf')
    const { exit, out } = await snmp('check', file, ...FROM, '--oid', SYSTEM)
    expect(exit).toBe(0)
    expect(one(out)).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'in-view', source: { file, line: 1 } }],
      reply: 'response',
    })
  })

  test('denies it from elsewhere, in silence', async () => {
    const file = await fileWith(`${TEXT}authtrapenable 1\n`, 'snmpd.conf')
    const words = ['check', file, '--address', '10.2.0.7', '--oid', SYSTEM]
    const { exit, out } = await snmp(...words)
    expect(exit).toBe(1)
    expect(one(out)).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'source-not-listed', source: { file, line: 1 } }],
      reply: 'silence',
      authFailureTrap: true,
    })
    const { out: text } = await run(['snmp', ...words], { GATEHOUSE_SNMP_COMMUNITY: SECRET })
    expect(text).toContain('DENY   source-not-listed')
    expect(text).not.toContain(SECRET)
  })

  test.each([
    ['authPriv', 0, 'in-view'],
    ['authNoPriv', 1, 'level-too-low'],
  ])('asks for a user with the level %s', async (level, exit, code) => {
    const file = await fileWith(TEXT, 'snmpd.conf')
    const words = ['check', file, ...FROM, '--user', 'ops', '--level', level, '--oid', SYSTEM]
    const answer = await snmp(...words)
    expect(answer.exit).toBe(exit)
    expect(one(answer.out)).toMatchObject({ reasons: [{ code }] })
  })

  test('takes the community from standard input and from a file', async () => {
    const file = await fileWith(TEXT, 'snmpd.conf')
    const words = ['snmp', 'check', file, ...FROM, '--oid', SYSTEM, '--community-file']
    expect((await run([...words, await fileWith(`${SECRET}\n`)])).exit).toBe(0)
    expect((await run([...words, '-'], {}, { input: `${SECRET}\n` })).exit).toBe(0)
    expect((await run([...words, '-'], {}, { input: 'other' })).exit).toBe(1)
    expect((await run([...words, '-'])).exit).toBe(2)
    expect((await run([...words, await fileWith(`${SECRET}\nmore\n`)])).exit).toBe(2)
    expect((await run([...words, await fileWith('')])).exit).toBe(2)
  })

  test('reads standard input once for several files', async () => {
    const files = [await fileWith(TEXT, 'snmpd.conf'), await fileWith(TEXT, 'snmpd.conf')]
    const words = ['snmp', 'check', ...files, ...FROM, '--oid', SYSTEM, '--community-file', '-']
    expect((await run(words, {}, { input: SECRET })).exit).toBe(0)
  })

  test('shows an error with file, line and column, and no community', async () => {
    const file = await fileWith(`rocommunity ${SECRET} 10.1.0.1/16\n`, 'snmpd.conf')
    const { exit, out } = await snmp('check', file)
    expect(exit).toBe(2)
    expect(one(out)).toMatchObject({
      diagnostics: [{ code: 'host-bits-set', source: { file, line: 1, column: 30 } }],
    })
    const { err } = await run(['snmp', 'check', file])
    expect(err).toContain(`${file}:1:30`)
    expect(err).not.toContain(SECRET)
    expect((await snmp('check', file, '--lenient')).exit).toBe(0)
  })

  test.each([
    ['without an address', ['--oid', SYSTEM]],
    ['without an object', FROM],
    ['with nothing but a level', ['--level', 'authPriv']],
    ['with a name in the place of an address', ['--address', 'web01', '--oid', SYSTEM]],
    ['with names of a MIB', [...FROM, '--oid', 'sysDescr.0']],
    ['with a trap to snmpd', [...FROM, '--oid', SYSTEM, '--pdu', 'trap2']],
    ['with version 3 and no user', [...FROM, '--oid', SYSTEM, '--version', '3']],
    [
      'with two communities',
      [...FROM, '--oid', SYSTEM, '--community-file', '-', '--insecure-community', 'x'],
    ],
  ])('ends with 2 %s', async (_, words) => {
    const file = await fileWith(TEXT, 'snmpd.conf')
    expect((await snmp('check', file, ...words)).out).toMatchObject({
      error: { code: 'ERR_CONFIG' },
    })
  })

  test('differs between the profiles', async () => {
    const file = await fileWith(`com2sec ops default ${SECRET}\n`, 'snmpd.conf')
    const words = ['check', file, ...FROM, '--oid', SYSTEM]
    expect(one((await snmp(...words)).out)).toMatchObject({ reply: 'silence' })
    expect(one((await snmp(...words, '--profile', 'rfc3415')).out)).toMatchObject({
      reply: 'response',
      errorStatus: 'authorizationError',
    })
  })
})

describe('snmp and snmptrapd.conf', () => {
  const LOGS = `authCommunity log ${SECRET} 10.1.0.0/16\n`
  const COLD = '1.3.6.1.6.3.1.1.5.1'

  test('says what a trap may be used for', async () => {
    const file = await fileWith(LOGS, 'snmptrapd.conf')
    const { exit, out } = await snmp('check', file, ...FROM, '--oid', COLD)
    expect(exit).toBe(0)
    expect(one(out)).toMatchObject({ daemon: 'snmptrapd', outcome: 'allow', purposes: ['log'] })
    const elsewhere = await snmp('explain', file, '--address', '10.2.0.1', '--oid', COLD)
    expect(elsewhere).toMatchObject({ exit: 1 })
    expect(one(elsewhere.out)).toMatchObject({ reasons: [{ code: 'source-not-listed' }] })
  })

  test('converts a trap of version 1', async () => {
    const file = await fileWith(LOGS, 'snmptrapd.conf')
    const words = ['--pdu', 'trap1', '--enterprise', '1.3.6.1.4.1.8072', '--generic', '0']
    expect((await snmp('check', file, ...FROM, ...words)).exit).toBe(0)
    expect((await snmp('check', file, ...FROM, ...words.slice(0, 4))).exit).toBe(2)
  })

  test.each([
    ['traps.conf', 'disableAuthorization yes\n', 'snmptrapd'],
    ['traps.conf', 'rocommunity x 10.0.0.1\n', 'snmpd'],
  ])('recognises %s with %j as that of %s', async (name, text, daemon) => {
    const file = await fileWith(text, name)
    expect(one((await snmp('check', file)).out)).toMatchObject({ daemon })
  })

  test('can be told which it is', async () => {
    const file = await fileWith(LOGS, 'snmpd.conf')
    expect(one((await snmp('check', file, '--daemon', 'snmptrapd')).out)).toMatchObject({
      daemon: 'snmptrapd',
    })
  })
})

test('snmp explain shows the entries, and what comes too late', async () => {
  const text = `rocommunity ${SECRET} 10.1.0.0/16\nrocommunity ${SECRET} 10.1.2.3 .1.3.6.1.2.1.2\n`
  const file = await fileWith(text, 'snmpd.conf')
  const words = ['explain', file, ...FROM, '--oid', SYSTEM]
  const { exit, out } = await snmp(...words)
  expect(exit).toBe(0)
  expect(one(out)).toMatchObject({
    explanation: {
      entries: [
        { says: 'decides', origin: { line: 1 } },
        { says: 'too-late', origin: { line: 2 } },
      ],
      objects: [{ state: 'included' }],
    },
  })
  const { out: shown } = await run(['snmp', ...words], { GATEHOUSE_SNMP_COMMUNITY: SECRET })
  expect(shown).toMatch(/entry +\S+:2 +comes too late/)
  expect((await snmp('explain', file)).exit).toBe(2)
})

test('snmp who-can lists communities by their names, and users', async () => {
  const file = await fileWith(TEXT, 'snmpd.conf')
  const { exit, out } = await snmp('who-can', file, '--oid', SYSTEM)
  expect(exit).toBe(0)
  expect(one(out)).toMatchObject({
    any: true,
    operation: 'read',
    answer: { communities: [{ origin: { line: 1 } }], users: [{ user: 'ops' }] },
  })
  expect((await snmp('who-can', file, '--oid', SYSTEM, '--operation', 'write')).exit).toBe(1)
  const { out: text } = await run(['snmp', 'who-can', file, '--oid', SYSTEM])
  expect(text).not.toContain(SECRET)
})

test('snmp lint finds what the daemon drops, and its fixes show no community', async () => {
  const text = `rocommunity ${SECRET}\nrocommunity ${SECRET} !10.0.0.1\nrocommunity x 10.1.0.1/16\n`
  const file = await fileWith(text, 'snmpd.conf')
  const { exit, out } = await snmp('lint', file)
  expect(exit).toBe(1)
  const { findings } = one(out) as { findings: { code: string; fix?: unknown }[] }
  expect(findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['source-open', 'refusal-too-late', 'host-bits-set']),
  )
  expect(findings.find(({ code }) => code === 'refusal-too-late')?.fix).toBeDefined()
  const { out: shown } = await run(['snmp', 'lint', file])
  expect(shown).toContain('fix: insert')
  expect(shown).not.toContain(SECRET)
  const good = await fileWith('rouser ops priv .1.3.6.1\n', 'snmpd.conf')
  expect((await snmp('lint', good)).exit).toBe(0)
})

test('snmp diff tells new access, with an example that shows no community', async () => {
  const before = await fileWith(TEXT, 'snmpd.conf')
  const after = await fileWith(TEXT.replace('/16 .1.3.6.1.2.1', '/16'), 'snmpd.conf')
  const { exit, out } = await snmp('diff', before, after)
  expect(exit).toBe(0)
  expect((out['results'] as unknown[])[1]).toMatchObject({
    differences: expect.arrayContaining([
      expect.objectContaining({
        after: expect.objectContaining({ outcome: 'allow' }) as unknown,
        before: expect.objectContaining({ outcome: 'deny' }) as unknown,
        example: expect.objectContaining({ community: '[secret]' }) as unknown,
      }),
    ]) as unknown,
  })
  expect((await snmp('diff', before, after, '--fail-on-new-access')).exit).toBe(1)
  expect((await snmp('diff', after, before, '--fail-on-new-access')).exit).toBe(0)
})
