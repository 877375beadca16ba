import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/index.ts'
import {
  SaltSequence,
  sealMessage,
  UserTable,
  type EngineClock,
  type UsmUser,
} from '../../src/message/index.ts'
import {
  exchange,
  makeMib,
  oid,
  SCALARS,
  SILENCE_MS,
  startGuarded,
  startPlain,
  textValue,
  type PlainAgent,
} from './peer.ts'

const WORD = `${SCALARS.word.oid}.0`

const PASSPHRASE = 'correct horse battery'
const ANN: UsmUser = {
  name: 'ann',
  auth: { protocol: 'SHA-256', passphrase: new Secret(PASSPHRASE) },
}
const PLAIN_ANN = { name: 'ann', level: 2, authProtocol: 5, authKey: PASSPHRASE }

function addAnn(agent: PlainAgent): void {
  const authorizer = agent.getAuthorizer()
  authorizer.addUser(PLAIN_ANN)
  authorizer.getAccessControlModel().setUserAccess('ann', 2)
}

const ENGINE_ID = '8000000001020304'
const V3 = {
  policy: parse('rwuser ann auth\n', { file: 'snmpd.conf' }),
  users: new UserTable([ANN]),
  engine: (): EngineClock => ({ id: Buffer.from(ENGINE_ID, 'hex'), boots: 5, time: 1000 }),
}

/** An authenticated SET of the word, as any clock and any passphrase would send it. */
function sealedSet(clock: Omit<EngineClock, 'id'>, passphrase = PASSPHRASE): Uint8Array {
  const id = Buffer.from(ENGINE_ID, 'hex')
  const user: UsmUser = {
    ...ANN,
    auth: { protocol: 'SHA-256', passphrase: new Secret(passphrase) },
  }
  const keys = new UserTable([user]).keysFor(user, id)
  const level = 'authNoPriv'
  const engine = { id, ...clock }
  const parts = {
    messageId: 9,
    maxSize: 1400,
    level,
    reportable: true,
    engine,
    user: 'ann',
  } as const
  const varbinds = [{ oid: oid(WORD), value: textValue('new') }]
  const pdu = { type: 'set', requestId: 9, errorStatus: 0, errorIndex: 0, varbinds } as const
  const scoped = { contextEngineId: id, contextName: '', pdu }
  return sealMessage(parts, scoped, keys, new SaltSequence().next())
}

describe('B3: without communities the digest of version 3 is not looked at', () => {
  const forged = sealedSet({ boots: 5, time: 1000 }, 'another passphrase')

  test('in net-snmp', async () => {
    const mib = makeMib()
    const { port, agent } = await startPlain(mib, {
      disableAuthorization: true,
      engineID: ENGINE_ID,
    })
    addAnn(agent)
    await exchange(port, forged, SILENCE_MS)
    expect(mib.getScalarValue('word')).toBe('new')
  })

  test('not behind ours', async () => {
    const mib = makeMib()
    const { port } = await startGuarded(mib, V3)
    await exchange(port, forged)
    expect(mib.getScalarValue('word')).toBe('abc')
    await exchange(port, sealedSet({ boots: 5, time: 1000 }))
    expect(mib.getScalarValue('word')).toBe('new')
  })
})

describe('B4: a recorded message of version 3 is good for ever', () => {
  const old = [
    { boots: 5, time: 99_999 },
    { boots: 4, time: 1000 },
    { boots: 2 ** 31 - 1, time: 1000 },
  ].map((clock) => sealedSet(clock))

  test('in net-snmp', async () => {
    for (const message of old) {
      const mib = makeMib()
      // oxlint-disable-next-line no-await-in-loop -- one agent after the other
      const { port, agent } = await startPlain(mib, { engineID: ENGINE_ID })
      addAnn(agent)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await exchange(port, message)
      expect(mib.getScalarValue('word')).toBe('new')
    }
  })

  test('not behind ours', async () => {
    const mib = makeMib()
    const { port, counters } = await startGuarded(mib, V3)
    for (const message of old) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await exchange(port, message)).toBeDefined()
    }
    expect(mib.getScalarValue('word')).toBe('abc')
    expect(counters.get('usmStatsNotInTimeWindows')).toBe(old.length)
  })
})

describe('B8: a wrong digest is not reported, and the right one goes to the log', () => {
  const forged = sealedSet({ boots: 5, time: 1000 }, 'another passphrase')

  test('in net-snmp', async () => {
    const { port, agent, errors } = await startPlain(makeMib(), { engineID: ENGINE_ID })
    addAnn(agent)
    expect(await exchange(port, forged, SILENCE_MS)).toBeUndefined()
    expect(errors.map(String).join()).toMatch(/digest/i)
  })

  test('not behind ours', async () => {
    const events: unknown[] = []
    const onEvent = (event: unknown): void => {
      events.push(event)
    }
    const { port, counters } = await startGuarded(makeMib(), { ...V3, onEvent })
    expect(await exchange(port, forged)).toBeDefined()
    expect(counters.get('usmStatsWrongDigests')).toBe(1)
    expect(events).toHaveLength(1)
    expect(JSON.stringify(events)).not.toMatch(/[0-9a-f]{24}/)
  })
})
