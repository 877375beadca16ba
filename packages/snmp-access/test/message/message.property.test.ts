import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  decodeMessage,
  encodeCommunityMessage,
  openAsPeer,
  openMessage,
  unprovenPdu,
  varbindLength,
  type AnyPdu,
  type CommunityMessage,
  type PeerClock,
  type PlainPdu,
  type Value,
  type Varbind,
} from '../../src/message/index.ts'
import { flipped, GET, messageOf } from './octets.ts'
import { ENGINE, OPERATOR, readSealed, SCOPED, sealed, USERS } from './users.ts'

const INTEGER = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const UNSIGNED = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const OCTETS = fc.uint8Array({ maxLength: 300 })
const ADDRESS = fc.uint8Array({ minLength: 4, maxLength: 4 })
const SUBS = fc.array(fc.oneof(UNSIGNED, fc.nat(300)), { maxLength: 126 })
const OID = fc.oneof(
  fc.tuple(fc.constantFrom(0, 1), fc.nat(39), SUBS).map(([a, b, rest]) => [a, b, ...rest]),
  fc.tuple(UNSIGNED, SUBS).map(([second, rest]) => [2, second, ...rest]),
)

const VALUE: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ type: fc.constant('Integer32' as const), value: INTEGER }),
  fc.record({
    type: fc.constantFrom('Counter32' as const, 'Gauge32' as const, 'TimeTicks' as const),
    value: UNSIGNED,
  }),
  fc.record({ type: fc.constantFrom('OctetString' as const, 'Opaque' as const), value: OCTETS }),
  fc.record({ type: fc.constant('IpAddress' as const), value: ADDRESS }),
  fc.record({ type: fc.constant('ObjectIdentifier' as const), value: OID }),
  fc.record({ type: fc.constant('Counter64' as const), value: fc.bigInt(0n, 2n ** 64n - 1n) }),
  fc.record({
    type: fc.constantFrom(
      'unspecified' as const,
      'noSuchObject' as const,
      'noSuchInstance' as const,
      'endOfMibView' as const,
    ),
  }),
)

const VARBINDS: fc.Arbitrary<readonly Varbind[]> = fc.array(fc.record({ oid: OID, value: VALUE }), {
  maxLength: 6,
})

function plain(...types: readonly PlainPdu['type'][]): fc.Arbitrary<AnyPdu> {
  return fc.record({
    type: fc.constantFrom(...types),
    requestId: INTEGER,
    errorStatus: INTEGER,
    errorIndex: INTEGER,
    varbinds: VARBINDS,
  })
}

const BULK: fc.Arbitrary<AnyPdu> = fc.record({
  type: fc.constant('getbulk' as const),
  requestId: INTEGER,
  nonRepeaters: INTEGER,
  maxRepetitions: INTEGER,
  varbinds: VARBINDS,
})

const TRAP1: fc.Arbitrary<AnyPdu> = fc.record({
  type: fc.constant('trap1' as const),
  enterprise: OID,
  agentAddress: ADDRESS,
  generic: INTEGER,
  specific: INTEGER,
  timestamp: UNSIGNED,
  varbinds: VARBINDS,
})

const NEW_PDU = fc.oneof(
  plain('get', 'getnext', 'set', 'response', 'inform', 'trap2', 'report'),
  BULK,
)

const MESSAGE: fc.Arbitrary<CommunityMessage> = fc.oneof(
  fc.record({
    version: fc.constant('1' as const),
    community: OCTETS,
    pdu: fc.oneof(plain('get', 'getnext', 'set', 'response'), TRAP1),
  }),
  fc.record({ version: fc.constant('2c' as const), community: OCTETS, pdu: NEW_PDU }),
)

const FAULTS: ReadonlySet<unknown> = new Set([
  'malformed',
  'version-unknown',
  'security-model-unknown',
  'flags-invalid',
  'pdu-unknown',
])

const PEER: PeerClock = { ...ENGINE, latest: 0 }

/** All that is done with octets of a peer. */
function take(octets: Uint8Array): unknown {
  const message = decodeMessage(octets)
  if (typeof message === 'string') {
    expect(FAULTS.has(message)).toBe(true)
    return message
  }
  if (message.version !== '3') return message
  unprovenPdu(message)
  openAsPeer(message, OPERATOR, USERS.keysFor(OPERATOR, ENGINE.id), PEER)
  return openMessage(message, USERS, ENGINE)
}

const SAMPLES: readonly Uint8Array[] = [
  encodeCommunityMessage(messageOf(GET)),
  encodeCommunityMessage(messageOf({ ...GET, type: 'getnext' } as AnyPdu, '1')),
  encodeCommunityMessage(
    messageOf({
      ...GET,
      type: 'response',
      varbinds: fc.sample(fc.record({ oid: OID, value: VALUE }), { numRuns: 30, seed: 7 }),
    } as AnyPdu),
  ),
  ...fc
    .sample(TRAP1, { numRuns: 1, seed: 7 })
    .map((pdu) => encodeCommunityMessage(messageOf(pdu, '1'))),
  sealed(),
  sealed({ level: 'authNoPriv' }),
  sealed({ level: 'noAuthNoPriv' }),
]

describe('messages of version 1 and 2c', () => {
  it('are read as they were written, and written as they were read', () => {
    fc.assert(
      fc.property(MESSAGE, (message) => {
        const octets = encodeCommunityMessage(message)
        const read = decodeMessage(octets)
        expect(read).toEqual(message)
        expect(encodeCommunityMessage(read as CommunityMessage)).toEqual(octets)
      }),
      { numRuns: 400 },
    )
  })

  it('are as long as their varbinds say', () => {
    fc.assert(
      fc.property(fc.record({ oid: OID, value: VALUE }), (varbind) => {
        const pdu = { ...GET, type: 'response' } as const
        const alone = encodeCommunityMessage(messageOf({ ...pdu, varbinds: [varbind] } as AnyPdu))
        const none = encodeCommunityMessage(messageOf({ ...pdu, varbinds: [] } as AnyPdu))
        // The lengths of the three elements around it may grow by two octets each.
        const grown = alone.length - none.length - varbindLength(varbind)
        expect([0, 1, 2, 3, 4, 5, 6]).toContain(grown)
      }),
    )
  })
})

describe('messages of version 3', () => {
  it('are opened as they were sealed', () => {
    const level = fc.constantFrom(
      'noAuthNoPriv' as const,
      'authNoPriv' as const,
      'authPriv' as const,
    )
    const name = fc.string({ unit: 'binary', maxLength: 40 })
    fc.assert(
      fc.property(level, name, OCTETS, NEW_PDU, (kind, contextName, contextEngineId, pdu) => {
        const scoped = { contextEngineId, contextName, pdu }
        const message = readSealed(sealed({ level: kind }, scoped))
        expect(openMessage(message, USERS, ENGINE)).toEqual({
          status: 'accepted',
          user: OPERATOR.name,
          level: kind,
          scoped,
        })
      }),
      { numRuns: 200 },
    )
  })

  it('are refused after any change of one bit', () => {
    for (const octets of [sealed(), sealed({ level: 'authNoPriv' })]) {
      for (let bit = 0; bit < octets.length * 8; bit += 1) {
        const result = take(flipped(octets, bit)) as
          string | { readonly status: string; readonly level: string }
        // Without the flag for the digest it is another message, that nobody signed.
        const isRefused =
          typeof result === 'string' ||
          result.status !== 'accepted' ||
          result.level === 'noAuthNoPriv'
        expect(isRefused).toBe(true)
      }
    }
  })
})

describe('octets of anybody', () => {
  it('cut short anywhere are malformed', () => {
    for (const octets of SAMPLES) {
      for (let length = 0; length < octets.length; length += 1) {
        expect(decodeMessage(octets.subarray(0, length))).toBe('malformed')
      }
    }
  })

  it('with one more are malformed', () => {
    for (const octets of SAMPLES) {
      expect(decodeMessage(Uint8Array.of(...octets, 0))).toBe('malformed')
    }
  })

  it('with one bit changed are read or refused, and never thrown at', () => {
    for (const octets of SAMPLES) {
      for (let bit = 0; bit < octets.length * 8; bit += 1) {
        take(flipped(octets, bit))
      }
    }
  })

  it('with several changes are read or refused, and never thrown at', () => {
    const change = fc.record({ at: fc.nat(2000), octet: fc.nat(255), kind: fc.nat(2) })
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(change, { maxLength: 6 }),
        (octets, changes) => {
          let changed = Array.from(octets)
          for (const { at, octet, kind } of changes) {
            const index = at % (changed.length + 1)
            if (kind === 0) changed[index] = octet
            else changed = changed.toSpliced(index, kind - 1, octet)
          }
          take(Uint8Array.from(changed))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('of any kind are read or refused, and what is read can be written and read again', () => {
    const tag = fc.constantFrom(0x02, 0x04, 0x05, 0x06, 0x30, 0x40, 0x41, 0x46, 0x80, 0xa0, 0xa4)
    const element: fc.Arbitrary<number[]> = fc.letrec<{ element: number[] }>((tie) => ({
      element: fc
        .tuple(
          tag,
          fc.oneof(
            { maxDepth: 6 },
            fc.uint8Array({ maxLength: 6 }).map((octets) => Array.from(octets)),
            fc.array(tie('element'), { maxLength: 5 }).map((parts) => parts.flat()),
          ),
        )
        .map(([first, contents]) =>
          contents.length < 0x80
            ? [first, contents.length, ...contents]
            : [first, 0x82, contents.length >> 8, contents.length & 0xff, ...contents],
        ),
    })).element
    fc.assert(
      fc.property(element, (octets) => {
        take(Uint8Array.from(octets))
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.array(element, { maxLength: 3 }), (parts) => {
        const pdu = parts.flat()
        if (pdu.length > 120) return
        const octets = [0x30, pdu.length + 5, 2, 1, 1, 4, 0, ...pdu]
        const message = take(Uint8Array.from(octets))
        if (typeof message === 'string') return
        const again = encodeCommunityMessage(message as CommunityMessage)
        expect(decodeMessage(again)).toEqual(message)
      }),
      { numRuns: 1000 },
    )
  })

  it('of a sealed message hold exactly what was sealed', () => {
    expect(take(sealed())).toMatchObject({ status: 'accepted', scoped: SCOPED })
  })
})
