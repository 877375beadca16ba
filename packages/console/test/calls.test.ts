import { describe, expect, test } from 'vitest'
import { askStatement, describeCall, eachSystem, sendCall, type Call } from '../src/calls.ts'
import { ALLOWED, DENIED, json, listenAs, STATEMENT } from './support.ts'

const ACTION: Call = { user: 'alice', action: 'collect.start', target: 'nightly' }
const INVOCATION: Call = {
  user: 'alice',
  microagent: 'COM.TIBCO.hawk.microagent.SysInfo',
  method: 'getHostName',
  scope: 'group',
}

/** Only Linux has all of 127.0.0.0/8 without further ado. */
const OTHER_ADDRESS = process.platform === 'linux' ? '127.0.0.9' : '127.0.0.1'

test('sends an action and returns the answer with the address it was sent from', async () => {
  const { system, seen } = await listenAs('web01', json(200, ALLOWED))
  expect(await sendCall(system, ACTION)).toEqual({
    system: 'web01',
    answer: ALLOWED,
    from: '127.0.0.1',
  })
  expect(seen).toMatchObject([{ method: 'POST', url: '/v1/actions' }])
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual(ACTION)
})

test('sends an invocation with the name of the system that it is meant for', async () => {
  const { system, seen } = await listenAs('web01', json(403, DENIED))
  expect(await sendCall(system, INVOCATION)).toMatchObject({ answer: DENIED })
  expect(seen).toMatchObject([{ url: '/v1/invocations' }])
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ ...INVOCATION, node: { name: 'web01' } })
})

test('sends from the address that is asked for', async () => {
  const { system, seen } = await listenAs('web01', json(200, ALLOWED))
  await sendCall(system, ACTION, { from: OTHER_ADDRESS })
  expect(seen).toMatchObject([{ peer: OTHER_ADDRESS }])
})

test('asks for the statement', async () => {
  const { system, seen } = await listenAs('web01', json(200, STATEMENT))
  expect(await askStatement(system)).toMatchObject({ answer: STATEMENT })
  expect(seen).toMatchObject([{ method: 'GET', url: '/v1/statement', body: '' }])
})

describe('no answer is believed', () => {
  test.each([
    { because: 'that is not JSON', status: 200, body: undefined },
    { because: 'of another form', status: 200, body: { outcome: 'allow' } },
    { because: 'without a reason', status: 200, body: { ...ALLOWED, reasons: [] } },
    { because: 'with an unknown field', status: 200, body: { ...ALLOWED, more: 1 } },
    { because: 'that allows with the status of a deny', status: 403, body: ALLOWED },
    { because: 'that denies with the status of an allow', status: 200, body: DENIED },
  ])('$because', async ({ status, body }) => {
    const { system } = await listenAs('web01', json(status, body))
    expect(await sendCall(system, ACTION)).toMatchObject({ failure: { code: 'answer-invalid' } })
  })

  test('that is not UTF-8', async () => {
    const { system } = await listenAs('web01', (_seen, response) => {
      response.end(Buffer.from(JSON.stringify({ ...ALLOWED, result: '\u00ff' }), 'latin1'))
    })
    expect(await sendCall(system, ACTION)).toMatchObject({ failure: { code: 'answer-invalid' } })
  })

  test('that is larger than the limit', async () => {
    const { system } = await listenAs('web01', json(200, ALLOWED))
    const options = { maxBytes: JSON.stringify(ALLOWED).length - 1 }
    expect(await sendCall(system, ACTION, options)).toMatchObject({
      failure: { code: 'answer-too-large' },
    })
  })

  test('that breaks off', async () => {
    const { system } = await listenAs('web01', (_seen, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{', () => response.destroy())
    })
    expect(await sendCall(system, ACTION)).toMatchObject({ failure: { code: 'unreachable' } })
  })

  test('that never comes', async () => {
    const { system } = await listenAs('web01', () => undefined)
    expect(await sendCall(system, ACTION, { timeoutMs: 20 })).toMatchObject({
      failure: { code: 'timed-out' },
    })
  })

  test('from a port where nobody listens', async () => {
    const { system } = await listenAs('web01', json(200, ALLOWED))
    const nobody = { ...system, port: 1 }
    expect(await sendCall(nobody, ACTION)).toMatchObject({ failure: { code: 'unreachable' } })
  })
})

test('a refused form is told with the code of the system, escaped', async () => {
  const error = { code: 'not-this-system', message: 'another \u001B system' }
  const { system } = await listenAs('web01', json(421, { error }))
  const result = await sendCall(system, ACTION)
  expect(result).toMatchObject({ failure: { code: 'request-refused' } })
  expect(JSON.stringify(result)).toContain('not-this-system: another <U+001B> system')
})

test('asks every system and keeps their order, whoever answers first', async () => {
  const systems = Array.from({ length: 40 }, (_, index) => {
    return { name: `n${index}`, address: '127.0.0.1', port: 1 }
  })
  let asked = 0
  let most = 0
  const names = await eachSystem(systems, async ({ name }) => {
    asked += 1
    most = Math.max(most, asked)
    await Promise.resolve()
    asked -= 1
    return name
  })
  expect(names).toEqual(systems.map(({ name }) => name))
  expect(most).toBe(16)
})

test('a call in words is short and escaped', () => {
  expect(describeCall(ACTION)).toBe('collect.start nightly')
  expect(describeCall(INVOCATION)).toBe('SysInfo:getHostName as a group')
  expect(describeCall({ user: 'a', action: '\u001B' })).toBe('<U+001B>')
  expect(describeCall({ ...INVOCATION, microagent: 'own.Thing', scope: 'point-to-point' })).toBe(
    'own.Thing:getHostName',
  )
})
