import { readFile } from 'node:fs/promises'
import { trustList } from '@gatehouse/certificate-trust'
import { formatCertificate } from '@gatehouse/certificate-trust/issuing'
import { describe, expect, test } from 'vitest'
import type { WebAgentSettings } from '../src/web-agent/parts.ts'
import { modeName, parseSettings } from '../src/web-agent/settings-text.ts'
import {
  codesIn,
  logIn,
  openPages,
  signingConsole,
  type Answered,
  type Pages,
  type SigningConsole,
} from './web-agent-pages-world.ts'

/** What the settings file says, certificates by their SHA-256. */
async function settingsOf({ settingsFile }: Pages): Promise<{
  readonly mode: string
  readonly names: readonly string[]
  readonly trusted: readonly { readonly sha256: string; readonly role: string }[]
}> {
  const options = { file: 'settings', mayTrustAll: true }
  const text = await readFile(settingsFile)
  const { mode, names = [], list = trustList() } = parseSettings(text, options)
  const trusted = list.entries.map(({ certificate: { sha256 }, ...entry }) => ({
    ...entry,
    sha256,
  }))
  return { mode: modeName(mode), names, trusted }
}

/** The fields of the form on a page that confirms, as a browser sends them back. */
function hiddenFields({ text }: Answered): Record<string, string> {
  const fields = text.matchAll(/<input type="hidden" name="([a-z0-9]+)" value="([^"]*)"/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]))
}

const OTHER = signingConsole('cms-2.example.com')
const PEM = formatCertificate(OTHER.certificate)
const { sha256: OTHER_SHA256 } = OTHER.certificate

describe('the trust mode', () => {
  test('is changed after it was shown what that means, and that is recorded', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const shown = await pages.post('/trust/mode', cookie, { mode: 'name' })
    expect(shown.status).toBe(200)
    expect((await settingsOf(pages)).mode).toBe('certificate')
    const changed = await pages.post('/trust/mode', cookie, hiddenFields(shown))
    expect([changed.status, changed.headers['location']]).toEqual([303, '/'])
    expect((await settingsOf(pages)).mode).toBe('name')
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'allow',
      operation: 'web-agent.trust.mode',
      target: 'name',
      claimedUser: 'ann',
      facts: { level: 'administrator', clientCertificate: pages.console.certificate.sha256 },
    })
  })

  test('none ends every session, and says so before', async () => {
    const pages = await openPages()
    const [cookie, other] = [await pages.signIn(), await pages.signIn('user', 'ben')]
    const shown = await pages.post('/trust/mode', cookie, { mode: 'none' })
    expect(shown.text).toContain('your session here ends')
    await pages.post('/trust/mode', cookie, hiddenFields(shown))
    for (const one of [cookie, other]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(codesIn(await pages.get('/', one))).toEqual(['session-ended'])
    }
    expect((await logIn(pages.port, pages.console)).outcome).toBe('deny')
  })

  test('all can be set only where the config lets it', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const refused = await pages.post('/trust/mode', cookie, { mode: 'all', confirmed: 'yes' })
    expect([refused.status, ...codesIn(refused)]).toEqual([400, 'trust-mode-unknown'])
    expect((await pages.get('/', cookie)).text).not.toContain('value="all"')
    const open = await openPages({ config: { insecure: ['trust-all-consoles'] } })
    await open.post('/trust/mode', await open.signIn(), { mode: 'all', confirmed: 'yes' })
    expect((await settingsOf(open)).mode).toBe('all')
  })

  test.each(['operator', 'user'] as const)('is not for level %s', async (level) => {
    const pages = await openPages()
    const cookie = await pages.signIn(level)
    const refused = await pages.post('/trust/mode', cookie, { mode: 'none', confirmed: 'yes' })
    expect([refused.status, ...codesIn(refused)]).toEqual([403, 'level-without-privilege'])
    expect((await settingsOf(pages)).mode).toBe('certificate')
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'deny',
      codes: ['level-without-privilege'],
      operation: 'web-agent.trust.mode',
      facts: { level },
    })
  })
})

describe('the names of consoles', () => {
  test('are saved, one a line', async () => {
    const pages = await openPages()
    const names = 'cms.example.com\r\n\r\n cms-2.example.com \r\ncms.example.com'
    expect((await pages.post('/trust/names', await pages.signIn(), { names })).status).toBe(303)
    expect((await settingsOf(pages)).names).toEqual(['cms.example.com', 'cms-2.example.com'])
  })

  test.each([
    ['six', 'a\nb\nc\nd\ne\nf'],
    ['none', 'no name'],
  ])('that are %s are refused', async (_, names) => {
    const pages = await openPages()
    const refused = await pages.post('/trust/names', await pages.signIn(), { names })
    expect([refused.status, ...codesIn(refused)]).toEqual([400, 'settings-refused'])
    expect((await settingsOf(pages)).names).toEqual([])
  })
})

describe('a certificate that a person brings', () => {
  test('is shown, and trusted when that is confirmed', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const shown = await pages.post('/trust/import', cookie, { certificate: PEM, note: '"by hand"' })
    expect(shown.text).toContain('CN=cms-2.example.com')
    expect(shown.text.replaceAll(/<\/?span>|\s/g, '')).toContain(OTHER_SHA256)
    expect((await settingsOf(pages)).trusted).toHaveLength(1)
    const confirmed = await pages.post('/trust/import/confirm', cookie, {
      ...hiddenFields(shown),
      note: '"by hand"',
    })
    expect(confirmed.status).toBe(303)
    expect((await settingsOf(pages)).trusted.at(-1)).toMatchObject({
      role: 'console',
      sha256: OTHER_SHA256,
      note: '"by hand"',
    })
    expect((await pages.records()).at(-1)).toMatchObject({
      operation: 'web-agent.trust.import',
      target: OTHER_SHA256,
      claimedUser: 'ann',
    })
    expect((await logIn(pages.port, OTHER)).outcome).toBe('allow')
  })

  test('may be a file', async () => {
    const pages = await openPages()
    const body = new FormData()
    body.set('certificate', '')
    body.set('file', new Blob([OTHER.certificate.der]), 'console.der')
    const form = new Request('https://x', { method: 'POST', body })
    const shown = await pages.send('/trust/import', {
      headers: {
        origin: pages.origin,
        cookie: await pages.signIn(),
        'content-type': form.headers.get('content-type') ?? '',
      },
      body: new Uint8Array(await form.arrayBuffer()),
    })
    expect(hiddenFields(shown)).toMatchObject({ sha256: OTHER_SHA256 })
  })

  test('is not trusted under the SHA-256 of another', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const shown = await pages.post('/trust/import', cookie, { certificate: PEM })
    const swapped = { ...hiddenFields(shown), sha256: pages.console.certificate.sha256 }
    const refused = await pages.post('/trust/import/confirm', cookie, swapped)
    expect([refused.status, ...codesIn(refused)]).toEqual([400, 'fingerprint-mismatch'])
    expect((await settingsOf(pages)).trusted).toHaveLength(1)
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'deny',
      codes: ['fingerprint-mismatch'],
      operation: 'web-agent.trust.import',
      target: OTHER_SHA256,
    })
  })

  test('says before that it would be refused now, and why', async () => {
    const open = await openPages()
    const cookie = await open.signIn()
    const shown = await open.post('/trust/import', cookie, {
      certificate: formatCertificate(signingConsole('x.example.com', -400).certificate),
    })
    expect(codesIn(shown)).toEqual(['expired'])
  })

  test.each([
    ['nothing', {}, 'certificate-malformed'],
    ['no certificate', { certificate: 'hello' }, 'certificate-malformed'],
    ['half of one', { certificate: PEM.slice(0, 200) }, 'certificate-malformed'],
  ])('that is %s is refused', async (_, fields, code) => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const refused = await pages.post('/trust/import', cookie, fields)
    expect([refused.status, ...codesIn(refused)]).toEqual([400, code])
    const confirmed = await pages.post('/trust/import/confirm', cookie, fields)
    expect([confirmed.status, ...codesIn(confirmed)]).toEqual([400, code])
  })

  test('that is trusted already is refused', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const certificate = formatCertificate(pages.console.certificate)
    const shown = await pages.post('/trust/import', cookie, { certificate })
    const refused = await pages.post('/trust/import/confirm', cookie, hiddenFields(shown))
    expect([refused.status, ...codesIn(refused)]).toEqual([400, 'settings-refused'])
  })
})

describe('a certificate that is fetched', () => {
  test('is trusted when a person types its SHA-256, and not before', async () => {
    const [pages, console] = await Promise.all([openPages(), openPages()])
    const cookie = await pages.signIn()
    const place = { host: '127.0.0.1', port: String(console.port) }
    const shown = await pages.post('/trust/fetch', cookie, place)
    const fields = hiddenFields(shown)
    expect(fields).not.toHaveProperty('sha256')
    const untyped = await pages.post('/trust/import/confirm', cookie, { ...fields, sha256: '' })
    expect(codesIn(untyped)).toEqual(['fingerprint-mismatch'])
    expect((await settingsOf(pages)).trusted).toHaveLength(1)
    const text = shown.text.replaceAll(/<\/?span>|\s/g, '')
    const sha256 = /<codeclass="fingerprint">([0-9a-f]{64})</.exec(text)?.[1] ?? ''
    const typed = sha256.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')
    const confirmed = { ...hiddenFields(untyped), sha256: typed }
    expect((await pages.post('/trust/import/confirm', cookie, confirmed)).status).toBe(303)
    expect((await settingsOf(pages)).trusted.at(-1)).toMatchObject({ sha256 })
    const operations = (await pages.records()).map(({ operation }) => operation)
    expect(operations.slice(-3)).toEqual([
      'web-agent.trust.fetch',
      'web-agent.trust.import',
      'web-agent.trust.import',
    ])
  })

  test.each([
    ['nobody', { host: '127.0.0.1', port: '1' }, 'certificate-missing'],
    ['no host', { host: 'a b', port: '443' }, 'request-malformed'],
    ['no port', { host: '127.0.0.1', port: '0' }, 'request-malformed'],
    ['a port in words', { host: '127.0.0.1', port: 'https' }, 'request-malformed'],
  ])('from %s is refused', async (_, place, code) => {
    const pages = await openPages()
    const refused = await pages.post('/trust/fetch', await pages.signIn(), place)
    expect([refused.status, ...codesIn(refused)]).toEqual([400, code])
  })
})

function trusting(...consoles: readonly SigningConsole[]): WebAgentSettings {
  const entries = consoles.map(({ certificate }) => ({ certificate, role: 'console' }) as const)
  return { mode: 'certificate', list: trustList(entries) }
}

describe('removing a certificate', () => {
  test('is confirmed, and ends the sessions that this console opened', async () => {
    const console = signingConsole()
    const pages = await openPages({ console, settings: trusting(console, OTHER) })
    const [cookie, other] = [await pages.signIn(), await pages.signInBy(OTHER)]
    const fields = { sha256: OTHER_SHA256, role: 'console' }
    const shown = await pages.post('/trust/remove', cookie, fields)
    expect(shown.text).not.toContain('your session here ends')
    expect((await pages.get('/', other)).status).toBe(200)
    expect((await pages.post('/trust/remove', cookie, hiddenFields(shown))).status).toBe(303)
    expect(codesIn(await pages.get('/', other))).toEqual(['session-ended'])
    expect((await pages.get('/', cookie)).status).toBe(200)
    expect((await pages.records()).findLast(({ target }) => target === OTHER_SHA256)).toMatchObject(
      {
        operation: 'web-agent.trust.remove',
        claimedUser: 'ann',
      },
    )
  })

  test('of the person’s own console says that the session ends', async () => {
    const pages = await openPages()
    const { sha256 } = pages.console.certificate
    const fields = { sha256, role: 'console' }
    const shown = await pages.post('/trust/remove', await pages.signIn(), fields)
    expect(shown.text).toContain('your session here ends')
  })

  test('that is not trusted, or not in that role, is refused', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const { sha256 } = pages.console.certificate
    const given = [
      { sha256: OTHER_SHA256, role: 'console', confirmed: 'yes' },
      { sha256, role: 'root', confirmed: 'yes' },
    ]
    for (const fields of given) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const refused = await pages.post('/trust/remove', cookie, fields)
      expect([refused.status, ...codesIn(refused)]).toEqual([404, 'certificate-unknown'])
    }
    expect((await settingsOf(pages)).trusted).toHaveLength(1)
  })
})
