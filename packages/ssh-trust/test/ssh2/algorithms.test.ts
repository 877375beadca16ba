import { connect as dial, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'

import { BlobReader } from '../../src/key/blob-reader.ts'
import { connect } from '../../src/ssh2/index.ts'
import { rawServer } from './fakes.ts'
import { failure, keyOf, place } from './places.ts'
import { served } from './served.ts'

const IDENTIFICATION = 'SSH-2.0-fake\r\n'
const KEXINIT = 20
const COOKIE_BYTES = 16

/** What one side offers first of all, as RFC 4253, 7.1 has it. */
interface Offer {
  readonly kex: readonly string[]
  readonly hostKey: readonly string[]
  readonly ciphers: readonly string[]
  readonly macs: readonly string[]
  readonly compression: readonly string[]
}

/** Reads the offer of the other side of a socket. */
async function offerOn(socket: Socket): Promise<Offer> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    const packet = bytes.subarray(bytes.indexOf('\n') + 1)
    const isWhole = packet.length > 4 && packet.length >= 4 + packet.readUInt32BE()
    if (bytes.includes('\n') && isWhole) return parsed(packet.subarray(5))
  }
  throw new Error('no offer')
}

function parsed(payload: Buffer): Offer {
  expect(payload[0]).toBe(KEXINIT)
  const reader = new BlobReader(payload.subarray(1 + COOKIE_BYTES))
  const list = (): string[] => Buffer.from(reader.string()).toString().split(',')
  const [kex, hostKey] = [list(), list()]
  const [ciphers, others, macs, otherMacs] = [list(), list(), list(), list()]
  const [compression, otherCompression] = [list(), list()]
  expect([others, otherMacs, otherCompression]).toEqual([ciphers, macs, compression])
  return { kex, hostKey, ciphers, macs, compression }
}

const TRANSPORT = {
  ciphers: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  macs: ['hmac-sha2-256', 'hmac-sha2-512'],
  compression: ['none'],
}

const KEX = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group14-sha256',
]

test('a client offers no SHA-1, no group exchange, no chacha20 and no etm', async () => {
  let offer: Promise<Offer> | undefined
  const port = await rawServer((socket) => {
    socket.write(IDENTIFICATION)
    offer = offerOn(socket)
  })
  const { trust } = place((await keyOf('ecdsa-sha2-nistp384', 'host')).publicKey)
  const login = { key: (await keyOf('ssh-ed25519', 'user')).privateKey }
  await failure(connect({ host: '127.0.0.1', port, user: 'ann', trust, login }))
  const { kex, ...rest } = (await offer) as Offer
  expect(kex).toEqual([...KEX, 'ext-info-c', 'kex-strict-c-v00@openssh.com'])
  expect(rest).toEqual({
    ...TRANSPORT,
    hostKey: [
      'ecdsa-sha2-nistp384',
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp521',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ],
  })
})

test('a server offers none of them either, whatever keys it has', async () => {
  const keys = [await keyOf('ssh-rsa', 'host'), await keyOf('ssh-ed25519', 'host')]
  const hostKeys = keys.map(({ privateKey }) => privateKey)
  const { port } = await served('', { hostKeys })
  const socket = dial({ host: '127.0.0.1', port })
  onTestFinished(() => void socket.destroy())
  socket.write(IDENTIFICATION)
  const { kex, ...rest } = await offerOn(socket)
  expect(kex).toEqual([...KEX, 'kex-strict-s-v00@openssh.com'])
  expect(rest).toEqual({
    ...TRANSPORT,
    hostKey: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519'],
  })
})
