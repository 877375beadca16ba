import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { MibRequest } from '../../src/net-snmp/model.ts'
import { ask, makeMib, named, oid, SCALARS, startGuarded, TABLE, integer } from './peer.ts'

const NUMBER = `${SCALARS.number.oid}.0`
const GEN_ERR = 5

function failInCommit(request: MibRequest): void {
  request.done(request.commitSet === true ? { errorStatus: GEN_ERR } : undefined)
}

describe('the handler of a provider', () => {
  test('is asked before a value is read, and may take its time', async () => {
    const seen: unknown[] = []
    const handler = async (request: MibRequest): Promise<void> => {
      seen.push([request.operation, request.oid, request.isScalar(), request.provider.name])
      await delay(5)
      request.instanceNode.value = 9
      request.done()
    }
    const { port } = await startGuarded(makeMib(3, { number: { handler } }))
    const answer = await ask(port, { pdu: 'get', varbinds: [named(NUMBER)] })
    expect(answer?.varbinds).toEqual([{ oid: oid(NUMBER), value: integer(9) }])
    expect(seen).toEqual([[160, NUMBER, true, 'number']])
    const next = await ask(port, { pdu: 'getnext', varbinds: [named(`${SCALARS.word.oid}.0`)] })
    expect(next?.varbinds[0]?.oid).toEqual(oid(NUMBER))
    expect(seen).toHaveLength(2)
  })

  test('is asked for what the sender may see, and for nothing else', async () => {
    const seen: string[] = []
    const handler = (request: MibRequest): void => {
      seen.push(request.oid)
      request.done()
    }
    const { port } = await startGuarded(makeMib(3, { number: { handler }, word: { handler } }))
    const varbinds = [named(`${SCALARS.word.oid}.0`), named(NUMBER)]
    const answer = await ask(port, { community: 'narrow', pdu: 'get', varbinds })
    expect(answer?.varbinds.map(({ value }) => value.type)).toEqual(['OctetString', 'noSuchObject'])
    expect(seen).toEqual([`${SCALARS.word.oid}.0`])
  })

  test.each([
    ['says an error', (request: MibRequest) => request.done({ errorStatus: GEN_ERR })],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['is rejected', () => Promise.reject(new Error('no'))],
    ['does not come to an end', () => undefined],
  ])('that %s makes the answer genErr', async (_, handler) => {
    const faults: string[] = []
    const { port } = await startGuarded(makeMib(3, { number: { handler } }), {
      handlerTimeoutMs: 50,
      onFault: (name) => faults.push(name),
    })
    const varbinds = [named(`${SCALARS.word.oid}.0`), named(NUMBER)]
    const answer = await ask(port, { pdu: 'get', varbinds })
    expect([answer?.errorStatus, answer?.errorIndex]).toEqual([GEN_ERR, 2])
    expect(faults.every((name) => name === NUMBER)).toBe(true)
    const other = await ask(port, { pdu: 'get', varbinds: varbinds.slice(0, 1) })
    expect(other?.errorStatus).toBe(0)
  })

  test('is asked twice for a SET, before anything is written', async () => {
    const seen: unknown[] = []
    const handler = (request: MibRequest): void => {
      const { setValue, testSet, commitSet, instanceNode } = request
      seen.push([setValue, testSet, commitSet, instanceNode.value])
      request.done()
    }
    const mib = makeMib(3, { number: { handler } })
    const { port } = await startGuarded(mib)
    const varbinds = [{ oid: oid(NUMBER), value: integer(2) }]
    const answer = await ask(port, { community: 'private', pdu: 'set', varbinds })
    expect(answer?.errorStatus).toBe(0)
    expect(seen).toEqual([
      [2, true, undefined, 7],
      [2, undefined, true, 7],
    ])
    expect(mib.getScalarValue('number')).toBe(2)
  })

  test('is not asked for a SET that is refused anyhow', async () => {
    let asked = 0
    const handler = (): void => {
      asked += 1
    }
    const { port } = await startGuarded(makeMib(3, { number: { handler } }))
    const varbinds = [{ oid: oid(NUMBER), value: integer(2) }]
    const denied = await ask(port, { community: 'public', pdu: 'set', varbinds })
    const wrong = [...varbinds, { oid: oid(`${SCALARS.word.oid}.0`), value: integer(2) }]
    const mistyped = await ask(port, { community: 'private', pdu: 'set', varbinds: wrong })
    expect([denied?.errorStatus, mistyped?.errorStatus, asked]).toEqual([6, 7, 0])
  })

  test.each([
    ['testSet', 12],
    ['commitSet', 14],
  ] as const)('may refuse a SET in %s, and nothing is written', async (phase, status) => {
    const handler = (request: MibRequest): void => {
      request.done(request[phase] === true ? { errorStatus: 12 } : undefined)
    }
    const mib = makeMib(3, { number: { handler } })
    const { port } = await startGuarded(mib)
    const word = {
      oid: oid(`${SCALARS.word.oid}.0`),
      value: { type: 'OctetString', value: Buffer.from('x') } as const,
    }
    const varbinds = [word, { oid: oid(NUMBER), value: integer(2) }]
    const answer = await ask(port, { community: 'private', pdu: 'set', varbinds })
    expect([answer?.errorStatus, answer?.errorIndex]).toEqual([status, 2])
    expect([mib.getScalarValue('number'), mib.getScalarValue('word')]).toEqual([7, 'abc'])
  })

  test('that has committed while another one failed makes it undoFailed', async () => {
    const table = { handler: (request: MibRequest) => request.done() }
    const { port } = await startGuarded(makeMib(3, { number: { handler: failInCommit }, table }))
    const label = {
      oid: oid(`${TABLE}.2.1`),
      value: { type: 'OctetString', value: Buffer.from('x') } as const,
    }
    const varbinds = [label, { oid: oid(NUMBER), value: integer(2) }]
    const answer = await ask(port, { community: 'private', pdu: 'set', varbinds })
    expect([answer?.errorStatus, answer?.errorIndex]).toEqual([15, 2])
  })

  test('of one SET has ended before that of the next one begins', async () => {
    const seen: unknown[] = []
    const handler = async (request: MibRequest): Promise<void> => {
      seen.push(request.setValue)
      await delay(20)
      request.done()
    }
    const { port } = await startGuarded(makeMib(3, { number: { handler } }))
    const values = [1, 2, 3]
    await Promise.all(
      values.map((value) =>
        ask(port, {
          community: 'private',
          pdu: 'set',
          varbinds: [{ oid: oid(NUMBER), value: integer(value) }],
        }),
      ),
    )
    const [a, b, c] = [seen[0], seen[2], seen[4]]
    expect(seen).toEqual([a, a, b, b, c, c])
    expect(new Set([a, b, c])).toEqual(new Set(values))
  })
})
