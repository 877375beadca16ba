import { time, tlv } from './der.ts'
import {
  alternativeNames,
  authority,
  AUTHORITY,
  basicConstraints,
  bodyOf,
  CLIENT,
  createKey,
  dns,
  extension,
  issue,
  keyUsage,
  nameConstraints,
  nameOf,
  purposes,
  SERVER,
  serverOf,
  signed,
  type Contents,
  type Holder,
  type KeyKind,
} from './issue.ts'
import type { Store } from './verifiers.ts'

/** One chain of our own making. */
export interface Chain extends Store {
  /** What is wrong with it; `null`: nothing. */
  readonly fault: string | null
  readonly leaf: Uint8Array
}

/** The name that all peers are looked for by. */
export const HOST = 'web01.example.com'
const EXPIRED = time('2026-11-01T00:00:00Z')

/** What differs from a chain that is right. */
interface Changes {
  readonly root?: Partial<Contents>
  readonly upper?: Partial<Contents>
  readonly lower?: Partial<Contents>
  readonly leaf?: Partial<Contents>
}

function authorityOf(subject: Holder, issuer: Holder, changes: Partial<Contents> = {}): Uint8Array {
  return issue(subject, issuer, { extensions: AUTHORITY, ...changes })
}

/**
 * Chains with two authorities between root and server: one that is right, then one for each thing
 * that has to be refused.
 */
export function makeChains(kind: KeyKind): readonly Chain[] {
  const holder = (name: string): Holder => ({ name, key: createKey(kind) })
  const [root, upper, lower, server] = [
    holder('Root'),
    holder('Upper'),
    holder('Lower'),
    holder('S'),
  ]
  const stranger = holder('Stranger')
  const make = (fault: string | null, changes: Changes = {}): Chain => {
    return {
      fault,
      leaf: issue(server, lower, { extensions: serverOf(HOST), ...changes.leaf }),
      between: [authorityOf(lower, upper, changes.lower), authorityOf(upper, root, changes.upper)],
      roots: [authorityOf(root, root, changes.root)],
    }
  }
  const good = make(null)
  const weak: Holder = { name: 'S', key: createKey(kind, { isShort: true }) }
  const old: Holder = { name: 'Lower', key: createKey(kind, { hash: 'sha1' }) }
  const body = bodyOf(server, lower, { extensions: serverOf(HOST) })
  const other = issue(server, lower, { extensions: serverOf('web02.example.com') })
  const forged = Buffer.from(other.toString('latin1').replace('web02.example.com', HOST), 'latin1')
  const notConstrained = [keyUsage(5, 6)]
  return [
    good,
    make('wrong host', { leaf: { extensions: serverOf('web02.example.com') } }),
    make('host in the common name only', {
      leaf: { subject: nameOf(HOST), extensions: [purposes(SERVER), keyUsage(0)] },
    }),
    make('host with a NUL', { leaf: { extensions: serverOf(`${HOST}\0.evil.example`) } }),
    make('server has expired', { leaf: { until: EXPIRED } }),
    make('authority has expired', { lower: { until: EXPIRED } }),
    make('root has expired', { root: { until: EXPIRED } }),
    { ...good, fault: 'signature of a changed certificate', leaf: forged },
    {
      ...good,
      fault: 'signed by another key',
      leaf: issue(server, { name: 'Lower', key: stranger.key }, { extensions: serverOf(HOST) }),
    },
    make('issued by a server', { lower: { extensions: serverOf('lower.example.com') } }),
    make('authority without basic constraints', { lower: { extensions: notConstrained } }),
    make('root without basic constraints', { root: { extensions: notConstrained } }),
    make('authority of version 1', { lower: { version: 1 } }),
    make('path length broken', {
      upper: { extensions: [basicConstraints(true, 0), keyUsage(5, 6)] },
    }),
    make('path length of the root broken', {
      root: { extensions: [basicConstraints(true, 0), keyUsage(5, 6)] },
    }),
    make('authority may not sign certificates', {
      lower: { extensions: [basicConstraints(true), keyUsage(6)] },
    }),
    make('unknown critical extension, server', {
      leaf: { extensions: [...serverOf(HOST), extension('1.2.3.4', tlv(0x05), true)] },
    }),
    make('unknown critical extension, authority', {
      lower: { extensions: [...AUTHORITY, extension('1.2.3.4', tlv(0x05), true)] },
    }),
    make('unknown critical extension, root', {
      root: { extensions: [...AUTHORITY, extension('1.2.3.4', tlv(0x05), true)] },
    }),
    make('for clients only', {
      leaf: { extensions: [alternativeNames(dns(HOST)), purposes(CLIENT), keyUsage(0)] },
    }),
    make('authority for clients only', {
      lower: { extensions: [...AUTHORITY, purposes(CLIENT)] },
    }),
    make('name is excluded', {
      upper: { extensions: [...AUTHORITY, nameConstraints([], ['example.com'])] },
    }),
    make('name is not permitted', {
      upper: { extensions: [...AUTHORITY, nameConstraints(['example.org'], [])] },
    }),
    make('name is excluded by the root', {
      root: { extensions: [...AUTHORITY, nameConstraints([], ['example.com'])] },
    }),
    make('one name permitted, one not', {
      upper: { extensions: [...AUTHORITY, nameConstraints(['example.com'], [])] },
      leaf: { extensions: serverOf(HOST, 'web01.example.org') },
    }),
    make('an extension twice', { leaf: { extensions: [...serverOf(HOST), ...serverOf(HOST)] } }),
    {
      ...good,
      fault: 'signed over SHA-1',
      leaf: issue(server, old, { extensions: serverOf(HOST) }),
      between: [authority(old, upper), authority(upper, root)],
    },
    {
      ...good,
      fault: 'key too short: RSA 1024, P-224',
      leaf: issue(weak, lower, { extensions: serverOf(HOST) }),
    },
    {
      ...good,
      fault: 'another root of the same name',
      roots: [authority({ name: 'Root', key: stranger.key }, { name: 'Root', key: stranger.key })],
    },
    { ...good, fault: 'no DER, but BER', leaf: indefinite(body, lower) },
  ]
}

/** The same certificate, its outermost length indefinite. */
function indefinite(body: Uint8Array, issuer: Holder): Buffer {
  const whole = signed(issuer.key, body)
  return Buffer.concat([Buffer.of(0x30, 0x80), whole.subarray(4), Buffer.of(0, 0)])
}
