import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Decision } from '@gatehouse/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { exchange, receive, type Exchange } from './exchange.ts'

/** What became of the requests that came whole. */
let decisions: Decision<signed.Code>[] = []
let exchanged: Exchange
let server: Server

beforeEach(async () => {
  decisions = []
  exchanged = exchange({ sendChain: false, body: Buffer.from('{}') })
  server = createServer((request, response) => {
    void decide(request).then(
      (decision) => {
        decisions.push(decision)
        response.end()
      },
      () => response.destroy(),
    )
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
})

/** What a receiver over HTTP/1.1 makes of a request. */
async function decide(request: IncomingMessage): Promise<Decision<signed.Code>> {
  if (request.httpVersion !== '1.1') throw new Error('not HTTP/1.1')
  const body = await buffer(request)
  const { method = '', url: target = '', rawHeaders } = request
  const fields = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  )
  return receive({ method, scheme: 'https', target, fields, body }, exchanged.options)
}

async function send(bytes: Uint8Array): Promise<void> {
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.resume()
  socket.end(bytes)
  await once(socket, 'close')
}

function serialize({ method, target, fields, body }: signed.RequestMessage): Buffer {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

it('refuses a request with any one bit of its bytes changed, and then takes the request once', async () => {
  const bytes = serialize(exchanged.message)
  const flips = Array.from({ length: bytes.length * 8 }, (_, bit) => bit)
  const sendNext = async (): Promise<void> => {
    for (let bit = flips.pop(); bit !== undefined; bit = flips.pop()) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      // oxlint-disable-next-line no-await-in-loop -- a sender has one request under way
      await send(changed)
    }
  }
  await Promise.all(Array.from({ length: 8 }, sendNext))
  expect(decisions.filter(({ outcome }) => outcome === 'allow')).toEqual([])
  expect(decisions.length).toBeGreaterThan(bytes.length)

  decisions = []
  await send(bytes)
  await send(bytes)
  expect(decisions.map(({ reasons }) => reasons[0].code)).toEqual([
    'request-verified',
    'value-used',
  ])
})

it('takes a request that comes byte for byte in pieces', async () => {
  const bytes = serialize(exchanged.message)
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.resume()
  for (const byte of bytes) socket.write(Uint8Array.of(byte))
  await once(server, 'request')
  socket.end()
  await once(socket, 'close')
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['allow'])
})

it('refuses two requests where one was signed', async () => {
  const bytes = serialize(exchanged.message)
  await send(Buffer.concat([bytes, bytes]))
  expect(decisions.map(({ reasons }) => reasons[0].code)).toEqual([
    'request-verified',
    'value-used',
  ])
})
