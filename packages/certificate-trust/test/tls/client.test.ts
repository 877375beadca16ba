import { describe, expect, test } from 'vitest'
import type { TlsClient, TlsCode, TlsIdentity } from '../../src/tls/index.ts'
import { trustList } from '../../src/trust/trust-list.ts'
import { integer, time } from '../writing/der.ts'
import { list } from '../writing/list.ts'
import { BY_ROOT, codeOf, refusal, WAYS } from './ways.ts'
import {
  BETWEEN,
  ended,
  record,
  ROOT,
  selfSigned,
  strange,
  stranger,
  systemIdentity,
  trusting,
} from './world.ts'

const EXPIRED = { notBefore: time('2026-01-01T00:00:00Z'), notAfter: time('2026-01-02T00:00:00Z') }

const expired = systemIdentity(EXPIRED)
const pinned = systemIdentity()
const own = selfSigned(systemIdentity)

const ACCEPTED: Readonly<Record<string, readonly [TlsIdentity, TlsClient]>> = {
  'a chain to a root': [systemIdentity(), BY_ROOT],
  'an address as its name': [systemIdentity(), { ...BY_ROOT, name: { ip: '127.0.0.1' } }],
  'a certificate of its own that is trusted as itself': [
    own,
    { ...BY_ROOT, trust: trusting([own.certificates[0], 'system']) },
  ],
  'an issued one that is trusted as itself, its issuers unknown': [
    pinned,
    { ...BY_ROOT, trust: trusting([pinned.certificates[0], 'system']) },
  ],
}

const YESTERDAY = new Date(Date.now() - 86_400_000)
const SERIAL = integer(77)
const FOR_LONG = { until: '2126-01-01T00:00:00Z' }

const REFUSED: Readonly<Record<string, readonly [TlsCode, TlsIdentity, TlsClient]>> = {
  'one that has expired': ['expired', expired, BY_ROOT],
  'one that is trusted as itself and has expired': [
    'expired',
    expired,
    { ...BY_ROOT, trust: trusting([expired.certificates[0], 'system']) },
  ],
  'one for another name': [
    'name-mismatch',
    systemIdentity(),
    { ...BY_ROOT, name: { dns: 'web02.example.com' } },
  ],
  'one of an unknown issuer': ['issuer-unknown', strange(systemIdentity), BY_ROOT],
  'one that vouches for itself': ['self-signed', own, BY_ROOT],
  'any, when the list is empty': [
    'trust-list-empty',
    systemIdentity(),
    { ...BY_ROOT, trust: trusting() },
  ],
  'one that is trusted as a console': [
    'role-mismatch',
    pinned,
    { ...BY_ROOT, trust: trusting([pinned.certificates[0], 'console'], [stranger, 'root']) },
  ],
  'one that a list revokes': [
    'revoked',
    systemIdentity({ serial: SERIAL }),
    {
      ...BY_ROOT,
      trust: {
        ...BY_ROOT.trust,
        revocation: {
          lists: [
            list(ROOT, FOR_LONG),
            list(BETWEEN, { ...FOR_LONG, entries: [{ serial: SERIAL, reason: 1 }] }),
          ],
        },
      },
    },
  ],
  'any, when the lists cannot be had': [
    'verdict-failed',
    systemIdentity(),
    {
      ...BY_ROOT,
      trust: {
        ...BY_ROOT.trust,
        revocation: () => {
          throw new Error('the lists are gone')
        },
      },
    },
  ],
  'one that Node refuses by the clock': [
    'refused-by-node',
    expired,
    { ...BY_ROOT, trust: { ...BY_ROOT.trust, at: () => new Date('2026-01-01T12:00:00Z') } },
  ],
  'one that was trusted until yesterday': [
    'trust-ended',
    own,
    {
      ...BY_ROOT,
      trust: {
        list: () =>
          trustList([
            { certificate: own.certificates[0], role: 'system', until: YESTERDAY },
            { certificate: stranger, role: 'root' },
          ]),
      },
    },
  ],
}

describe.each(Object.entries(WAYS))('%s', (wayName, way) => {
  test.each(Object.entries(ACCEPTED))('takes %s', async (_, [identity, client]) => {
    const server = await record(identity)
    expect(await way(server.port, client)).toContain('ok')
    expect(server.bytes()).toBeGreaterThan(0)
  })

  test.each(Object.entries(REFUSED))(
    'refuses %s, and sends it nothing',
    async (_, [code, identity, client]) => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one server at a time
        const server = await record(identity, { minVersion: version, maxVersion: version })
        // oxlint-disable-next-line no-await-in-loop
        const found = await refusal(way(server.port, client))
        if (wayName === 'connectTls') expect(codeOf(found)).toBe(code)
        else expect(typeof found).toBe('object')
        // oxlint-disable-next-line no-await-in-loop
        await ended(server.server)
        expect(server.bytes()).toBe(0)
      }
    },
  )

  test('asks for the lists anew at each verdict', async () => {
    const entries = [{ serial: SERIAL, reason: 1 }]
    let lists = [list(ROOT, FOR_LONG), list(BETWEEN, FOR_LONG)]
    const trust = { ...BY_ROOT.trust, revocation: () => ({ lists }) }
    const server = await record(systemIdentity({ serial: SERIAL }))
    expect(await way(server.port, { ...BY_ROOT, trust })).toContain('ok')
    lists = [list(ROOT, FOR_LONG), list(BETWEEN, { ...FOR_LONG, entries })]
    const before = server.bytes()
    expect(typeof (await refusal(way(server.port, { ...BY_ROOT, trust })))).toBe('object')
    await ended(server.server)
    expect(server.bytes()).toBe(before)
  })

  test('does not resume sessions', async () => {
    // One that keeps tickets, so that it is the client which does not use them.
    const server = await record(systemIdentity(), { secureOptions: 0 })
    await way(server.port, BY_ROOT)
    await way(server.port, BY_ROOT)
    expect(server.resumed).toEqual([false, false])
  })

  test('speaks no TLS 1.1', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
    const server = await record(systemIdentity(), old)
    const found = await refusal(way(server.port, BY_ROOT, { ciphers: 'ALL@SECLEVEL=0' }))
    expect(found).toMatch(/PROTOCOL|version/i)
    expect(server.bytes()).toBe(0)
  })
})
