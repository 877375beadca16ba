import { describe, expect, test } from 'vitest'

import {
  decodeMessage,
  encodeCommunityMessage,
  openAsPeer,
  openMessage,
  reportPdu,
  SaltSequence,
  sealMessage,
  UserTable,
  type AuthProtocol,
  type CommunityMessage,
  type PrivProtocol,
  type Value,
} from '../../src/message/index.ts'
import { hex, NAME } from './octets.ts'
import { areInstalled, runTool, sentAt, type Answerer, type Tool } from './tools.ts'
import {
  AUTH_PASSPHRASE,
  AUTH_PROTOCOLS,
  ENGINE,
  PRIV_PASSPHRASE,
  PRIV_PROTOCOLS,
  readSealed,
  userOf,
} from './users.ts'

const ONCE = ['-r', '0', '-t', '1', '-On', '-m', '']
/** For what is not answered. */
const BRIEFLY = ['-r', '0', '-t', '0.05', '-On', '-m', '']
const DESCR = '.1.3.6.1.2.1.1.1.0'
const DESCR_VALUE: Value = { type: 'OctetString', value: hex('4869') }

/** The only message that a tool sends with a community. */
async function community(
  tool: Tool,
  version: '1' | '2c',
  name: string,
  after: readonly string[],
): Promise<CommunityMessage> {
  const run = await runTool(tool, [...BRIEFLY, `-v${version}`, '-c', name], after)
  const message = decodeMessage(sentAt(run, 0))
  if (typeof message === 'string') throw new Error(message)
  if (message.version === '3') throw new Error(message.version)
  expect(decodeMessage(encodeCommunityMessage(message))).toEqual(message)
  return message
}

function optionsOf(auth: AuthProtocol, priv: PrivProtocol, cipherPassphrase: string): string[] {
  const { name } = userOf(auth, priv)
  const digest = ['-v3', '-u', name, '-l', 'authPriv', '-a', auth, '-A', AUTH_PASSPHRASE]
  return [...digest, '-x', priv, '-X', cipherPassphrase]
}

/** An engine with one object. What it said of each message goes to `statuses`. */
function engineOf(users: UserTable, statuses: string[], count = 1): Answerer {
  const salts = new SaltSequence()
  return (octets) => {
    const message = readSealed(octets)
    const opened = openMessage(message, users, ENGINE)
    statuses.push(opened.status)
    const parts = {
      messageId: message.header.messageId,
      maxSize: 1472,
      reportable: false,
      engine: ENGINE,
      user: message.header.user,
    }
    if (opened.scoped === undefined) {
      const name = opened.status === 'unknown-engine' ? 'unknownEngineIDs' : 'wrongDigests'
      const pdu = reportPdu(name, count, 0)
      const scoped = { contextEngineId: ENGINE.id, contextName: '', pdu }
      return sealMessage({ ...parts, level: 'noAuthNoPriv' }, scoped)
    }
    const { pdu } = opened.scoped
    if (pdu.type === 'trap1' || pdu.type === 'getbulk') throw new Error(pdu.type)
    const varbinds = pdu.varbinds.map(({ oid }) => ({ oid, value: DESCR_VALUE }))
    const scoped = { ...opened.scoped, pdu: { ...pdu, type: 'response' as const, varbinds } }
    const user = users.get(message.header.user)
    const keys = user && users.keysFor(user, ENGINE.id)
    return sealMessage({ ...parts, level: opened.level }, scoped, keys, salts.next())
  }
}

describe.skipIf(!areInstalled)(areInstalled ? 'what net-snmp sends' : 'needs snmpget', () => {
  test.each(['1', '2c'] as const)('a GET of version %s', async (version) => {
    const message = await community('snmpget', version, 'a\u00FFb\nc', [DESCR, '.2.4294967295.0'])
    expect(message).toMatchObject({ version, pdu: { type: 'get', errorStatus: 0, errorIndex: 0 } })
    expect(Buffer.from(message.community).toString('hex')).toBe('61c3bf620a63')
    expect(message.pdu.varbinds[0]).toEqual({ oid: NAME, value: { type: 'unspecified' } })
  })

  test('a GETNEXT, and a GETBULK with its numbers', async () => {
    const next = await community('snmpgetnext', '1', 'public', ['.1.3.6.1.4.1.4294967295.1'])
    expect(next.pdu).toMatchObject({
      type: 'getnext',
      varbinds: [{ oid: [1, 3, 6, 1, 4, 1, 2 ** 32 - 1, 1] }],
    })
    const run = await runTool(
      'snmpbulkget',
      [...BRIEFLY, '-v2c', '-c', 'public', '-Cn1', '-Cr50000'],
      [DESCR, '.1.3.6'],
    )
    expect(decodeMessage(sentAt(run, 0))).toMatchObject({
      version: '2c',
      pdu: { type: 'getbulk', nonRepeaters: 1, maxRepetitions: 50_000 },
    })
  })

  test('a SET with a value of every type that snmpset writes', async () => {
    const cases: readonly [string, string, Value][] = [
      ['i', '-2147483648', { type: 'Integer32', value: -(2 ** 31) }],
      ['u', '4294967295', { type: 'Gauge32', value: 2 ** 32 - 1 }],
      ['t', '4294967295', { type: 'TimeTicks', value: 2 ** 32 - 1 }],
      ['a', '10.0.0.255', { type: 'IpAddress', value: hex('0a0000ff') }],
      ['o', '.1.3.6.1.4.1.128', { type: 'ObjectIdentifier', value: [1, 3, 6, 1, 4, 1, 128] }],
      ['s', 'text', { type: 'OctetString', value: hex('74657874') }],
      ['x', '00ff', { type: 'OctetString', value: hex('00ff') }],
      ['F', '1.5', { type: 'Opaque', value: hex('9f78043fc00000') }],
    ]
    const after = cases.flatMap(([type, text], index) => [
      `.1.3.6.1.4.1.99999.${index}.0`,
      type,
      text,
    ])
    const { pdu } = await community('snmpset', '2c', 'private', after)
    expect(pdu.type).toBe('set')
    expect(pdu.varbinds.map(({ value }) => value)).toEqual(cases.map(([, , value]) => value))
  })

  test('a trap with counters', async () => {
    const counters = ['c', '4294967295', 'C', '18446744073709551615', 'C', '128', 'C', '4294967296']
    const after = ['0', '.1.3.6.1.4.1.99999']
    for (let index = 0; index < counters.length; index += 2) {
      after.push(`.1.3.6.1.4.1.99999.${index}`, ...counters.slice(index, index + 2))
    }
    const { pdu } = await community('snmptrap', '2c', 'public', after)
    expect(pdu.varbinds.slice(2).map(({ value }) => value)).toEqual([
      { type: 'Counter32', value: 2 ** 32 - 1 },
      { type: 'Counter64', value: 2n ** 64n - 1n },
      { type: 'Counter64', value: 128n },
      { type: 'Counter64', value: 2n ** 32n },
    ])
  })

  test('a long community and a long value, with lengths of several octets', async () => {
    const name = 'c'.repeat(200)
    const message = await community('snmpset', '2c', name, [DESCR, 's', 'v'.repeat(900)])
    expect(Buffer.from(message.community).toString()).toBe(name)
    const value = { type: 'OctetString', value: new Uint8Array(900).fill(0x76) }
    expect(message.pdu.varbinds).toEqual([{ oid: NAME, value }])
  })

  test('a trap of version 1', async () => {
    const after = ['.1.3.6.1.4.1.8072', '127.0.0.9', '6', '17', '4294967295', DESCR, 's', 'Hi']
    expect((await community('snmptrap', '1', 'public', after)).pdu).toEqual({
      type: 'trap1',
      enterprise: [1, 3, 6, 1, 4, 1, 8072],
      agentAddress: hex('7f000009'),
      generic: 6,
      specific: 17,
      timestamp: 2 ** 32 - 1,
      varbinds: [{ oid: NAME, value: DESCR_VALUE }],
    })
  })

  test.each([
    ['snmptrap', 'trap2'],
    ['snmpinform', 'inform'],
  ] as const)('a message of %s, version 2c', async (tool, type) => {
    const { pdu } = await community(tool, '2c', 'public', ['77', '.1.3.6.1.6.3.1.1.5.3'])
    expect(pdu).toMatchObject({
      type,
      varbinds: [
        { oid: [1, 3, 6, 1, 2, 1, 1, 3, 0], value: { type: 'TimeTicks', value: 77 } },
        { value: { type: 'ObjectIdentifier', value: [1, 3, 6, 1, 6, 3, 1, 1, 5, 3] } },
      ],
    })
  })

  test.each(AUTH_PROTOCOLS.flatMap((auth) => PRIV_PROTOCOLS.map((priv) => [auth, priv] as const)))(
    'a GET of version 3 with %s and %s is opened, and our answer, too',
    async (auth, priv) => {
      const statuses: string[] = []
      const users = new UserTable([userOf(auth, priv)])
      const options = [...ONCE, ...optionsOf(auth, priv, PRIV_PASSPHRASE), '-n', 'büro']
      const run = await runTool('snmpget', options, [DESCR], engineOf(users, statuses))
      expect(statuses).toEqual(['unknown-engine', 'accepted'])
      expect(run.stdout).toBe(`${DESCR} = STRING: "Hi"\n`)
      expect(run.status).toBe(0)
      expect(readSealed(sentAt(run, 0)).header).toMatchObject({
        level: 'noAuthNoPriv',
        reportable: true,
      })
      expect(openMessage(readSealed(sentAt(run, 1)), users, ENGINE)).toMatchObject({
        level: 'authPriv',
        scoped: { contextName: 'büro', pdu: { type: 'get', varbinds: [{ oid: NAME }] } },
      })
    },
  )

  test('a recorded message is not in the time window later, nor after a start', async () => {
    const users = new UserTable([userOf('SHA-256', 'AES')])
    const options = [...ONCE, ...optionsOf('SHA-256', 'AES', PRIV_PASSPHRASE)]
    const run = await runTool('snmpget', options, [DESCR], engineOf(users, []))
    const message = readSealed(sentAt(run, 1))
    const { engineTime } = message.header
    for (const [boots, time, status] of [
      [3, engineTime + 150, 'accepted'],
      [3, engineTime + 151, 'not-in-time-window'],
      [4, engineTime, 'not-in-time-window'],
      [2 ** 31 - 1, engineTime, 'not-in-time-window'],
    ] as const) {
      expect(openMessage(message, users, { ...ENGINE, boots, time })).toMatchObject({ status })
    }
  })

  test('a wrong passphrase for the digest is told, and a wrong one for the cipher', async () => {
    const users = new UserTable([userOf('SHA-512', 'AES-256')])
    const digests: string[] = []
    const options = optionsOf('SHA-512', 'AES-256', PRIV_PASSPHRASE)
    const wrong = options.map((option) =>
      option === AUTH_PASSPHRASE ? 'not the right one' : option,
    )
    const run = await runTool('snmpget', [...ONCE, ...wrong], [DESCR], engineOf(users, digests))
    expect(digests).toEqual(['unknown-engine', 'wrong-digest'])
    expect(run.status).not.toBe(0)
    const ciphers: string[] = []
    const other = optionsOf('SHA-512', 'AES-256', 'not the right one')
    await runTool('snmpget', [...BRIEFLY, ...other], [DESCR], engineOf(users, ciphers))
    expect(ciphers).toEqual(['unknown-engine', 'decryption-error'])
  })

  test('a trap of version 3 is proven by the engine that sends it', async () => {
    const user = userOf('SHA-256', 'AES')
    const users = new UserTable([user])
    const id = hex('80001f888004030201')
    const options = [...ONCE, ...optionsOf('SHA-256', 'AES', PRIV_PASSPHRASE)]
    const trap = ['-e', `0x${Buffer.from(id).toString('hex')}`]
    const run = await runTool('snmptrap', [...options, ...trap], ['', '.1.3.6.1.6.3.1.1.5.1'])
    const message = readSealed(sentAt(run, 0))
    const known = { id, boots: 0, time: 0, latest: 0 }
    const opened = openAsPeer(message, user, users.keysFor(user, id), known)
    expect(opened).toMatchObject({
      status: 'accepted',
      level: 'authPriv',
      scoped: { pdu: { type: 'trap2' } },
    })
    expect(message.header.reportable).toBe(false)
    expect(openMessage(message, users, ENGINE)).toMatchObject({ status: 'unknown-engine' })
  })

  test('an inform of version 3 is acknowledged', async () => {
    const statuses: string[] = []
    const users = new UserTable([userOf('SHA', 'AES')])
    const options = [...ONCE, ...optionsOf('SHA', 'AES', PRIV_PASSPHRASE)]
    const after = ['', '.1.3.6.1.6.3.1.1.5.1']
    const run = await runTool('snmpinform', options, after, engineOf(users, statuses))
    expect(statuses).toEqual(['unknown-engine', 'accepted'])
    expect(run.status).toBe(0)
  })
})
