import { claimed, compose } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as tcp from '../src/index.ts'

const PROFILES = ['strict', 'libwrap'] as const

/** Lets everybody in. */
function open(profile: tcp.Profile): tcp.Policy {
  return tcp.parse({ allow: 'ALL: ALL\n', deny: '' }, { profile })
}

const SOUND = {
  daemon: 'bgssd',
  client: { address: '10.0.0.1', name: 'gw.example.com', user: claimed('bob'), netgroups: ['ops'] },
  server: { address: '10.9.9.9', name: 'srv', port: 10_128, netgroups: ['ops'] },
} satisfies tcp.Request

/** No text and no port, although some of them read as one. */
const OTHER_TYPES: readonly [string, unknown][] = [
  ['a negative number', -1],
  ['not a number', Number.NaN],
  ['true', true],
  ['an array of texts and more', ['10.0.0.1', 7]],
  ['an object', {}],
  // oxlint-disable-next-line no-new-wrappers -- what is tried
  ['a boxed text', new String('10.0.0.1')],
  ['an object that reads as the text', { toString: () => '10.0.0.1' }],
  ['a symbol', Symbol('bob')],
  ['empty', ''],
]

const FIELDS = [
  ['daemon', 'client.address', 'client.name', 'client.user', 'client.netgroups'],
  ['server.address', 'server.name', 'server.port', 'server.netgroups'],
].flat()

function requestWith(field: string, value: unknown): tcp.Request {
  const [outer = '', inner] = field.split('.')
  const before = outer === 'client' ? SOUND.client : SOUND.server
  return { ...SOUND, [outer]: inner === undefined ? value : { ...before, [inner]: value } }
}

describe.each(PROFILES)('profile %s', (profile) => {
  const policy = open(profile)

  function expectRefused(request: tcp.Request, field: string): void {
    const refusal = {
      outcome: 'deny',
      reasons: [{ code: 'request-malformed', source: { request: field } }],
    }
    expect(tcp.check(policy, request)).toEqual(refusal)
    expect(tcp.explain(policy, request).decision).toEqual(refusal)
  }

  it('allows the request that the others are made from', () => {
    expect(tcp.check(policy, SOUND).outcome).toBe('allow')
  })

  it.each(OTHER_TYPES)('refuses a field that is %s, whichever it is', (_, value) => {
    for (const field of FIELDS) expectRefused(requestWith(field, value), field)
  })

  it('refuses a daemon that is missing or null', () => {
    for (const value of [undefined, null]) expectRefused(requestWith('daemon', value), 'daemon')
  })

  it('refuses a caller without an address, unless libwrap is to be copied', () => {
    expectRefused(requestWith('client.address', null), 'client.address')
    const { outcome } = tcp.check(policy, requestWith('client.address', undefined))
    expect(outcome).toBe(profile === 'strict' ? 'deny' : 'allow')
  })

  it.each([
    ['null', null, 'request'],
    ['a text', 'bgssd', 'request'],
    ['an array', [], 'daemon'],
    ['an object without prototype', Object.create(null), 'daemon'],
    ['a caller that is a text', { ...SOUND, client: '10.0.0.1' }, 'client'],
    ['a caller that is null', { ...SOUND, client: null }, 'client'],
    ['a caller that is an array', { ...SOUND, client: [] }, 'client.address'],
    ['a server that is null', { ...SOUND, server: null }, 'server'],
  ])('refuses %s', (_, request, field) => {
    if (field === 'client.address' && profile === 'libwrap') return
    expectRefused(request as tcp.Request, field)
  })

  it('lets nobody through for a field that throws when it is read', async () => {
    const guard = compose(tcp.guard(policy))
    expect((await guard.check(SOUND)).outcome).toBe('allow')
    for (const field of ['daemon', 'client', 'server']) {
      const request = Object.defineProperty({ ...SOUND }, field, {
        get: () => {
          throw new Error('no')
        },
      })
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      expect((await guard.check(request)).outcome).toBe('deny')
    }
  })

  it('lets no case of daemon, host name or user step round a rule of hosts.deny', () => {
    for (const deny of ['bgssd: ALL', 'ALL: GW.Example.com', 'ALL: .EXAMPLE.com', 'ALL: Bob@10.']) {
      const closed = tcp.parse({ allow: '', deny: `${deny}\nxinetd: 10.\n` }, { profile })
      for (const spell of ['toLowerCase', 'toUpperCase'] as const) {
        const client = {
          address: '10.0.0.1',
          name: SOUND.client.name[spell](),
          user: claimed('bob'[spell]()),
        }
        const { outcome, reasons } = tcp.check(closed, { daemon: 'bgssd'[spell](), client })
        expect([deny, spell, outcome, reasons[0].code]).toEqual([
          deny,
          spell,
          'deny',
          'denied-by-rule',
        ])
      }
    }
  })
})

it.each(['\u2028', '\u00a0', '\ufeff'])(
  'takes a daemon with %j behind it for another one, where libwrap is copied',
  (character) => {
    const allow = `ALL${character}: 10.0.0.1\nALL: ALL\n`
    const policy = tcp.parse({ allow, deny: 'ALL: ALL\n' }, { profile: 'libwrap' })
    const client = { address: '192.0.2.1', name: null }
    expect(tcp.check(policy, { daemon: 'bgssd', client })).toMatchObject({
      outcome: 'allow',
      reasons: [{ source: { line: 2 } }],
    })
    expect(tcp.parse(tcp.format(policy), { profile: 'libwrap' })).toMatchObject({
      allow: { rules: [{ daemons: [[`ALL${character}`]] }, { daemons: [['ALL']] }] },
    })
  },
)

it('reads a pattern of wildcards against a name that almost fits without going back again and again', () => {
  const pattern = `${'*a'.repeat(60)}b`
  const name = Array.from({ length: 4 }, () => 'a'.repeat(62)).join('.')
  for (const profile of PROFILES) {
    const text = profile === 'strict' ? `ALL: ${pattern}.x\n` : `ALL: ${pattern}\n`
    const policy = tcp.parse({ allow: text, deny: 'ALL: ALL\n' }, { profile })
    const client = { address: '10.0.0.1', name }
    expect(tcp.check(policy, { daemon: 'bgssd', client }).outcome).toBe('deny')
  }
})
