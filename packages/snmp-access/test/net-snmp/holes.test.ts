import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from '../../src/index.ts'
import { encodeCommunityMessage } from '../../src/message/index.ts'
import {
  ask,
  exchange,
  makeMib,
  messageOf,
  named,
  oid,
  pduOf,
  SCALARS,
  SILENCE_MS,
  startGuarded,
  startPlain,
  TABLE,
  type Asked,
  integer,
  textValue,
} from './peer.ts'

const WORD = `${SCALARS.word.oid}.0`
const BIG = `${SCALARS.big.oid}.0`
const HUGE = '1.3.6.1.4.1.4294967295.1'
const NO_ACCESS = 6

/** net-snmp's own agent in a process that may end. */
const PLAIN_PROGRAM = `
  const netSnmp = require(process.argv[1])
  const mib = netSnmp.createMib()
  const common = { type: netSnmp.MibProviderType.Scalar, maxAccess: netSnmp.MaxAccess['read-only'] }
  mib.registerProvider({ ...common, name: 'big', oid: '1.3.6.1.4.1.1.4', scalarType: netSnmp.ObjectType.Counter64 })
  mib.setScalarValue('big', 258)
  const agent = netSnmp.createAgent({ port: 0, address: '127.0.0.1' }, () => {}, mib)
  agent.getAuthorizer().addCommunity('public')
  const socket = Object.values(agent.listener.sockets)[0]
  socket.on('listening', () => process.stdout.write(String(socket.address().port)))
`

/** How the process of net-snmp's own agent ends after a message; `alive` when it does not. */
async function endAfter(message: Uint8Array): Promise<string> {
  const path = createRequire(import.meta.url).resolve('net-snmp')
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'ignore']
  const child = spawn(process.execPath, ['-e', PLAIN_PROGRAM, path], { stdio })
  onTestFinished(() => {
    child.kill()
  })
  const [port] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  const ended = once(child, 'exit').then(([code]) => `exit code ${String(code)}`)
  const answered = exchange(Number(port.toString()), message, 20_000).then((answer) =>
    answer === undefined ? 'silent' : 'alive',
  )
  return Promise.race([ended, answered])
}

describe('B1: who may only read creates rows', () => {
  const status = { oid: oid(`${TABLE}.4.9`), value: integer(4) }

  test('in net-snmp', async () => {
    const mib = makeMib()
    const { port } = await startPlain(mib)
    const answer = await ask(port, { community: 'none', pdu: 'set', varbinds: [status] })
    expect(answer?.errorStatus).toBe(NO_ACCESS)
    expect(mib.lookupAddress(status.oid)).not.toBeNull()
  })

  test('not behind ours', async () => {
    const mib = makeMib()
    const { port } = await startGuarded(mib)
    const answer = await ask(port, { community: 'public', pdu: 'set', varbinds: [status] })
    expect(answer?.errorStatus).toBe(NO_ACCESS)
    expect(mib.lookupAddress(status.oid)).toBeNull()
    const allowed = await ask(port, { community: 'private', pdu: 'set', varbinds: [status] })
    expect(allowed?.errorStatus).toBe(0)
    expect(mib.lookupAddress(status.oid)?.value).toBe(1)
  })
})

describe('B2: a large sub-identifier ends the process', () => {
  const message = { pdu: 'get', varbinds: [named(HUGE)] } as const

  test('in net-snmp', async () => {
    expect(await endAfter(messageOf(message))).toBe('exit code 1')
  })

  test('not behind ours', async () => {
    const { port } = await startGuarded(makeMib())
    const answer = await ask(port, message)
    expect(answer?.varbinds).toEqual([{ oid: oid(HUGE), value: { type: 'noSuchObject' } }])
    const next = await ask(port, { pdu: 'getnext', varbinds: [named('2.999.4294967295')] })
    expect(next?.varbinds[0]?.value.type).toBe('endOfMibView')
  })
})

describe('B5: GETBULK gives as much as it is asked for', () => {
  const pdu = {
    type: 'getbulk',
    requestId: 1,
    nonRepeaters: 0,
    maxRepetitions: 1000,
    varbinds: [named(TABLE)],
  } as const
  const message = encodeCommunityMessage({ version: '2c', community: Buffer.from('public'), pdu })

  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib(1000))
    const answer = await exchange(port, message, 30_000)
    expect(answer?.length).toBeGreaterThan(10_000)
  })

  test('not behind ours', async () => {
    const { port } = await startGuarded(makeMib(1000))
    const answer = await exchange(port, message)
    expect(answer?.length).toBeLessThanOrEqual(1472)
    expect(pduOf(answer)?.varbinds.length).toBeGreaterThan(20)
  })
})

describe('B6: versions that do not exist are answered', () => {
  const messages = [2, 5, 7].map((version) => {
    const message = Buffer.from(messageOf({ pdu: 'get', varbinds: [named(WORD)] }))
    message[message.indexOf(Buffer.of(2, 1, 1)) + 2] = version
    return message
  })

  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib())
    const answers = await Promise.all(messages.map((message) => exchange(port, message)))
    expect(answers).not.toContain(undefined)
  })

  test('not behind ours', async () => {
    const { port } = await startGuarded(makeMib())
    const waits = messages.map((message) => exchange(port, message, SILENCE_MS))
    expect(await Promise.all(waits)).toEqual([undefined, undefined, undefined])
  })
})

describe('B7: taking away access that nobody has takes away that of another', () => {
  const varbinds = [{ oid: oid(WORD), value: textValue('new') }]

  test('in net-snmp', async () => {
    const { agent } = await startPlain(makeMib())
    const model = agent.getAuthorizer().getAccessControlModel()
    const last = model.getCommunitiesAccess().at(-1)
    model.removeCommunityAccess('nobody')
    expect(model.getCommunitiesAccess()).not.toContain(last)
  })

  test('not behind ours, where a configuration takes the place of another as a whole', async () => {
    let policy = parse('rwcommunity private\nrocommunity public\n', { file: 'snmpd.conf' })
    const { port } = await startGuarded(makeMib(), {
      policy: {
        get current() {
          return policy
        },
      },
    })
    policy = parse('rwcommunity private\n', { file: 'snmpd.conf' })
    const answer = await ask(port, { community: 'private', pdu: 'set', varbinds })
    expect(answer?.errorStatus).toBe(0)
  })
})

describe('B9: communities are read as text, so that others match', () => {
  const asked = { pdu: 'get', varbinds: [named(WORD)] } as const

  test('in net-snmp', async () => {
    const { port, agent } = await startPlain(makeMib())
    agent.getAuthorizer().addCommunity('a\ufffd')
    agent.getAuthorizer().getAccessControlModel().setCommunityAccess('a\ufffd', 1)
    const answer = await ask(port, { ...asked, community: Buffer.of(0x61, 0xff) })
    expect(answer?.errorStatus).toBe(0)
  })

  test('not behind ours', async () => {
    const policy = parse('rocommunity aé\n', { file: 'snmpd.conf' })
    const { port } = await startGuarded(makeMib(), { policy })
    const answer = await ask(port, { ...asked, community: 'aé' })
    expect(answer?.errorStatus).toBe(0)
    const octetsOfLatin1 = Buffer.from('aé', 'latin1')
    expect(await ask(port, { ...asked, community: octetsOfLatin1 }, SILENCE_MS)).toBeUndefined()
  })
})

describe('B10: version 1 gets what it does not know', () => {
  const missing = { version: '1', pdu: 'get', varbinds: [named('1.3.6.1.9.1')] } as const
  const big = { version: '1', pdu: 'get', varbinds: [named(BIG)] } as const

  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib())
    const [exception, counter] = [
      await exchange(port, messageOf(missing)),
      await exchange(port, messageOf(big)),
    ]
    expect(Buffer.from(exception ?? []).subarray(-2)).toEqual(Buffer.of(0x80, 0))
    expect(Buffer.from(counter ?? []).includes(Buffer.of(0x46, 8))).toBe(true)
  })

  test('not behind ours', async () => {
    const { port } = await startGuarded(makeMib())
    for (const asked of [missing, big]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await ask(port, asked)
      expect([answer?.errorStatus, answer?.errorIndex]).toEqual([2, 1])
    }
    const next = await ask(port, {
      version: '1',
      pdu: 'getnext',
      varbinds: [named(SCALARS.big.oid)],
    })
    expect(next?.varbinds[0]?.oid).toEqual(oid(`${TABLE}.2.1`))
  })
})

function from(text: string): Asked {
  return { pdu: 'getnext', varbinds: [named(text)] }
}

describe('B11: a walk ends in something else than its end', () => {
  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib())
    const beyond = await ask(port, from('1.3.6.1.9.1.1'))
    expect(beyond?.varbinds[0]?.value.type).toBe('noSuchObject')
    const elsewhere = await ask(port, from('2.5'))
    expect(elsewhere?.varbinds[0]?.oid).toEqual(oid('1.3.6.1'))
  })

  test('not behind ours', async () => {
    const { port } = await startGuarded(makeMib())
    for (const text of ['1.3.6.1.9.1.1', '2.5']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await ask(port, from(text))
      expect(answer?.varbinds).toEqual([{ oid: oid(text), value: { type: 'endOfMibView' } }])
    }
  })
})

describe('B12: who may see nothing learns what there is', () => {
  const asked = [WORD, '1.3.6.1.9.1'].map(
    (text) => ({ pdu: 'get', varbinds: [named(text)] }) as const,
  )

  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib())
    const ask1 = (each: (typeof asked)[0]) => ask(port, { ...each, community: 'none' })
    const [there, missing] = await Promise.all(asked.map(ask1))
    expect([there?.errorStatus, missing?.errorStatus]).toEqual([NO_ACCESS, 0])
  })

  test('not behind ours', async () => {
    const policy = parse('rocommunity none default .1.3.6.1.8\n', { file: 'snmpd.conf' })
    const { port } = await startGuarded(makeMib(), { policy })
    const answers = await Promise.all(
      asked.map((each) => ask(port, { ...each, community: 'none' })),
    )
    const shown = answers.map((answer) => [answer?.errorStatus, answer?.varbinds[0]?.value])
    expect(shown[0]).toEqual(shown[1])
    expect(shown[0]).toEqual([0, { type: 'noSuchObject' }])
  })
})

describe('B13: a Counter64 held as a number ends the process', () => {
  const asked = { pdu: 'get', varbinds: [named(BIG)] } as const

  test('in net-snmp', async () => {
    expect(await endAfter(messageOf(asked))).toBe('exit code 1')
  })

  test('not behind ours', async () => {
    const mib = makeMib()
    mib.setScalarValue('big', 258)
    const { port } = await startGuarded(mib)
    expect((await ask(port, asked))?.varbinds[0]?.value).toEqual({ type: 'Counter64', value: 258n })
  })
})

describe('B14: wrong communities are neither counted nor told of', () => {
  const bad = { community: 'wrong', pdu: 'get', varbinds: [named(WORD)] } as const
  const counter = { pdu: 'get', varbinds: [named('1.3.6.1.2.1.11.4.0')] } as const

  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib())
    await ask(port, bad, SILENCE_MS)
    expect((await ask(port, counter))?.varbinds[0]?.value.type).toBe('noSuchObject')
  })

  test('but by ours, which limits how often', async () => {
    const told: string[] = []
    const policy = parse('authtrapenable 1\nrocommunity public\n', { file: 'snmpd.conf' })
    const onAuthenticationFailure = (source: string): void => {
      told.push(source)
    }
    const { port } = await startGuarded(makeMib(), { policy, onAuthenticationFailure })
    await Promise.all(Array.from({ length: 20 }, () => ask(port, bad, SILENCE_MS)))
    const value = (await ask(port, counter))?.varbinds[0]?.value
    expect(value).toEqual({ type: 'Counter32', value: 20 })
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThan(5)
    expect(new Set(told)).toEqual(new Set(['127.0.0.1']))
  })
})

describe('B15: a walk comes to an end with an error at what may not be seen', () => {
  test('in net-snmp', async () => {
    const { port } = await startPlain(makeMib())
    const answer = await ask(port, { community: 'none', pdu: 'getnext', varbinds: [named('1.3')] })
    expect(answer?.errorStatus).toBe(NO_ACCESS)
  })

  test('not behind ours: it steps over', async () => {
    const policy = parse(
      `com2sec s default c\ngroup g v2c s\naccess g "" any noauth exact v none none\nview v included .1.3.6.1.4\nview v excluded .${SCALARS.number.oid}\n`,
      { file: 'snmpd.conf' },
    )
    const { port } = await startGuarded(makeMib(), { policy })
    const answer = await ask(port, { community: 'c', pdu: 'getnext', varbinds: [named(WORD)] })
    expect(answer?.errorStatus).toBe(0)
    expect(answer?.varbinds[0]?.oid).toEqual(oid(`${SCALARS.state.oid}.0`))
  })
})
