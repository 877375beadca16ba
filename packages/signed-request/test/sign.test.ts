import { generateKeyPairSync } from 'node:crypto'
import { createServer, request as send } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { AT, AUDIENCE, AUTHORITY, BODY, exchange, identity, TARGET } from './exchange.ts'

const { key, certificate, sha256 } = identity('ed25519')
const REQUEST: signed.UnsignedRequest = {
  method: 'POST',
  scheme: 'https',
  authority: AUTHORITY,
  target: TARGET,
  body: BODY,
}
const OPTIONS: signed.SigningOptions = {
  key,
  chain: [certificate],
  value: 'AAAA',
  audience: AUDIENCE,
  purpose: 'login',
  at: AT,
}

describe('signing', () => {
  it('gives all fields to send, in their order', () => {
    const fields = signed.signRequest(REQUEST, OPTIONS)
    expect(fields.slice(0, -1)).toEqual([
      ['host', AUTHORITY],
      ['content-type', 'application/json'],
      ['content-length', '36'],
      ['content-digest', 'sha-256=:hpz1xc8Z5dCujLxFrZWZfkBDvMJrD0PpKROhPFxRoSo=:'],
      ['gatehouse-audience', AUDIENCE],
      ['gatehouse-certificate', `:${certificate.toString('base64')}:`],
      [
        'signature-input',
        'gatehouse=("@method" "@scheme" "@authority" "@path" "@query" "content-type" ' +
          '"content-length" "content-digest" "gatehouse-audience" "gatehouse-certificate")' +
          `;created=1795348800;keyid="${sha256}";alg="ed25519";nonce="AAAA";tag="gatehouse-login"`,
      ],
    ])
    expect(fields.at(-1)).toEqual([
      'signature',
      expect.stringMatching(/^gatehouse=:[\w+/]{86}==:$/),
    ])
  })

  it('sends no certificate where the receiver has it', () => {
    const fields = signed.signRequest(REQUEST, { ...OPTIONS, sendChain: false })
    expect(fields.map(([name]) => name)).not.toContain('gatehouse-certificate')
    expect(new Map(fields).get('signature-input')).not.toContain('certificate"')
  })

  it('is the same with a signer that is kept', () => {
    const signer = new signed.RequestSigner(OPTIONS)
    expect(signer.sha256).toBe(sha256)
    expect(signer.algorithm).toBe('ed25519')
    const fields = signed.signRequest(REQUEST, OPTIONS)
    expect(signer.sign(REQUEST, OPTIONS)).toEqual(fields)
    expect(signer.sign(REQUEST, OPTIONS)).toEqual(fields)
  })

  it.each<[string, Partial<signed.UnsignedRequest & signed.SigningOptions>]>([
    ['a method in lower case', { method: 'post' }],
    ['an authority in upper case', { authority: 'WEB-1' }],
    ['a target without a path', { target: '' }],
    ['a target that somebody could take for a host', { target: '//web-2/' }],
    ['a value that would need escapes', { value: '"' }],
    ['no value', { value: '' }],
    ['an audience with a line feed', { audience: 'a\nb' }],
    ['no instant', { at: new Date(Number.NaN) }],
    ['the key of another certificate', { key: identity('other').key }],
    ['a key of another kind', { key: generateKeyPairSync('ed448').privateKey }],
    [
      'more certificates than are taken',
      { chain: [certificate, ...Array<Buffer>(5).fill(certificate)] },
    ],
    ['certificates that are too long', { chain: [certificate, Buffer.alloc(10_000)] }],
  ])('refuses %s', (_, change) => {
    const request = { ...REQUEST, ...change }
    expect(() => signed.signRequest(request, { ...OPTIONS, ...change })).toThrow(TypeError)
  })

  it('makes fields that Node.js sends as they are', async () => {
    const server = createServer((_, response) => response.end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { fields } = exchange().message
    const { port } = server.address() as AddressInfo
    const headers = Object.fromEntries(fields)
    const client = send({ host: '127.0.0.1', port, method: 'POST', path: TARGET, headers })
    // Node.js adds this field by itself, and keeps the connection all the same.
    client.removeHeader('connection')
    client.end(BODY)
    const [[incoming]] = await Promise.all([once(server, 'request'), once(client, 'response')])
    expect((incoming as { rawHeaders: string[] }).rawHeaders).toEqual(fields.flat())
    server.closeAllConnections()
    server.close()
  })
})

function query(name: string): signed.Component {
  return { name: '@query-param', parameters: new Map([['name', name]]) }
}

describe('the low level', () => {
  const message: signed.SignableRequest = {
    method: 'GET',
    scheme: 'https',
    authority: 'example.com',
    target: '/a?b=c%20d&b2=%2B',
    fields: [
      ['Cache-Control', ' max-age=60 '],
      ['X-Fold', 'a\r\n  b'],
      ['Cache-Control', 'must-revalidate'],
    ],
  }
  const NONE: signed.Parameters = new Map()
  const base = (
    components: readonly signed.Component[],
    of: signed.SignableRequest | signed.SignableResponse = message,
  ): ReturnType<typeof signed.signatureBase> => signed.signatureBase(of, components, NONE)

  it('builds what RFC 9421 has for each component', () => {
    const names = ['@method', '@target-uri', '@authority', '@scheme', '@request-target', '@path']
    const components = [...names, '@query', 'cache-control', 'x-fold'].map((name) => ({ name }))
    const built = base([...components, query('b'), query('b2')])
    expect(built.outcome === 'built' && built.base.split('\n').slice(0, -1)).toEqual([
      '"@method": GET',
      '"@target-uri": https://example.com/a?b=c%20d&b2=%2B',
      '"@authority": example.com',
      '"@scheme": https',
      '"@request-target": /a?b=c%20d&b2=%2B',
      '"@path": /a',
      '"@query": ?b=c%20d&b2=%2B',
      '"cache-control": max-age=60, must-revalidate',
      '"x-fold": a b',
      '"@query-param";name="b": c%20d',
      '"@query-param";name="b2": %2B',
    ])
  })

  it.each<[signed.Code, readonly signed.Component[]]>([
    ['field-missing', [{ name: 'date' }]],
    ['component-unsupported', [{ name: '@status' }]],
    ['component-unsupported', [{ name: '@other' }]],
    ['component-unsupported', [{ name: '@method', parameters: new Map([['req', true]]) }]],
    ['component-unsupported', [{ name: 'cache-control', parameters: new Map([['bs', true]]) }]],
    ['component-unsupported', [{ name: 'Cache-Control' }]],
    ['component-unsupported', [{ name: '@query-param' }]],
    ['component-missing', [{ name: '@query-param', parameters: new Map([['name', 'x']]) }]],
    ['component-unexpected', [{ name: '@method' }, { name: '@method' }]],
    ['component-unexpected', Array.from({ length: 65 }, (_, index) => ({ name: `a${index}` }))],
  ])('refuses with %s what it cannot build: %j', (code, components) => {
    expect(base(components)).toMatchObject({ outcome: 'deny', reasons: [{ code }] })
  })

  it('lets no value begin a line of its own', () => {
    const fields = [['x', 'a\n"@method": GET']] as const
    const refused = { outcome: 'deny', reasons: [{ code: 'field-malformed' }] }
    expect(base([{ name: 'x' }], { ...message, fields })).toMatchObject(refused)
    expect(base([{ name: '@path' }], { ...message, target: '/\n' })).toMatchObject(refused)
  })

  it('builds nothing of a request for a response', () => {
    const response = { status: 204, fields: [] }
    expect(base([{ name: '@status' }], response)).toMatchObject({ outcome: 'built' })
    expect(base([{ name: '@method' }], response)).toMatchObject({ outcome: 'deny' })
  })

  it.each(signed.ALGORITHMS)('takes no signature of another length for %s', (name) => {
    const own = identity(name)
    const text = Buffer.from('base')
    const made = signed.signBase(name, own.key, text)
    expect(signed.verifyBase(name, own.key, text, made)).toBe(true)
    for (const bytes of [new Uint8Array(), made.subarray(1), Buffer.concat([made, made])]) {
      expect(signed.verifyBase(name, own.key, text, bytes)).toBe(false)
    }
  })

  it('shows a reason of another model by its code', () => {
    const reason = { code: 'issuer-unknown' as signed.Code, facts: { a: '\u001B' } }
    expect(signed.describe(reason)).toBe('issuer-unknown: a <U+001B>')
  })
})
