import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { serverOptions } from '@gatehouse/certificate-trust/tls'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemIdentity } from './tls-world.ts'
import { logIn, openPages, type Pages, type PagesOptions } from './web-agent-pages-world.ts'

const CHROMIUM = '/usr/bin/chromium'
const isInstalled = existsSync(CHROMIUM)
const CONSOLE = 'console.example'
const AGENT = 'agent.test'
const TOOLS = { hello: { file: '/bin/echo', arguments: ['done'], level: 'operator' } }

/** An agent as the browser knows it, and the page of the console that leads there. */
interface Site {
  readonly pages: Pages
  readonly origin: string
  /** Hands a person over by a click on the console's page. */
  readonly enter: (page: Page) => Promise<void>
}

const title = isInstalled ? 'in Chromium' : 'needs chromium'

describe.skipIf(!isInstalled)(title, () => {
  let browser: Browser

  beforeAll(async () => {
    const map = [CONSOLE, AGENT].map((name) => `MAP ${name} 127.0.0.1`).join(',')
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', `--host-resolver-rules=${map}`],
    })
  }, 60_000)

  afterAll(() => browser.close())

  async function openPage(options = {}): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options })
    onTestFinished(() => context.close())
    context.setDefaultTimeout(20_000)
    return context.newPage()
  }

  test('a click on the console’s page ends on the home page of another site, signed in', async () => {
    const { pages, origin, enter } = await openSite()
    const page = await openPage()
    const seen: { readonly path: string; readonly cookie: string | undefined }[] = []
    page.on('request', (request) => {
      if (!request.isNavigationRequest() || !request.url().startsWith(origin)) return
      const { pathname: path } = new URL(request.url())
      void request.allHeaders().then(({ cookie }) => seen.push({ path, cookie }))
    })
    await enter(page)
    expect(await isSignedIn(page)).toBe(true)
    await expect.poll(() => seen.length).toBe(2)
    expect(seen.map(({ path }) => path)).toEqual(['/sign-in', '/'])
    expect(seen[0]?.cookie).toBeUndefined()
    expect(seen[1]?.cookie).toMatch(/^__Host-gatehouse-web-1=/)
    const [cookie, ...others] = await page.context().cookies()
    expect(others).toEqual([])
    expect(cookie).toMatchObject({
      name: '__Host-gatehouse-web-1',
      domain: AGENT,
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
      expires: -1,
    })
    expect((await pages.records()).at(-1)).toMatchObject({ operation: 'web-agent.sign-in' })
  })

  test('scripts of the page would not see the cookie', async () => {
    const { enter } = await openSite()
    const page = await openPage()
    await enter(page)
    expect(await page.evaluate('document.cookie')).toBe('')
  })

  test('the address with the ticket is not in the way back, and of no use again', async () => {
    const { origin, enter } = await openSite()
    const page = await openPage()
    let address = ''
    page.on('request', (request) => {
      if (request.url().startsWith(`${origin}/sign-in`)) address = request.url()
    })
    await enter(page)
    await page.goBack()
    expect(new URL(page.url()).hostname).toBe(CONSOLE)
    expect(address).toContain('?ticket=')
    await page.goto(address)
    expect(await page.getByText('ticket-used').isVisible()).toBe(true)
    await page.goto(origin)
    expect(await isSignedIn(page)).toBe(true)
  })

  test('a request that the other site starts comes without the session', async () => {
    const { pages, origin, enter } = await openSite()
    const page = await openPage()
    await enter(page)
    const other = await serve(
      `<a href="${origin}/">link</a>
       <form method="post" action="${origin}/tools/hello"><button>form</button></form>`,
    )
    await page.goto(other)
    await page.getByRole('link', { name: 'link' }).click()
    await page.waitForURL(`${origin}/`)
    expect(await isSignedIn(page)).toBe(false)
    const before = (await pages.records()).length
    await page.goto(other)
    await page.getByRole('button', { name: 'form' }).click()
    await page.waitForURL(`${origin}/tools/hello`)
    expect(await page.getByText('other-origin').isVisible()).toBe(true)
    expect(await pages.records()).toHaveLength(before)
    await page.goto(origin)
    expect(await isSignedIn(page)).toBe(true)
  })

  test('no other site can show a page of the agent in a frame', async () => {
    const { origin } = await openSite()
    const page = await openPage()
    await page.goto(await serve(`<iframe src="${origin}/"></iframe>`))
    await expect.poll(() => page.frames().length).toBe(2)
    await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/)
  })

  test('the forms of a page work: a tool runs, and the person signs out', async () => {
    const { origin, enter } = await openSite()
    const page = await openPage()
    await enter(page)
    await page.getByRole('button', { name: 'Run hello' }).click()
    await page.waitForURL(`${origin}/tools/hello`)
    expect(await page.locator('pre').textContent()).toContain('done')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${origin}/sign-out`)
    expect(await page.context().cookies()).toEqual([])
    await page.goto(origin)
    expect(await isSignedIn(page)).toBe(false)
  })

  test('an idle session ends, and its cookie goes', async () => {
    const { pages, origin, enter } = await openSite({ webAgent: { sessionMinutes: 5 } })
    const page = await openPage()
    await enter(page)
    pages.clock.pass(5)
    await page.goto(origin)
    expect(await page.getByText('session-idle').isVisible()).toBe(true)
    expect(await page.context().cookies()).toEqual([])
  })

  // Ports do not keep cookies apart: whoever runs one agent on a host sees the sessions of people with
  // all others there. Agents that must not share belong on hosts of their own.
  test('two agents on one host keep their sessions apart, and are sent both cookies', async () => {
    const [one, two] = [await openSite({ name: 'web-1' }), await openSite({ name: 'web-2' })]
    const page = await openPage()
    await one.enter(page)
    await two.enter(page)
    const names = ['__Host-gatehouse-web-1', '__Host-gatehouse-web-2']
    expect((await page.context().cookies()).map(({ name }) => name).toSorted()).toEqual(names)
    for (const { origin } of [one, two]) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      const sent = await (await page.goto(origin))?.request().allHeaders()
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect(await isSignedIn(page)).toBe(true)
      for (const name of names) expect(sent?.['cookie']).toContain(name)
    }
  })

  test('a page of another agent on the same host cannot send a form', async () => {
    const [one, two] = [await openSite({ name: 'web-1' }), await openSite({ name: 'web-2' })]
    const page = await openPage({ bypassCSP: true })
    await one.enter(page)
    await page.goto(two.origin)
    await page.evaluate(`{
      const form = document.createElement('form')
      form.method = 'post'
      form.action = '${one.origin}/tools/hello'
      document.body.append(form)
      form.submit()
    }`)
    await page.waitForURL(`${one.origin}/tools/hello`)
    expect(await page.getByText('other-origin').isVisible()).toBe(true)
  })

  test.each([
    ['a wide window', 1200],
    ['a telephone', 360],
  ])('the home page fits into %s', async (_, width) => {
    const { enter } = await openSite()
    const page = await openPage({ viewport: { width, height: 800 } })
    await enter(page)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })
})

async function openSite(options: PagesOptions = {}): Promise<Site> {
  const pages = await openPages({ config: { tools: TOOLS }, ...options })
  const authority = `${AGENT}:${pages.port}`
  const origin = `https://${authority}`
  const console = await openConsole(origin, async () => {
    const login = { user: 'ann', level: 'operator' } as const
    const { path = '' } = await logIn(pages.port, pages.console, login, {
      at: pages.clock.now(),
      authority,
    })
    return path
  })
  const enter = async (page: Page): Promise<void> => {
    await page.goto(console)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${origin}/`)
  }
  return { pages, origin, enter }
}

function isSignedIn(page: Page): Promise<boolean> {
  return page.getByText('Signed in as').isVisible()
}

/** The console: a page with one button, which sends the browser to the agent with a fresh ticket. */
function openConsole(agent: string, ticketPath: () => Promise<string>): Promise<string> {
  const page = '<form method="post" action="/go"><button>Sign in</button></form>'
  return serve(page, async () => `${agent}${await ticketPath()}`)
}

/** Serves one page by HTTPS as the console's host; every POST is sent elsewhere. */
async function serve(page: string, elsewhere?: () => Promise<string>): Promise<string> {
  const server: Server = createServer(serverOptions(systemIdentity()), (request, response) => {
    if (request.method !== 'POST' || elsewhere === undefined) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page)
      return
    }
    void elsewhere().then((location) => response.writeHead(303, { location }).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `https://${CONSOLE}:${(server.address() as AddressInfo).port}/`
}
