import { around, inPlace, integer, oid, sequence, time, tlv, utf8 } from './der.ts'
import {
  alternativeNames,
  authority,
  bodyOf,
  createKey,
  createSlowKey,
  dns,
  extension,
  issue,
  nameConstraints,
  serverOf,
  signed,
  type Holder,
  type KeyKind,
  type SigningKey,
} from './issue.ts'
import type { Store } from './verifiers.ts'

/** Certificates made to keep a verifier busy: that of a server, and what comes with it. */
interface Hostile {
  readonly roots: Store['roots']
  readonly leaf: Uint8Array
  readonly between: readonly Uint8Array[]
  /** A revocation list to look the leaf up in. */
  readonly list?: Uint8Array
  /** How many certificates there are, or of what the input has many. */
  readonly offered: number
}

/** A kind of such certificates. */
export interface HostileInput {
  readonly name: string
  /** What there are many of. Default: certificates. */
  readonly unit?: 'levels' | 'names' | 'entries'
  /** @param kind - Of all keys, where the input does not say. */
  readonly make: (kind: KeyKind) => Hostile
}

/** The name that all peers are looked for by. */
export const HOST = 'web01.example.com'

interface World {
  readonly root: Holder
  readonly between: Holder
  readonly server: Holder
  /** Other keys. */
  readonly keys: readonly SigningKey[]
}

function holder(name: string, key: SigningKey | undefined): Holder {
  return { name, key: key as SigningKey }
}

function world(kind: KeyKind): World {
  const [root, between, server, ...keys] = times(7, () => createKey(kind))
  return {
    root: holder('Root', root),
    between: holder('Between', between),
    server: holder('S', server),
    keys,
  }
}

/** About how many certificates are offered at once. */
const MANY = 1000

/** Servers' certificates that are odd, presented together: the first as the peer's own, none of them twice. */
function odd(make: (world: World) => readonly Uint8Array[]): HostileInput['make'] {
  return crowd((made) => {
    const all: Uint8Array[] = []
    while (all.length < MANY) all.push(...make(made))
    const [leaf, ...others] = all as [Uint8Array, ...Uint8Array[]]
    return { leaf, between: [...others, authority(made.between, made.root)] }
  })
}

/** One server's certificate with many others. */
function crowd(make: (world: World) => Pick<Hostile, 'leaf' | 'between'>): HostileInput['make'] {
  return (kind) => {
    const made = world(kind)
    const presented = make(made)
    const offered = 1 + presented.between.length
    return { roots: [authority(made.root, made.root)], ...presented, offered }
  }
}

/** A certificate with one extension of its own, under a usual authority. */
function alone(
  offered: number,
  extensions: () => readonly Uint8Array[],
  ofAuthority: () => readonly Uint8Array[] = () => [],
): HostileInput['make'] {
  return (kind) => {
    const made = world(kind)
    return {
      roots: [authority(made.root, made.root)],
      leaf: issue(made.server, made.between, { extensions: extensions() }),
      between: [authority(made.between, made.root, ...ofAuthority())],
      offered,
    }
  }
}

function good({ server, between }: World): Buffer {
  return issue(server, between, { extensions: serverOf(HOST) })
}

/** Where every header stands in some DER: those inside of constructed values as well. */
function headersOf(der: Uint8Array, start = 0, end = der.length): number[] {
  const found: number[] = []
  for (let at = start; at < end;) {
    const first = der[at + 1] as number
    const count = first < 0x80 ? 0 : first & 0x7f
    let length = count === 0 ? first : 0
    for (let index = 0; index < count; index += 1)
      length = length * 256 + (der[at + 2 + index] as number)
    const contents = at + 2 + count
    found.push(at)
    if (((der[at] as number) & 0x20) !== 0)
      found.push(...headersOf(der, contents, contents + length))
    at = contents + length
  }
  return found
}

/** The same DER with the length at a header written otherwise. */
function withLength(der: Uint8Array, header: number, length: readonly number[]): Buffer {
  const first = der[header + 1] as number
  const old = first < 0x80 ? 1 : 1 + (first & 0x7f)
  return Buffer.concat([
    der.subarray(0, header + 1),
    Buffer.from(length),
    der.subarray(header + 1 + old),
  ])
}

const LENGTHS = [
  [0x84, 0xff, 0xff, 0xff, 0xff],
  [0x84, 0x80, 0x00, 0x00, 0x00],
  [0x85, 0x01, 0x00, 0x00, 0x00, 0x00],
  [0x83, 0xff, 0xff, 0xff],
  [0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
] as const

function nested(tag: number, depth: number): Buffer {
  const headers: Uint8Array[] = []
  let length = 0
  for (let left = depth; left > 0; left -= 1) {
    const whole = tlv(tag, Buffer.alloc(length))
    const header = whole.subarray(0, whole.length - length)
    headers.push(header)
    length += header.length
  }
  return Buffer.concat(headers.toReversed())
}

const DEPTH = 10_000

const ODD_NAMES = [
  [`${HOST}\0.evil.example`, '\0', `web01\0.example.com`, 'jörg.example.com', 'xn--.example.com'],
  ['web01.example.com.', '.web01.example.com', 'web01..example.com', 'web01.example.com '],
  ['*', '*.com', '*.*.com', 'web*.example.com', '*web01.example.com', 'web01.*.com'],
  ['*.web01.example.com', '*.*.example.com', '**.example.com', '*.'.repeat(120), 'a'.repeat(5000)],
].flat()

const ODD_TIMES = [
  tlv(0x17, Buffer.from('491231235959Z')),
  tlv(0x17, Buffer.from('500101000000Z')),
  tlv(0x18, Buffer.from('19491231235959Z')),
  tlv(0x18, Buffer.from('99991231235959Z')),
  tlv(0x18, Buffer.from('100000101000000Z')),
  tlv(0x18, Buffer.from('00000101000000Z')),
  tlv(0x18, Buffer.from('20260101000000.5Z')),
  tlv(0x18, Buffer.from('20260101000000+0100')),
  tlv(0x17, Buffer.from('2601010000Z')),
  time('1901-01-01T00:00:00Z'),
]

/** Repeats what a function makes of each number from 0. */
function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Authorities of different names, the keys in turn. */
function authorities({ keys }: World, count: number): Holder[] {
  return times(count, (index) => ({
    name: `CA ${index}`,
    key: keys[index % keys.length] as SigningKey,
  }))
}

/** Every authority signs the ten behind it, the last ones the first. */
function mesh(holders: readonly Holder[]): Buffer[] {
  return holders.flatMap((issuer, index) =>
    times(10, (step) => {
      const subject = holders[(index + step + 1) % holders.length] as Holder
      return authority(subject, issuer)
    }),
  )
}

/** Impostors of the authority that issued, none of which did. */
function impostors(keys: readonly SigningKey[], { between, root }: World): Buffer[] {
  return times(200, (index) =>
    authority({ name: between.name, key: keys[index % keys.length] as SigningKey }, root),
  )
}

/** The kinds that issue after issue has been reported about, in libraries of every language. */
export const HOSTILE_INPUTS: readonly HostileInput[] = [
  {
    name: 'cut off at every byte',
    make: odd((made) => times(good(made).length, (end) => good(made).subarray(0, end))),
  },
  {
    name: 'cut off at every byte, and signed',
    make: odd((made) => {
      const body = bodyOf(made.server, made.between, { extensions: serverOf(HOST) })
      return times(body.length - 4, (end) =>
        signed(made.between.key, sequence(body.subarray(4, 4 + end))),
      )
    }),
  },
  {
    name: 'lengths up to 2^32 and beyond',
    make: odd((made) => {
      const der = good(made)
      return headersOf(der).flatMap((at) => LENGTHS.map((length) => withLength(der, at, length)))
    }),
  },
  {
    name: 'indefinite lengths',
    make: odd((made) => {
      const der = good(made)
      return headersOf(der).map((at) =>
        Buffer.concat([withLength(der, at, [0x80]), Buffer.alloc(64)]),
      )
    }),
  },
  ...(
    [
      ['an extension', (deep: Buffer) => extension('1.2.3.4', deep)],
      ['alternative names', (deep: Buffer) => extension('2.5.29.17', sequence(around(4, deep)))],
      [
        'another name',
        (deep: Buffer) => alternativeNames(around(0, oid('1.2.3'), around(0, deep))),
      ],
      ['constraints', (deep: Buffer) => extension('2.5.29.30', sequence(around(0, deep)))],
    ] as const
  ).map(([place, inside]): HostileInput => ({
    name: `nested 10,000 deep, in ${place}`,
    unit: 'levels',
    make: alone(DEPTH, () => [inside(nested(0x30, DEPTH))]),
  })),
  {
    name: 'nested 10,000 deep, instead of a certificate',
    unit: 'levels',
    make: (kind) => ({ ...alone(DEPTH, () => [])(kind), leaf: nested(0x30, DEPTH) }),
  },
  {
    name: '1,000 alternative names',
    unit: 'names',
    make: alone(MANY, () => serverOf(...times(MANY - 1, (index) => `h${index}.example.com`), HOST)),
  },
  {
    name: '1,000 alternative names under 1,000 constraints',
    unit: 'names',
    make: alone(
      MANY,
      () => serverOf(HOST, ...times(MANY - 1, (index) => `h${index}.example.com`)),
      () => [
        nameConstraints(
          [],
          times(MANY, (index) => `d${index}.example.org`),
        ),
      ],
    ),
  },
  {
    name: '100 authorities that sign one another, no way out',
    make: crowd((made) => {
      const holders = authorities(made, 100)
      const leaf = issue(made.server, holders[0] as Holder, { extensions: serverOf(HOST) })
      return { leaf, between: mesh(holders) }
    }),
  },
  {
    name: 'the same, every way out refused',
    make: crowd((made) => {
      const holders = authorities(made, 100)
      const leaf = issue(made.server, holders[0] as Holder, { extensions: serverOf(HOST) })
      const end = authority(holders[99] as Holder, made.root, nameConstraints(['example.org'], []))
      return { leaf, between: [...mesh(holders), end] }
    }),
  },
  {
    name: 'a chain of 200',
    make: crowd((made) => {
      const holders = authorities(made, 200)
      const leaf = issue(made.server, holders[0] as Holder, { extensions: serverOf(HOST) })
      const between = holders.map((one, index) => authority(one, holders[index + 1] ?? made.root))
      return { leaf, between }
    }),
  },
  {
    name: '200 candidates for the issuer',
    make: crowd((made) => ({ leaf: good(made), between: impostors(made.keys, made) })),
  },
  {
    name: '200 candidates for the issuer, keys on P-521',
    make: crowd((made) => {
      const keys = times(4, createSlowKey)
      const leaf = issue(
        made.server,
        { name: 'Between', key: keys[0] as SigningKey },
        { extensions: serverOf(HOST) },
      )
      return { leaf, between: impostors(keys.slice(1), made) }
    }),
  },
  {
    name: 'NUL, other letters and wildcards in names',
    make: odd((made) =>
      ODD_NAMES.map((text) =>
        issue(made.server, made.between, {
          extensions: [alternativeNames(dns(text))],
          subject: sequence(tlv(0x31, sequence(oid('2.5.4.3'), utf8(text)))),
        }),
      ),
    ),
  },
  {
    name: 'addresses, mail and other names of odd sizes',
    make: odd((made) =>
      times(40, (size) =>
        issue(made.server, made.between, {
          extensions: [
            alternativeNames(...times(8, (number) => inPlace(number, Buffer.alloc(size, 0x2e)))),
          ],
        }),
      ),
    ),
  },
  {
    name: 'times before 1950, after 9999 and of odd forms',
    make: odd((made) =>
      ODD_TIMES.flatMap((from) =>
        ODD_TIMES.map((until) =>
          issue(made.server, made.between, { from, until, extensions: serverOf(HOST) }),
        ),
      ),
    ),
  },
  {
    name: 'a list of 100,000 entries',
    unit: 'entries',
    make: (kind) => {
      const made = world(kind)
      const since = time('2026-11-02T00:00:00Z')
      const entries = times(100_000, (index) => sequence(integer(0x100_0000 + index), since))
      const body = sequence(
        integer(1),
        made.between.key.algorithm,
        sequence(tlv(0x31, sequence(oid('2.5.4.3'), utf8('Between')))),
        time('2026-11-01T00:00:00Z'),
        time('2027-11-01T00:00:00Z'),
        tlv(0x30, Buffer.concat(entries)),
        around(0, sequence(extension('2.5.29.20', integer(1)))),
      )
      const above = authority(made.between, made.root)
      return {
        roots: [authority(made.root, made.root)],
        leaf: good(made),
        between: [above],
        list: signed(made.between.key, body),
        offered: entries.length,
      }
    },
  },
]
