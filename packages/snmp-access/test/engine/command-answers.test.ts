import { describe, expect, it } from 'vitest'
import { ObjectTree } from '../../src/engine/index.ts'
import { asked, bulk, opened, pdu, sealed, told } from './exchange.ts'
import { fixed, integer, makeResponder, oid } from './served.ts'
import { FROM, POLICY, store, varbind } from './stored-objects.ts'

describe('the size of a response', () => {
  const { tree } = store()

  it.each([484, 485, 486, 487, 488, 489, 490, 500, 550, 600, 1472])(
    'to GETBULK is cut at the last varbind that fits into %d octets',
    (maxResponseBytes) => {
      const small = makeResponder(tree, POLICY, { limits: { maxResponseBytes } })
      const large = makeResponder(tree, POLICY, { limits: { maxResponseBytes: 65_507 } })
      const given = small.responder.receive(asked(bulk('1.3.2', 1000)), ...FROM)
      const count = opened(given).varbinds.length
      expect(given?.length).toBeLessThanOrEqual(maxResponseBytes)
      const more = large.responder.receive(asked(bulk('1.3.2', count + 1)), ...FROM)
      expect(opened(more).varbinds).toHaveLength(count + 1)
      expect(more?.length).toBeGreaterThan(maxResponseBytes)
    },
  )

  it('in version 3 is what the sender takes', () => {
    const { responder } = makeResponder(tree, POLICY)
    for (const maxSize of [484, 700, 100_000]) {
      const sealing = { user: 'u_priv', level: 'authPriv', maxSize } as const
      const answer = responder.receive(sealed(bulk('1.3.2', 1000), sealing), ...FROM)
      expect(answer?.length).toBeLessThanOrEqual(Math.min(maxSize, 1472))
      expect(answer?.length).toBeGreaterThan(Math.min(maxSize, 1472) - 40)
    }
  })

  it('that is too large is tooBig: empty, in version 1 with the request', () => {
    const { responder, events } = makeResponder(tree, POLICY)
    const large = pdu('get', '1.3.4.3.0')
    expect(told(responder.receive(asked(large), ...FROM))).toBe('response tooBig 0')
    expect(told(responder.receive(asked(large, 'public', '1'), ...FROM))).toBe(
      'response tooBig 0 1.3.4.3.0=unspecified',
    )
    expect(told(responder.receive(asked(bulk('1.3.4.2.0', 1)), ...FROM))).toBe('response tooBig 0')
    expect(responder.counters.get('snmpOutTooBigs')).toBe(3)
    expect(events.map(({ kind }) => kind)).toContain('too-big')
  })

  it('is nothing when not even tooBig fits', () => {
    const { responder } = makeResponder(tree, POLICY, { limits: { maxResponseBytes: 484 } })
    const names = Array.from({ length: 60 }, (_, row) => `1.3.2.${row + 1}`)
    expect(told(responder.receive(asked(pdu('get', ...names), 'public', '1'), ...FROM))).toBe(
      'silence',
    )
    expect(responder.counters.get('snmpSilentDrops')).toBe(1)
  })
})

/** Sets both objects. */
function both(first: number, second: number): Uint8Array {
  const varbinds = [varbind('1.3.1.1.0', integer(first)), varbind('1.3.1.2.0', integer(second))]
  return asked(pdu('set', ...varbinds), 'private')
}

describe('a SET', () => {
  it('sets all', () => {
    const { tree, set } = store()
    const { responder, events } = makeResponder(tree, POLICY)
    const answer = told(responder.receive(both(5, 6), ...FROM))
    expect(answer).toBe('response noError 0 1.3.1.1.0=Integer32 1.3.1.2.0=Integer32')
    expect(set).toEqual(['1.3.1.1.0', '1.3.1.2.0'])
    expect(events.map(({ kind }) => kind)).toEqual(['changed'])
    expect(responder.counters.get('snmpInTotalSetVars')).toBe(2)
  })

  it.each([
    ['a test that refuses', 5, 10, 'wrongValue 2', []],
    ['a test that throws', 5, 13, 'genErr 2', []],
    ['a first commit that fails', 15, 6, 'commitFailed 1', []],
    ['a second commit that fails', 5, 15, 'undoFailed 0', ['1.3.1.1.0']],
    ['a commit that throws', 5, 14, 'undoFailed 0', ['1.3.1.1.0']],
  ])('ends with %s', (_, first, second, expected, done) => {
    const { tree, set } = store()
    const { responder, events } = makeResponder(tree, POLICY)
    expect(told(responder.receive(both(first, second), ...FROM))).toContain(`response ${expected}`)
    expect(set).toEqual(done)
    expect(events.map(({ kind }) => kind)).not.toContain('changed')
  })

  it('that fails in version 1 is genErr', () => {
    const { responder } = makeResponder(store().tree, POLICY)
    const failing = asked(pdu('set', varbind('1.3.1.1.0', integer(15))), 'private', '1')
    expect(told(responder.receive(failing, ...FROM))).toContain('response genErr 1')
  })

  it('whose answer would be too large changes nothing', () => {
    const { tree, set } = store()
    const { responder } = makeResponder(tree, POLICY, { limits: { maxResponseBytes: 484 } })
    const many = Array.from({ length: 60 }, () => varbind('1.3.1.1.0', integer(5)))
    expect(told(responder.receive(asked(pdu('set', ...many), 'private'), ...FROM))).toBe(
      'response tooBig 0',
    )
    expect(set).toEqual([])
  })

  it('by a community that may only read changes nothing', () => {
    const { tree, set } = store()
    const { responder } = makeResponder(tree, POLICY)
    const refused = asked(pdu('set', varbind('1.3.1.1.0', integer(5))))
    expect(told(responder.receive(refused, ...FROM))).toContain('response noAccess 1')
    expect(set).toEqual([])
  })
})

describe('a provider', () => {
  it.each([
    ['that throws', '1.3.3.1', 'genErr 2'],
    ['that gives what cannot be written', '1.3.4.1.0', 'genErr 2'],
    ['that gives an exception', '1.3.4.2.0', 'genErr 2'],
  ])('%s ends the request in genErr at its varbind, with an event', (_, name, expected) => {
    const { responder, events } = makeResponder(store().tree, POLICY)
    const answer = told(responder.receive(asked(pdu('get', '1.3.1.1.0', name)), ...FROM))
    expect(answer).toBe(`response ${expected} 1.3.1.1.0=unspecified ${name}=unspecified`)
    expect(events.some(({ kind, cause }) => kind === 'failed' && cause instanceof Error)).toBe(true)
  })

  it('that throws in a walk is told at the column that came to it', () => {
    const { responder } = makeResponder(store().tree, POLICY)
    const walked = told(responder.receive(asked(pdu('getnext', '1.3.1', '1.3.2.200')), ...FROM))
    expect(walked).toContain('response genErr 2')
  })

  it('is asked once for a message', () => {
    let taken = 0
    const tree = new ObjectTree()
    tree.register(oid('1.3.1'), () => {
      taken += 1
      return [fixed('1.3.1.1', integer(taken)), fixed('1.3.1.2', integer(taken))]
    })
    const { responder } = makeResponder(tree, POLICY)
    const answer = responder.receive(asked(pdu('get', '1.3.1.1', '1.3.1.2', '1.3.1.1')), ...FROM)
    expect(opened(answer).varbinds.map(({ value }) => value)).toEqual([
      integer(1),
      integer(1),
      integer(1),
    ])
    expect(taken).toBe(1)
    const again = responder.receive(asked(pdu('get', '1.3.1.1')), ...FROM)
    expect(opened(again).varbinds.map(({ value }) => value)).toEqual([integer(2)])
  })
})
