import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claimed } from '@gatehouse/core'
import { chromium } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixedSystems, operatorOf, startConsole, type SignedSystem } from '../src/index.ts'
import { world } from './exec-world.ts'
import { answer, asked, NODE, type Manners, type Receiver } from './signed-world.ts'
import { run } from './support.ts'

interface Started {
  readonly url: string
  readonly operatorUrl: string
  readonly key: string
  readonly agents: readonly Receiver[]
  readonly sim: string
}

async function started(
  manners: Manners = {},
  change: (system: SignedSystem) => SignedSystem = (same) => same,
): Promise<Started> {
  const { agents, sim } = await world(manners)
  const systems = fixedSystems(agents.map(({ system }) => change(system)))
  const operator = operatorOf(claimed('ann'), { names: [sim], cms: 'cms' })
  const { url, operatorUrl = '', close } = await startConsole({ systems, port: 0, operator })
  onTestFinished(close)
  const key = new URL(operatorUrl).searchParams.get('key') ?? ''
  return { url, operatorUrl, key, agents, sim }
}

const pageOf = async (url: string): Promise<string> => (await fetch(url)).text()

async function policyOf(url: string): Promise<string[] | undefined> {
  return (await fetch(url)).headers.get('content-security-policy')?.split('; ')
}

interface Form {
  readonly system?: string
  readonly level?: string
  readonly key?: string
}

function submit(
  { url, key }: Started,
  form: Form = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const fields = { system: 'web01', level: 'operator', key, ...form }
  return fetch(`${url}sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: new URL(url).origin, ...headers },
    body: new URLSearchParams(fields),
  })
}

function nothingSigned(agents: readonly Receiver[]): void {
  expect(agents.flatMap(({ reached }) => reached)).toEqual([])
}

describe('the page', () => {
  test('has buttons for what the operator may, on its own link alone', async () => {
    const { url, operatorUrl, agents } = await started()
    const page = await pageOf(operatorUrl)
    expect(page.match(/<button [^>]*value="(\w+)"/g)).toEqual(
      ['user', 'operator', 'user', 'operator'].map(
        (level) => `<button name="level" value="${level}"`,
      ),
    )
    expect(page).toContain('ann')
    for (const stranger of [url, `${url}?key=`, `${url}?key=${'A'.repeat(43)}`]) {
      // oxlint-disable-next-line no-await-in-loop -- few
      const other = await pageOf(stranger)
      expect(other).not.toContain('<button')
      expect(other).toContain('whose link the console printed')
    }
    nothingSigned(agents)
  })

  test('lets forms lead to the systems with buttons, and nowhere else', async () => {
    const { url, operatorUrl, agents } = await started()
    const [first, second] = agents.map(({ system }) => system.webAgent.port)
    const own = "form-action 'self'"
    const lead = `${own} https://127.0.0.1:${first} https://127.0.0.1:${second}`
    expect(await policyOf(operatorUrl)).toContain(lead)
    expect(await policyOf(url)).toContain(own)
  })

  test('says that there is no operator', async () => {
    const { agents } = await started()
    const systems = fixedSystems(agents.map(({ system }) => system))
    const { url, operatorUrl, close } = await startConsole({ systems, port: 0 })
    onTestFinished(close)
    expect(operatorUrl).toBeUndefined()
    const page = await pageOf(url)
    expect(page).toContain('--toolbox')
    expect(page).not.toContain('<button')
  })

  test('has no buttons any more when the files are edited so, or have errors', async () => {
    const { operatorUrl, sim } = await started()
    await writeFile(join(sim, 'auth.txt'), 'root:All Tools:n:*\nann:Web:n:web02\n')
    expect((await pageOf(operatorUrl)).match(/<button/g)).toHaveLength(2)
    await writeFile(join(sim, 'auth.txt'), 'ann:<b>:n\n')
    const page = await pageOf(operatorUrl)
    expect(page).not.toContain('<button')
    expect(page).toContain('no buttons to sign in')
  })

  test('has no button for a system without a link', async () => {
    const { operatorUrl } = await started({}, (system) =>
      system.name === 'web01'
        ? { ...system, webAgent: { ...system.webAgent, linkHost: undefined } }
        : system,
    )
    expect((await pageOf(operatorUrl)).match(/<button/g)).toHaveLength(2)
  })
})

describe('a button', () => {
  test('signs the operator in at its level, and leads to the page of the system', async () => {
    const console = await started()
    const { status, headers } = await submit(console)
    const [agent] = console.agents
    const port = agent?.system.webAgent.port
    expect(status).toBe(303)
    const ticket = 't'.repeat(43)
    expect(headers.get('location')).toBe(`https://127.0.0.1:${port}/sign-in?ticket=${ticket}`)
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(asked(agent)).toEqual([
      { user: 'ann', level: 'operator', target: 'web01', browserAddress: '127.0.0.1' },
    ])
    const page = await pageOf(console.operatorUrl)
    expect(page).toContain('sign in as operator')
    expect(page).not.toContain(ticket)
  })

  test('leads by the name of the system, and binds to no address then', async () => {
    const console = await started({}, (system) => ({
      ...system,
      webAgent: { ...system.webAgent, linkHost: 'web01.example.com' },
    }))
    const { headers } = await submit(console)
    expect(headers.get('location')).toMatch(/^https:\/\/web01\.example\.com:\d+\/sign-in\?ticket=/)
    expect(asked(console.agents[0])[0]).not.toHaveProperty('browserAddress')
  })

  test.each<[string, Form, Readonly<Record<string, string>>, number]>([
    ['of another page', {}, { origin: 'http://evil.example' }, 403],
    ['of no page', {}, { origin: 'null' }, 403],
    ['without the key', { key: '' }, {}, 403],
    ['with another key', { key: 'A'.repeat(43) }, {}, 403],
    ['for a level that the operator lacks', { level: 'administrator' }, {}, 403],
    ['for a system that the operator lacks', { system: 'web03' }, {}, 403],
    ['for a level that there is not', { level: 'root' }, {}, 400],
    ['for a system that there is not', { system: 'none' }, {}, 404],
    ['in another form', {}, { 'content-type': 'text/plain' }, 400],
  ])('%s is refused, and nothing is signed', async (_, form, headers, status) => {
    const console = await started()
    expect((await submit(console, form, headers)).status).toBe(status)
    nothingSigned(console.agents)
  })

  test('with a field twice is refused', async () => {
    const console = await started()
    const { url, key, agents } = console
    const body = new URLSearchParams({ system: 'web01', level: 'user', key })
    body.append('system', 'web02')
    const headers = { origin: new URL(url).origin }
    const { status } = await fetch(`${url}sign-in`, { method: 'POST', headers, body })
    expect(status).toBe(400)
    nothingSigned(agents)
  })

  const LIE = { system: NODE, reasons: [{ code: '<b>', sentence: '<script>' }] }
  test.each<[string, NonNullable<Manners['answer']>]>([
    ['denies', (_, response) => answer(response, 403, { ...LIE, outcome: 'deny' })],
    ['gives no ticket', (_, response) => answer(response, 200, { ...LIE, outcome: 'allow' })],
    [
      'leads elsewhere',
      (_, response) =>
        answer(response, 200, { ...LIE, outcome: 'allow', path: '//evil.example/', endsInMs: 1 }),
    ],
    ['breaks off', (request) => request.socket.destroy()],
  ])('shows why when the system %s', async (_, behave) => {
    const console = await started({ answer: behave })
    const response = await submit(console)
    expect([response.status, response.headers.get('location')]).toEqual([502, null])
    expect(await response.text()).not.toMatch(/<(?:b|script)>/)
  })
})

test('serve prints the link of the operator, and wants files that can be read', async () => {
  const { systems, options, sim } = await world()
  const served = await run(['serve', '--port', '0', '--user', 'ann', ...options])
  expect(served.exit).toBe(0)
  expect(served.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{43}/)
  const bob = { account: { name: 'bob', isRoot: false } }
  const asAnn = await run(['serve', '--port', '0', '--user', 'ann', ...options], {}, bob)
  expect(asAnn).toMatchObject({ exit: 2, out: '' })
  const words = ['serve', '--port', '0', '--systems', systems]
  expect(await run([...words, '--user', 'ann'])).toMatchObject({ exit: 2, out: '' })
  await writeFile(join(sim, 'auth.txt'), 'ann:x\n')
  expect(await run(['serve', '--port', '0', ...options])).toMatchObject({ exit: 2, out: '' })
})

const CHROMIUM = '/usr/bin/chromium'

test.runIf(existsSync(CHROMIUM))(
  'a browser is led from the page to a system of another site, past the policy of the page',
  async () => {
    const { url, operatorUrl, agents } = await started({}, (system) => ({
      ...system,
      webAgent: { ...system.webAgent, linkHost: 'localhost' },
    }))
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ ignoreHTTPSErrors: true })
    await page.goto(operatorUrl)
    await page.getByRole('button', { name: 'As Operator' }).first().click()
    await page.waitForURL(/^https:\/\/localhost:\d+\/sign-in\?ticket=/)
    expect(await page.title()).toBe('signed in')
    const [agent] = agents
    expect(asked(agent)).toMatchObject([{ user: 'ann', level: 'operator' }])
    expect(await page.evaluate('document.referrer')).toBe('')
    expect(url).not.toContain('key')
  },
)
