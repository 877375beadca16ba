import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startConsole, type RunningConsole } from '../src/server/console.ts'
import { fixedSystems, systemsFile, type System } from '../src/systems.ts'
import {
  ALLOWED,
  DENIED,
  fileWith,
  json,
  listenAs,
  run,
  STATEMENT,
  systemsFileWith,
} from './support.ts'

async function started(...systems: readonly System[]): Promise<RunningConsole> {
  const console = await startConsole({ systems: fixedSystems(systems), port: 0, maxDecisions: 3 })
  onTestFinished(() => console.close())
  return console
}

/** fetch sets these headers itself, so the tests that need others speak HTTP. */
function send(
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => {
        resolve({ status: response.statusCode, text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const CALL = { systems: 'web01', call: { user: 'alice', action: 'chart' } }
const JSON_TYPE = { 'content-type': 'application/json' }

test('the page shows each system, what it provides, rests on, lacks and has switched off', async () => {
  const { system } = await listenAs('web01', json(200, STATEMENT))
  const { url } = await started(system, { name: 'gone01', address: '127.0.0.1', port: 1 })
  const page = await (await fetch(url)).text()
  for (const part of ['web01', 'authorization', 'user name', 'privacy', 'insecureExample']) {
    expect(page).toContain(part)
  }
  expect(page).toMatch(/gone01[\s\S]*not reachable/)
})

test.each([
  ['packed operations', 'operations', /Packed operations/g],
  ['tasks', 'tasks', /Tasks and sign-in/g],
])(
  'what a system promises for %s stands on the page where it takes them',
  async (_, part, title) => {
    const { system } = await listenAs('web01', json(200, STATEMENT))
    const stated = { ...STATEMENT, [part]: STATEMENT.actions }
    const { system: taking } = await listenAs('web02', json(200, stated))
    const page = await (await fetch((await started(system, taking)).url)).text()
    expect(page.match(title)).toHaveLength(1)
  },
)

test('the page allows no script, no frame and nothing from elsewhere', async () => {
  const { url } = await started()
  const { headers } = await fetch(url)
  const policy = headers.get('content-security-policy')?.split('; ')
  expect(policy).toEqual(
    expect.arrayContaining(["default-src 'none'", "style-src 'self'", "frame-ancestors 'none'"]),
  )
  expect(policy?.join()).not.toContain('script-src')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
})

test('the stylesheet is served', async () => {
  const { url } = await started()
  const { status, headers } = await fetch(`${url}console.css`)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toContain('text/css')
})

test('the newest decision stands first, and the oldest goes when there are too many', async () => {
  const { system } = await listenAs('web01', json(200, ALLOWED))
  const { url, call } = await started(system)
  for (const action of ['chart', 'drilldown', 'collect.start', 'collect.stop']) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    await call({ systems: 'web01', call: { user: 'alice', action } })
  }
  const page = await (await fetch(url)).text()
  expect(page).toMatch(/collect\.stop[\s\S]*collect\.start[\s\S]*drilldown/)
  expect(page).not.toContain('chart')
})

test('the page shows code, place and sentence of a decision', async () => {
  const { system } = await listenAs('web01', json(200, ALLOWED))
  const { url, call } = await started(system)
  await call(CALL)
  const page = await (await fetch(url)).text()
  for (const part of ['granted', 'Trusted.txt:3', 'a line grants it']) expect(page).toContain(part)
})

test('what users and systems send is text on the page, never markup', async () => {
  const reasons = [{ code: '<b>', sentence: '<script>x</script>', source: { file: '<i>"' } }]
  const { system } = await listenAs('web01', json(403, { ...DENIED, reasons }))
  const { url, call } = await started(system)
  await call({ systems: 'web01', call: { user: '<img src=x>\u001B', action: '"><s>' } })
  const page = await (await fetch(url)).text()
  expect(page).not.toMatch(/<(?:b|script|i|img|s)[ >]/)
  expect(page).toContain('&lt;script&gt;')
  expect(page).toContain('&lt;U+001B&gt;')
})

test.each(['evil.example', 'evil.example:80', '127.0.0.1', 'localhost.evil.example:1'])(
  'a page of the host `%s` that points here gets nothing',
  async (host) => {
    const { url } = await started()
    expect(await send(url, { host })).toMatchObject({ status: 421 })
  },
)

test('localhost is the console as well', async () => {
  const { url } = await started()
  const { port } = new URL(url)
  expect(await send(url, { host: `localhost:${port}` })).toMatchObject({ status: 200 })
})

test('a console without a key takes no calls', async () => {
  const { system, seen } = await listenAs('web01', json(200, ALLOWED))
  const { url } = await started(system)
  const answer = await send(`${url}v1/calls`, JSON_TYPE, JSON.stringify(CALL))
  expect(answer).toMatchObject({ status: 404 })
  expect(seen).toEqual([])
})

test('a path that there is not is told so', async () => {
  const { url } = await started()
  expect(await send(`${url}favicon.ico`, {})).toMatchObject({ status: 404 })
})

test('a systems file that breaks later is told on the page request, and the console stays', async () => {
  const console = await startConsole({ systems: systemsFile(await fileWith('{')), port: 0 })
  onTestFinished(() => console.close())
  expect(await send(console.url, {})).toMatchObject({ status: 400 })
  expect(await send(`${console.url}console.css`, {})).toMatchObject({ status: 200 })
})

test('a port that is taken is a configuration error', async () => {
  const { url } = await started()
  const port = Number(new URL(url).port)
  const second = startConsole({ systems: fixedSystems([]), port })
  await expect(second).rejects.toMatchObject({ code: 'ERR_CONFIG' })
})

test('serve starts, says where, and ends when it is asked to', async () => {
  const systems = await systemsFileWith({ name: 'web01', address: '127.0.0.1', port: 1 })
  const { exit, out } = await run(['serve', '--port', '0', '--systems', systems])
  expect(exit).toBe(0)
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(out)?.[0] ?? ''
  await expect(fetch(url)).rejects.toThrow()
})

test.each([
  ['--port', '70000'],
  ['--port', 'x'],
  ['--systems', '/nowhere/at/all'],
])('serve %s %s ends with 2', async (option, value) => {
  expect(await run(['serve', option, value])).toMatchObject({ exit: 2 })
})
