import { expect, it, vi } from 'vitest'
import { canonical, lookUpName, type NameService } from '../src/listeners/peer-name.ts'

function service(
  names: string[] | Promise<never>,
  addresses: Readonly<Record<string, string[]>> = {},
): NameService {
  return {
    reverse: async () => names,
    forward: async (name) => addresses[name] ?? [],
    cancel: () => undefined,
  }
}

const ADDRESS = '192.0.2.7'

it.each([
  ['leads back', ['Ops.Example.'], { 'ops.example': [ADDRESS] }, 'ops.example'],
  [
    'leads back as an IPv4-mapped address',
    ['a.example'],
    { 'a.example': [`::ffff:${ADDRESS}`] },
    'a.example',
  ],
  ['leads elsewhere', ['ops.example'], { 'ops.example': ['192.0.2.8'] }, null],
  ['leads nowhere', ['ops.example'], {}, null],
  ['does not exist', [], {}, null],
  ['reads as an address', ['192.0.2.7'], { '192.0.2.7': [ADDRESS] }, null],
  ['ends like an address', ['evil.7'], { 'evil.7': [ADDRESS] }, null],
  ['is no host name', ['a b.example'], { 'a b.example': [ADDRESS] }, null],
  [
    'is one of two, and the other leads elsewhere',
    ['a.example', 'b.example'],
    { 'b.example': [ADDRESS] },
    'b.example',
  ],
])('gives the name of a peer that %s', async (_, names, addresses, expected) => {
  expect((await lookUpName(ADDRESS, service(names, addresses))).confirmed).toBe(expected)
})

it.each([
  ['leads elsewhere', ['ops.example'], { 'ops.example': ['192.0.2.8'] }, true],
  ['leads nowhere', ['ops.example'], {}, true],
  ['reads as an address', ['192.0.2.7'], { '192.0.2.7': [ADDRESS] }, true],
  ['does not exist', [], {}, false],
])(
  'tells whether a name that %s contradicts the address',
  async (_, names, addresses, expected) => {
    const found = await lookUpName(ADDRESS, service(names, addresses))
    expect(found).toEqual({ confirmed: null, contradicted: expected })
  },
)

it('gives no name when the look-up fails', async () => {
  const failing = service(Promise.reject(new Error('SERVFAIL')))
  expect(await lookUpName(ADDRESS, failing)).toEqual({ confirmed: null, contradicted: false })
})

it('gives up a look-up that takes too long', async () => {
  vi.useFakeTimers()
  const silent: NameService = {
    reverse: () => new Promise((_, reject) => (silent.cancel = () => reject(new Error('gone')))),
    forward: async () => [],
    cancel: () => undefined,
  }
  const found = lookUpName(ADDRESS, silent)
  await vi.advanceTimersByTimeAsync(2_000)
  vi.useRealTimers()
  expect(await found).toEqual({ confirmed: null, contradicted: false })
})

it.each([
  ['::ffff:127.0.0.2', '127.0.0.2'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['127.1', undefined],
  ['', undefined],
])('reads the peer address %j as %j', (text, expected) => {
  expect(canonical(text)).toBe(expected)
})
