import { expect, test } from 'vitest'
import { ALLOWED, DENIED, json, listenAs, run, systemsFileWith } from './support.ts'

const ACTION = ['action', 'collect.start', '--user', 'alice']

test('an allowed action ends with 0 and shows code, place and result', async () => {
  const { system } = await listenAs('web01', json(200, ALLOWED))
  const systems = await systemsFileWith(system)
  const { exit, out } = await run(['call', 'web01', ...ACTION, '--systems', systems])
  expect(exit).toBe(0)
  expect(out).toMatch(/^web01\nALLOW +granted +Trusted\.txt:3\n/)
  expect(out).toContain('"host": "web01"')
})

test('a denied invocation ends with 1, and the request is the one that was asked for', async () => {
  const { system, seen } = await listenAs('web01', json(403, DENIED))
  const systems = await systemsFileWith(system)
  const invoke = ['invoke', 'Custom', 'execute', '--user', 'D\\al', '--group']
  const values = ['--argument', 'name=uptime', 'text=a=b']
  const { exit, out } = await run(['call', 'web01', ...invoke, ...values, '--json'], {
    GATEHOUSE_SYSTEMS: systems,
  })
  expect(exit).toBe(1)
  expect(JSON.parse(out)).toEqual({
    command: 'call',
    results: [{ system: 'web01', answer: DENIED, from: '127.0.0.1' }],
  })
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    user: 'D\\al',
    microagent: 'COM.TIBCO.hawk.microagent.Custom',
    method: 'execute',
    scope: 'group',
    arguments: { name: 'uptime', text: 'a=b' },
    node: { name: 'web01' },
  })
})

test('a group gets one decision for each system, and the gravest makes the exit code', async () => {
  const web = await listenAs('web01', json(200, ALLOWED))
  const db = await listenAs('db01', json(403, DENIED))
  const systems = await systemsFileWith(web.system, db.system)
  const invoke = ['invoke', 'SysInfo', 'getHostName', '--group', '--user', 'a']
  const { exit, out } = await run(['call', 'all', ...invoke, '--systems', systems, '--json'])
  expect(exit).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    results: [
      { system: 'web01', answer: { outcome: 'allow' } },
      { system: 'db01', answer: { outcome: 'deny' } },
    ],
  })
})

test('a system that cannot be reached ends with 2', async () => {
  const systems = await systemsFileWith({ name: 'web01', address: '127.0.0.1', port: 1 })
  const { exit, out } = await run(['call', 'web01', ...ACTION, '--systems', systems])
  expect(exit).toBe(2)
  expect(out).toContain('unreachable')
})

test.each([
  { code: 'invalid-arguments', status: 400, exit: 2 },
  { code: 'execution-failed', status: 500, exit: 3 },
])('an allowed request that gave $code ends with $exit', async ({ code, status, exit }) => {
  const { result: _result, ...allowed } = ALLOWED
  const { system } = await listenAs(
    'web01',
    json(status, { ...allowed, error: { code, message: 'm' } }),
  )
  const systems = await systemsFileWith(system)
  expect(await run(['call', 'web01', ...ACTION, '--systems', systems])).toMatchObject({ exit })
})

test('a system that answers under another name is shown to do so', async () => {
  const { system } = await listenAs('db01', json(200, ALLOWED))
  const systems = await systemsFileWith(system)
  const { out } = await run(['call', 'db01', ...ACTION, '--systems', systems])
  expect(out).toContain('db01 (answers as web01:none:default)')
})

test('what a system sends is escaped for people', async () => {
  const hostile = {
    ...ALLOWED,
    reasons: [{ code: 'c\u001B[2J', sentence: '\u202Es' }],
    result: '\u009B',
  }
  const { system } = await listenAs('web01', json(200, hostile))
  const systems = await systemsFileWith(system)
  const { out } = await run(['call', 'web01', ...ACTION, '--systems', systems])
  for (const character of ['\u001B', '\u009B', '\u202E']) expect(out).not.toContain(character)
  expect(out).toContain('<U+001B>')
})

test('a result of as many parts as an answer can hold is printed', async () => {
  const result = Array.from({ length: 300_000 }, () => 1)
  const { system } = await listenAs('web01', json(200, { ...ALLOWED, result }))
  const systems = await systemsFileWith(system)
  const { exit, out } = await run(['call', 'web01', ...ACTION, '--systems', systems])
  expect(exit).toBe(0)
  expect(out.split('\n').length).toBeGreaterThan(result.length)
})

test.each([
  { because: 'an unknown system', named: 'web02', words: ['call', 'web02', ...ACTION] },
  { because: 'no user', named: '--user', words: ['call', 'web01', 'action', 'chart'] },
  {
    because: 'an unknown verb',
    named: '`do`',
    words: ['call', 'web01', 'do', 'it', '--user', 'a'],
  },
  { because: 'two actions', named: 'ACTION', words: ['call', 'web01', ...ACTION, 'chart'] },
  {
    because: 'an action as a group',
    named: 'ACTION',
    words: ['call', 'web01', ...ACTION, '--group'],
  },
  {
    because: 'a target that is none',
    named: 'target',
    words: ['call', 'web01', ...ACTION, '--target', '../up'],
  },
  {
    because: 'no method',
    named: 'method',
    words: ['call', 'web01', 'invoke', 'SysInfo', '--user', 'a'],
  },
  {
    because: 'an argument without its value',
    named: '`x`',
    words: ['call', 'web01', 'invoke', 'SysInfo', 'm', '--user', 'a', '--argument', 'x'],
  },
])('$because ends with 2, the error names it, and nothing is sent', async ({ words, named }) => {
  const { system, seen } = await listenAs('web01', json(200, ALLOWED))
  const systems = await systemsFileWith(system)
  const { exit, err } = await run([...words, '--systems', systems])
  expect(exit).toBe(2)
  expect(err).toContain(named)
  expect(seen).toEqual([])
})
