import { PATHS } from '@gatehouse/protocol'
import { NO_TRUST } from '@gatehouse/certificate-trust'
import { rm, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { formatSettings } from '../src/web-agent/settings-text.ts'
import {
  ask,
  codesIn,
  cookieOf,
  logIn,
  openPages,
  signingConsole,
  type Pages,
} from './web-agent-pages-world.ts'

const TICKET = /^\/sign-in\?ticket=([A-Za-z0-9_-]{43})$/

/** The path with a fresh ticket. */
async function ticketPath(pages: Pages, browserAddress?: string): Promise<string> {
  const login = browserAddress === undefined ? {} : { browserAddress }
  const { path = '' } = await logIn(pages.port, pages.console, login, { at: pages.clock.now() })
  return path
}

async function setNoTrust(pages: Pages): Promise<void> {
  await writeFile(pages.settingsFile, formatSettings(NO_TRUST))
  await pages.agent.reload()
}

describe('handing a person over', () => {
  test('a trusted console gets a ticket for half a minute, and that is recorded', async () => {
    const pages = await openPages()
    const answer = await logIn(pages.port, pages.console, { user: 'ann', level: 'operator' })
    expect(answer).toMatchObject({ outcome: 'allow', endsInMs: 30_000 })
    expect(answer.path).toMatch(TICKET)
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'allow',
      by: 'web-agent',
      operation: 'web-agent.login',
      target: 'web-1',
      claimedUser: 'ann',
      facts: { level: 'operator', clientCertificate: pages.console.certificate.sha256 },
    })
  })

  test('a console that is not trusted gets none, and that is recorded', async () => {
    const pages = await openPages()
    const stranger = signingConsole()
    const answer = await logIn(pages.port, stranger)
    expect(answer).not.toHaveProperty('path')
    expect(answer.outcome).toBe('deny')
    expect(answer.reasons[0]?.code).toBe('certificate-not-trusted')
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'deny',
      operation: 'web-agent.login',
      facts: { clientCertificate: stranger.certificate.sha256 },
    })
  })

  test('neither the log nor the audit log has a ticket or an identifier of a session', async () => {
    const pages = await openPages()
    const path = await ticketPath(pages)
    const cookie = cookieOf(await ask(pages.port, path))
    await ask(pages.port, path)
    const written = JSON.stringify([pages.log, await pages.records()])
    expect(written).toContain('web-agent.sign-in')
    expect(written).not.toContain(TICKET.exec(path)?.[1])
    expect(written).not.toContain(cookie.split('=')[1])
  })

  test('only POST is taken', async () => {
    const pages = await openPages()
    expect((await pages.get(PATHS.logins)).status).toBe(405)
  })
})

describe('signing in', () => {
  test('a ticket gives a cookie that only this host gets, and a page that goes on', async () => {
    const pages = await openPages()
    const { status, headers, text } = await ask(pages.port, await ticketPath(pages))
    expect(status).toBe(200)
    const [cookie, ...others] = headers['set-cookie'] ?? []
    expect(others).toEqual([])
    expect(cookie).toMatch(/^__Host-gatehouse-web-1=[A-Za-z0-9_-]{43}; /)
    expect(cookie?.split('; ').slice(1).toSorted()).toEqual([
      'HttpOnly',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ])
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(text).toContain('<meta http-equiv="refresh" content="0; url=/" />')
    expect(text).toContain('<a href="/">')
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'allow',
      operation: 'web-agent.sign-in',
      claimedUser: 'ann',
      facts: { level: 'administrator', clientCertificate: pages.console.certificate.sha256 },
    })
  })

  test('a ticket is good once', async () => {
    const pages = await openPages()
    const path = await ticketPath(pages)
    expect((await ask(pages.port, path)).status).toBe(200)
    const again = await ask(pages.port, path)
    expect(again.status).toBe(403)
    expect(again.headers).not.toHaveProperty('set-cookie')
    expect(codesIn(again)).toEqual(['ticket-used'])
    expect((await pages.records()).at(-1)).toMatchObject({
      outcome: 'deny',
      codes: ['ticket-used'],
    })
  })

  test('a look at the head of the page does not use the ticket up', async () => {
    const pages = await openPages()
    const path = await ticketPath(pages)
    expect((await ask(pages.port, path, { method: 'HEAD' })).status).toBe(405)
    expect((await ask(pages.port, path)).status).toBe(200)
  })

  test.each([
    ['no ticket', '/sign-in', 'ticket-unknown'],
    ['an empty one', '/sign-in?ticket=', 'ticket-unknown'],
    ['one that was never issued', `/sign-in?ticket=${'A'.repeat(43)}`, 'ticket-unknown'],
  ])('%s is refused', async (_, path, code) => {
    const pages = await openPages()
    const refused = await ask(pages.port, path)
    expect([refused.status, ...codesIn(refused)]).toEqual([403, code])
  })

  test('a ticket ends', async () => {
    const pages = await openPages()
    const path = await ticketPath(pages)
    pages.clock.pass(0.5)
    expect(codesIn(await ask(pages.port, path))).toEqual(['ticket-expired'])
  })

  test('a ticket for another address is refused, however that address is written', async () => {
    const pages = await openPages()
    const other = await ask(pages.port, await ticketPath(pages, '192.0.2.7'))
    expect(codesIn(other)).toEqual(['ticket-of-other-address'])
    expect((await ask(pages.port, await ticketPath(pages, '::ffff:127.0.0.1'))).status).toBe(200)
  })

  test.each([
    ['not permitted', { permitted: '192.0.2.1 - 192.0.2.9' }, 'sign-in-address-not-included'],
    ['restricted', { restricted: '192.0.2.1;127.0.0.1' }, 'sign-in-address-excluded'],
    ['of nobody', { permitted: '0.0.0.0' }, 'sign-in-address-not-included'],
  ])('who comes from an address that is %s is refused', async (_, signIn, code) => {
    const pages = await openPages({ webAgent: { signIn } })
    const refused = await ask(pages.port, await ticketPath(pages))
    expect([refused.status, ...codesIn(refused)]).toEqual([403, code])
    expect((await pages.records()).at(-1)).toMatchObject({ outcome: 'deny', codes: [code] })
  })

  test('who comes from a permitted address is let in', async () => {
    const pages = await openPages({ webAgent: { signIn: { permitted: '127.0.0.1' } } })
    expect((await ask(pages.port, await ticketPath(pages))).status).toBe(200)
  })

  test('opens no session when it cannot be recorded', async () => {
    const pages = await openPages()
    const path = await ticketPath(pages)
    await rm(pages.auditFile)
    const refused = await ask(pages.port, path)
    expect([refused.status, ...codesIn(refused)]).toEqual([503, 'audit-unavailable'])
    expect(refused.headers).not.toHaveProperty('set-cookie')
  })

  test('a ticket of a console that is no longer trusted is refused', async () => {
    const pages = await openPages()
    const path = await ticketPath(pages)
    await setNoTrust(pages)
    expect(codesIn(await ask(pages.port, path))).toEqual(['trust-none'])
  })
})

describe('a session', () => {
  test('ends when it is idle, and the browser forgets it', async () => {
    const pages = await openPages({ webAgent: { sessionMinutes: 5 } })
    const cookie = await pages.signIn()
    pages.clock.pass(4)
    expect((await pages.get('/', cookie)).status).toBe(200)
    pages.clock.pass(4)
    expect((await pages.get('/', cookie)).status).toBe(200)
    pages.clock.pass(5)
    const ended = await pages.get('/', cookie)
    expect([ended.status, ...codesIn(ended)]).toEqual([401, 'session-idle'])
    const [cleared = ''] = ended.headers['set-cookie'] ?? []
    expect(cleared).toContain('__Host-gatehouse-web-1=; Max-Age=0')
    expect((await pages.get('/')).status).toBe(200)
  })

  test('ends after twelve hours, however much it is used', async () => {
    const pages = await openPages({ webAgent: { sessionMinutes: 60 } })
    const cookie = await pages.signIn()
    const codes: string[][] = []
    for (let half = 1; half <= 24; half += 1) {
      pages.clock.pass(30)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      codes.push(codesIn(await pages.get('/', cookie)))
    }
    expect(codes.findIndex((one) => one.includes('session-ended'))).toBe(23)
  })

  test('ends with the trust in its console, and does not come back with it', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const { certificate } = pages.console
    const before = formatSettings({
      mode: 'certificate',
      list: { entries: [{ certificate, role: 'console' }] },
    })
    await setNoTrust(pages)
    await writeFile(pages.settingsFile, before)
    await pages.agent.reload()
    const ended = await pages.get('/', cookie)
    expect([ended.status, ...codesIn(ended)]).toEqual([401, 'session-ended'])
  })

  test('ends with the certificate of its console', async () => {
    const pages = await openPages({ webAgent: { sessionMinutes: 60 } })
    const year = 366 * 24 * 60
    pages.clock.pass(year - 24 * 60 - 30)
    const cookie = await pages.signIn()
    expect((await pages.get('/', cookie)).status).toBe(200)
    pages.clock.pass(45)
    expect(codesIn(await pages.get('/', cookie))).toEqual(['session-ended', 'expired'])
  })

  test('ends when the person signs out', async () => {
    const pages = await openPages()
    const cookie = await pages.signIn()
    const out = await pages.post('/sign-out', cookie)
    expect(out.status).toBe(200)
    expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0')
    expect(codesIn(await pages.get('/', cookie))).toEqual(['session-ended'])
    expect((await pages.records()).at(-1)).toMatchObject({
      operation: 'web-agent.sign-out',
      claimedUser: 'ann',
    })
  })

  test('an identifier that was made up is none', async () => {
    const pages = await openPages()
    const made = await pages.get('/', `__Host-gatehouse-web-1=${'A'.repeat(43)}`)
    expect([made.status, ...codesIn(made)]).toEqual([401, 'session-unknown'])
  })

  test('of one agent counts at no other', async () => {
    const [one, other] = await Promise.all([openPages(), openPages()])
    const cookie = await one.signIn()
    expect(codesIn(await other.get('/', cookie))).toEqual(['session-unknown'])
  })
})
