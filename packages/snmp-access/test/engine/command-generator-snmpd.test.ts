import { Secret } from '@gatehouse/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { CommandGenerator, SnmpError, type SnmpTarget } from '../../src/engine/index.ts'
import type { UsmUser, Varbind } from '../../src/message/index.ts'
import { parseOid } from '../../src/oid.ts'
import type { Oid } from '../../src/index.ts'
import { areInstalled, startSnmpd, type Daemon } from './peer-daemons.ts'

const isInstalled = areInstalled('snmpd')
const title = isInstalled ? 'CommandGenerator, with snmpd' : 'needs snmpd'

const AUTH = 'first passphrase'
const PRIV = 'second passphrase'

const NOBODY: UsmUser = { name: 'nobody' }
const SIGNING: UsmUser = {
  name: 'signing',
  auth: { protocol: 'SHA-256', passphrase: new Secret(AUTH) },
}
const SEALING: UsmUser = {
  name: 'sealing',
  auth: { protocol: 'SHA-256', passphrase: new Secret(AUTH) },
  priv: { protocol: 'AES', passphrase: new Secret(PRIV) },
}
const STRONG: UsmUser = {
  name: 'strong',
  auth: { protocol: 'SHA-512', passphrase: new Secret(AUTH) },
  priv: { protocol: 'AES-256', passphrase: new Secret(PRIV) },
}

const BASE = oid('1.3.6.1.4.1.8072.9999.1')
const ROWS = 60
const CONFIG = [
  'rocommunity reading 127.0.0.1',
  'rwcommunity writing 127.0.0.1',
  'createUser nobody',
  `createUser signing SHA-256 "${AUTH}"`,
  `createUser sealing SHA-256 "${AUTH}" AES "${PRIV}"`,
  `createUser strong SHA-512 "${AUTH}" AES-256 "${PRIV}"`,
  'rwuser nobody noauth',
  'rwuser signing auth',
  'rwuser sealing priv',
  'rwuser strong priv',
  `override -rw .${BASE.join('.')}.1.0 integer 42`,
  `override .${BASE.join('.')}.2.0 octet_str "text"`,
  ...Array.from(
    { length: ROWS },
    (_, row) => `override .${BASE.join('.')}.3.${row + 1} integer ${row}`,
  ),
]

function oid(text: string): Oid {
  const parsed = parseOid(text)
  if (parsed === undefined) throw new TypeError(text)
  return parsed
}

/** A user who has one of the passphrases wrong. */
function withWrong(part: 'auth' | 'priv', user: UsmUser): UsmUser {
  const key = user[part]
  if (key === undefined) throw new TypeError(part)
  return { ...user, [part]: { ...key, passphrase: new Secret('not the passphrase') } }
}

describe.skipIf(!isInstalled)(title, () => {
  let snmpd: Daemon
  let generator: CommandGenerator

  beforeAll(async () => {
    snmpd = await startSnmpd(CONFIG)
    generator = await CommandGenerator.open()
  })
  afterAll(async () => {
    await generator.close()
    await snmpd.stop()
  })

  function at(target: Partial<SnmpTarget>): SnmpTarget {
    return { host: '127.0.0.1', port: snmpd.port, version: '3', timeoutMs: 5000, ...target }
  }

  const targets: readonly [string, Partial<SnmpTarget>][] = [
    ['version 1', { version: '1', community: new Secret('writing') }],
    ['version 2c', { version: '2c', community: new Secret('writing') }],
    ['version 3 noAuthNoPriv', { user: NOBODY }],
    ['version 3 authNoPriv, SHA-256', { user: SIGNING }],
    ['version 3 authPriv, SHA-256 and AES', { user: SEALING }],
    ['version 3 authPriv, SHA-512 and AES-256', { user: STRONG }],
  ]

  test.each(targets)('reads, steps, sets and walks with %s', async (_, target) => {
    const to = at(target)
    const one = [...BASE, 1, 0]
    const two = [...BASE, 2, 0]
    const text = { type: 'OctetString', value: new TextEncoder().encode('text') } as const
    const varbinds = [{ oid: two, value: text }]
    const found = { errorStatus: 'noError', errorIndex: 0, varbinds }
    expect(await generator.get(to, [two])).toEqual(found)
    expect((await generator.getNext(to, [one])).varbinds.map(({ oid: name }) => name)).toEqual([
      two,
    ])

    const number = 1000 + targets.findIndex(([, tried]) => tried === target)
    const change: Varbind = { oid: one, value: { type: 'Integer32', value: number } }
    expect((await generator.set(to, [change])).errorStatus).toBe('noError')
    expect((await generator.get(to, [one])).varbinds).toEqual([change])

    const walked: Varbind[] = []
    for await (const varbind of generator.walk(to, [...BASE, 3])) walked.push(varbind)
    expect(walked.map(({ oid: name }) => name.at(-1))).toEqual(
      Array.from({ length: ROWS }, (__, row) => row + 1),
    )
    expect(walked.at(-1)?.value).toEqual({ type: 'Integer32', value: ROWS - 1 })
  })

  test('asks for many objects at once with getbulk', async () => {
    const { varbinds } = await generator.getBulk(
      at({ user: SEALING }),
      [
        [...BASE, 1],
        [...BASE, 3],
      ],
      { nonRepeaters: 1, maxRepetitions: 5 },
    )
    expect(varbinds.map(({ oid: name }) => name.slice(BASE.length))).toEqual([
      [1, 0],
      ...[1, 2, 3, 4, 5].map((row) => [3, row]),
    ])
  })

  test('hears what cannot be had in the answer, not as an error', async () => {
    const missing = [...BASE, 9, 0]
    const exception = await generator.get(at({ user: SEALING }), [missing])
    expect(exception).toMatchObject({
      errorStatus: 'noError',
      varbinds: [{ value: { type: 'noSuchObject' } }],
    })
    const version1 = at({ version: '1', community: new Secret('reading') })
    expect(await generator.get(version1, [[...BASE, 1, 0], missing])).toMatchObject({
      errorStatus: 'noSuchName',
      errorIndex: 2,
    })
    const value = { type: 'Integer32', value: 1 } as const
    const reading = at({ version: '2c', community: new Secret('reading') })
    expect(await generator.set(reading, [{ oid: [...BASE, 1, 0], value }])).toMatchObject({
      errorStatus: 'noAccess',
      errorIndex: 1,
    })
  })

  test.each([
    ['end of the MIB', '2c'],
    ['end of the MIB', '1'],
  ] as const)('ends a walk at the %s in version %s', async (_, version) => {
    const last: Varbind[] = []
    const to = at({ version, community: new Secret('reading') })
    for await (const varbind of generator.walk(to, oid('1.3.6.1.4'))) last.push(varbind)
    expect(last).toHaveLength(2 + ROWS)
  })

  test.each([
    ['a wrong passphrase', { user: withWrong('auth', SEALING) }, 'report:wrongDigests'],
    ['an unknown user', { user: { ...SIGNING, name: 'stranger' } }, 'report:unknownUserNames'],
    [
      'a level that the user has no keys for',
      { user: { ...SEALING, name: 'signing' } },
      'report:unsupportedSecLevels',
    ],
    [
      'another engine id than it has',
      { user: SEALING, engineId: Buffer.from('80001f8805aabbccdd', 'hex') },
      'report:unknownEngineIDs',
    ],
  ] as const)('is told of %s', async (_, target, code) => {
    const error = await failure(generator.get(at(target), [[...BASE, 1, 0]]))
    expect(error.code).toBe(code)
  })

  test('waits in vain where the agent is silent', async () => {
    const quick = { timeoutMs: 100, retries: 0 }
    const wrong = at({ version: '2c', community: new Secret('not the community'), ...quick })
    expect((await failure(generator.get(wrong, [[...BASE, 1, 0]]))).code).toBe('timeout')
    const undecryptable = at({ user: withWrong('priv', SEALING), ...quick, timeoutMs: 1000 })
    expect((await failure(generator.get(undecryptable, [[...BASE, 1, 0]]))).code).toBe('timeout')
  })

  test('goes on with an agent that was restarted', async () => {
    const to = at({ user: SEALING })
    expect((await generator.get(to, [[...BASE, 2, 0]])).errorStatus).toBe('noError')
    const engine = await generator.provenEngine(to)
    await snmpd.restart()
    expect((await generator.get(to, [[...BASE, 2, 0]])).errorStatus).toBe('noError')
    expect(await generator.provenEngine(to)).toEqual(engine)
  })

  test('asks hundreds at once, and discovers once', async () => {
    const fresh = await CommandGenerator.open()
    const to = at({ user: STRONG, timeoutMs: 20_000 })
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, row) => fresh.get(to, [[...BASE, 3, (row % ROWS) + 1]])),
    )
    expect(answers.map(({ varbinds }) => varbinds[0]?.value)).toEqual(
      Array.from({ length: 200 }, (_, row) => ({ type: 'Integer32', value: row % ROWS })),
    )
    await fresh.close()
  })
})

async function failure(work: Promise<unknown>): Promise<SnmpError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(SnmpError)
  return error as SnmpError
}
