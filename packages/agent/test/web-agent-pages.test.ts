import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { codesIn, openPages, type Answered } from './web-agent-pages-world.ts'

const TOOLS = {
  hello: { file: '/bin/echo', arguments: ['<b>hi</b> \u202e'], level: 'user' },
  fail: { file: '/bin/false', level: 'operator' },
  grave: { file: '/bin/echo', arguments: ['done'] },
  missing: { file: '/nowhere/program', level: 'user' },
}

const POSTS = [
  '/tools/hello',
  '/trust/mode',
  '/trust/names',
  '/trust/import',
  '/trust/import/confirm',
  '/trust/fetch',
  '/trust/remove',
]

/** The sections that a page has, by their headings. */
function sectionsOf({ text }: Answered): string[] {
  return [...text.matchAll(/<h2 id="([a-z]+)"/g)].map(([, id = '']) => id)
}

describe('the home page', () => {
  test('tells a visitor without session the name of the system, and nothing else of it', async () => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const { status, text, headers } = await pages.get('/')
    expect(status).toBe(200)
    expect(text).toContain('<h1>web-1</h1>')
    expect(sectionsOf({ status, text, headers })).toEqual([])
    for (const word of ['Authorization.cfg', 'Linux', 'hello', 'certificate', 'audit', 'none:']) {
      expect(text).not.toContain(word)
    }
  })

  test.each([
    ['user', ['status', 'promises']],
    ['operator', ['status', 'promises', 'tools']],
    ['administrator', ['status', 'promises', 'tools', 'trust']],
  ] as const)('shows a person at level %s what that level may', async (level, sections) => {
    const pages = await openPages({ config: { tools: TOOLS } })
    expect(sectionsOf(await pages.get('/', await pages.signIn(level)))).toEqual(sections)
  })

  test('shows what the config of the agent makes of a level', async () => {
    const levels = { user: ['trust'], operator: [], administrator: ['tools'] }
    const pages = await openPages({ webAgent: { levels } })
    expect(sectionsOf(await pages.get('/', await pages.signIn('user')))).toEqual(['trust'])
    expect(sectionsOf(await pages.get('/', await pages.signIn('operator')))).toEqual([])
    expect(sectionsOf(await pages.get('/', await pages.signIn()))).toEqual(['tools'])
  })

  test('shows names as text, and nothing of them as HTML or invisible', async () => {
    const pages = await openPages()
    const user = '<img src=x>"\u202e'
    const { text } = await pages.get('/', await pages.signIn('administrator', user))
    expect(text).toContain('&lt;img src=x&gt;&quot;&lt;U+202E&gt;')
    expect(text).not.toContain('<img')
    expect(text).not.toContain('\u202e')
  })

  test('has no script, and names no other site', async () => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const { text } = await pages.get('/', await pages.signIn())
    expect(text).not.toMatch(/<script|javascript:|https?:\/\/|\son[a-z]+=/i)
  })
})

describe('what browsers are told', () => {
  test('is the same strict rule on every page', async () => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const cookie = await pages.signIn()
    const answers = await Promise.all([
      pages.get('/'),
      pages.get('/sign-in?ticket=x'),
      pages.get('/web-agent.css'),
      pages.get('/', cookie),
      pages.post('/tools/hello', cookie),
      pages.post('/trust/mode', undefined),
      pages.post('/trust/mode', cookie),
    ])
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy':
          "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers).not.toHaveProperty('strict-transport-security')
    }
  })

  test('methods that a page does not take are refused', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    expect((await pages.get('/trust/mode', cookie)).status).toBe(405)
    expect((await pages.post('/', cookie)).status).toBe(405)
    expect((await pages.post('/sign-in', cookie)).status).toBe(405)
  })
})

describe('a form', () => {
  test.each(POSTS)('sent to %s without a session does nothing', async (path) => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const before = (await pages.records()).length
    const refused = await pages.post(path, undefined)
    expect([refused.status, ...codesIn(refused)]).toEqual([401, 'session-unknown'])
    expect(await pages.records()).toHaveLength(before)
  })

  const FOREIGN = [
    ['another site', { origin: 'https://console.example' }],
    ['another port of the host', { origin: 'https://127.0.0.1:1' }],
    ['plain HTTP', { origin: 'http://127.0.0.1' }],
    ['nowhere', { origin: 'null' }],
    ['a program', {}],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ] as const

  test.each(FOREIGN)('that comes from %s is refused', async (_, origin) => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const cookie = await pages.signIn()
    const refused = await pages.send('/tools/hello', {
      headers: { ...origin, cookie, 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([refused.status, ...codesIn(refused)]).toEqual([403, 'other-origin'])
    expect((await pages.records()).at(-1)?.operation).toBe('web-agent.sign-in')
  })

  const FORMS = [
    ['no form', 'application/json', '{}', 415, 'form-type-unknown'],
    ['a form without its parts', 'multipart/form-data; boundary=x', 'y', 400, 'form-malformed'],
    [
      'too large',
      'application/x-www-form-urlencoded',
      `mode=${'x'.repeat(64 * 1024)}`,
      413,
      'form-too-large',
    ],
  ] as const

  test.each(FORMS)('that is %s is refused', async (_, type, body, status, code) => {
    const pages = await openPages()
    const refused = await pages.send('/trust/mode', {
      headers: { origin: pages.origin, cookie: await pages.signIn(), 'content-type': type },
      body,
    })
    expect([refused.status, ...codesIn(refused)]).toEqual([status, code])
  })

  test('is answered with an error when it cannot be recorded, and nothing is done', async () => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const cookie = await pages.signIn()
    await rm(pages.auditFile)
    const refused = await pages.post('/tools/hello', cookie)
    expect([refused.status, ...codesIn(refused)]).toEqual([503, 'audit-unavailable'])
  })
})

describe('a tool', () => {
  test('runs for who may, and that is recorded', async () => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const { status, text } = await pages.post('/tools/hello', await pages.signIn('operator'))
    expect(status).toBe(200)
    expect(text).toContain('&lt;b&gt;hi&lt;/b&gt; &lt;U+202E&gt;')
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'allow',
      codes: ['level-sufficient'],
      by: 'web-agent',
      operation: 'web-agent.tool',
      target: 'hello',
      claimedUser: 'ann',
      facts: { level: 'operator', clientCertificate: pages.console.certificate.sha256 },
    })
  })

  test('that ends with an error shows its exit code', async () => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const failed = await pages.post('/tools/fail', await pages.signIn())
    expect([failed.status, ...codesIn(failed)]).toEqual([200, '1'])
  })

  const REFUSED = [
    ['for whom its level is too high', 'operator', 'grave', 403, 'level-too-low'],
    ['for whom the agent lets run none', 'user', 'hello', 403, 'level-without-privilege'],
    ['that there is not', 'operator', 'other', 404, 'no-such-object'],
    ['that cannot be started', 'operator', 'missing', 500, 'execution-failed'],
  ] as const

  test.each(REFUSED)('%s is not run', async (_, level, tool, status, code) => {
    const pages = await openPages({ config: { tools: TOOLS } })
    const refused = await pages.post(`/tools/${tool}`, await pages.signIn(level))
    expect([refused.status, ...codesIn(refused)]).toEqual([status, code])
    const outcome = code.startsWith('level-') ? 'deny' : 'allow'
    expect((await pages.records()).at(-1)).toMatchObject({ outcome, target: tool })
  })
})
