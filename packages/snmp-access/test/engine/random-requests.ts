import type { Version } from '../../src/index.ts'
import { FILE, type Vector, type VectorRequest } from '../vector-file.ts'

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const TAILS = ['', '.0', '.1', '.2.1', '.4294967295', '.2147483648.7', '.0.0']

/** Requests to the MIB of the vectors by a community, of all kinds. */
export function randomRequests(count: number, seed: number): readonly Vector[] {
  const random = randomFrom(seed)
  const pick = <Item>(items: readonly Item[]): Item =>
    items.at(Math.floor(random() * items.length)) ?? pick(items)
  const name = (): string => {
    const { oid } = pick(FILE.mib)
    const subs = oid.split('.')
    const kept = subs.slice(0, 4 + Math.floor(random() * (subs.length - 3)))
    return `${random() < 0.5 ? oid : kept.join('.')}${random() < 0.7 ? '' : pick(TAILS)}`
  }
  const request = (): VectorRequest => {
    const version: Version = pick(['1', '2c', '2c', '3', '3'])
    const kinds = [
      'get',
      'getnext',
      'set',
      ...(version === '1' ? [] : (['getbulk'] as const)),
    ] as const
    const pdu = pick(kinds)
    // Of several columns of a GETBULK the daemon goes on with names that come before those asked for.
    const length = pdu === 'getbulk' ? 1 : pick([0, 1, 1, 1, 2, 3, 7])
    const varbinds = Array.from({ length }, () =>
      pdu === 'set' ? { oid: name(), ...pick(WRITTEN) } : { oid: name() },
    )
    const sender =
      version === '3'
        ? pick([
            { user: 'u_none', level: 'noAuthNoPriv' } as const,
            { user: 'u_auth', level: 'authNoPriv' } as const,
            { user: 'u_priv', level: 'authPriv' } as const,
            { user: 'u_md5', level: 'authNoPriv' } as const,
          ])
        : { community: pick(['some', 'all']) }
    const bulk = { nonRepeaters: pick([0, 0, 1, 2, 9]), maxRepetitions: pick([0, 1, 2, 5, 20, -3]) }
    return {
      version,
      ...sender,
      source: '127.0.0.1',
      pdu,
      varbinds,
      ...(pdu === 'getbulk' && bulk),
    }
  }
  const expected = { result: '', acm: { initial: null, securityName: null, group: null } }
  const counters = { badCommunityNames: 0, badCommunityUses: 0 }
  return Array.from({ length: count }, (_, at) => ({
    id: `${seed}-${at}`,
    config: 'random',
    request: request(),
    expect: { ...expected, counters, authFailureTraps: 0 },
  }))
}

const WRITTEN = [
  { type: 'integer', value: 7 },
  { type: 'integer', value: 1 },
  { type: 'octetString', value: 'note' },
  { type: 'counter32', value: 7 },
]
