import { once } from 'node:events'
import { createServer as createProxy, connect as connectPlain, type Socket } from 'node:net'
import { createServer, type Server } from 'node:https'
import { connect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOptions, guardServer, serverOptions, type TlsClients } from '../../src/tls/index.ts'
import { BY_ROOT } from './ways.ts'
import { consoleIdentity, listen, root0, systemIdentity, trusting } from './world.ts'

const CLIENTS: TlsClients = {
  ...trusting([root0, 'root']),
  name: { dns: 'console.example.com' },
  required: true,
}
const REQUEST = 'POST /restart HTTP/1.1\r\nHost: web01.example.com\r\nContent-Length: 0\r\n\r\n'

const APPLICATION_DATA = 0x17

/** A server that counts what it carries out. */
async function executing(version: 'TLSv1.2' | 'TLSv1.3'): Promise<{
  readonly port: number
  readonly executed: () => number
  readonly server: Server
}> {
  let executed = 0
  const options = serverOptions({ ...systemIdentity(), clients: CLIENTS })
  const only = { minVersion: version, maxVersion: version }
  const server = createServer({ ...options, ...only }, (_, response) => {
    executed += 1
    response.end('done')
  })
  guardServer(server, CLIENTS)
  server.on('tlsClientError', () => undefined)
  return { port: await listen(server), executed: () => executed, server }
}

/** Somebody on the way, who keeps what the client sends and passes on what `change` makes of it. */
async function onTheWay(
  port: number,
  change: (record: Buffer) => readonly Buffer[],
): Promise<{ readonly port: number; readonly kept: Buffer[] }> {
  const kept: Buffer[] = []
  const proxy = createProxy((client) => {
    const server = connectPlain({ port, host: '127.0.0.1' })
    quiet(client)
    quiet(server)
    let rest: Buffer = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      const { records, left } = recordsOf(Buffer.concat([rest, chunk]))
      rest = left
      kept.push(...records)
      for (const record of records.flatMap(change)) server.write(record)
    })
    server.pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  })
  return { port: await listen(proxy), kept }
}

function quiet(socket: Socket): void {
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
}

/** TLS records: a type, a version, a length of two bytes, the contents. */
function recordsOf(bytes: Buffer): { readonly records: Buffer[]; readonly left: Buffer } {
  const records: Buffer[] = []
  let offset = 0
  while (offset + 5 <= bytes.length) {
    const end = offset + 5 + bytes.readUInt16BE(offset + 3)
    if (end > bytes.length) break
    records.push(bytes.subarray(offset, end))
    offset = end
  }
  return { records, left: bytes.subarray(offset) }
}

/** Sends a request over TLS, and ends when the first of the answer is there or the connection is not. */
async function send(port: number): Promise<string> {
  const options = clientOptions({ ...BY_ROOT, identity: consoleIdentity() })
  const socket = connect({ port, host: '127.0.0.1', ...options })
  quiet(socket)
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
  socket.write(REQUEST)
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
  return answer
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('what was recorded of %s', (version) => {
  test('carries nothing out when it is sent again, at once or as an answer to each answer', async () => {
    const { port, executed } = await executing(version)
    const { port: watched, kept } = await onTheWay(port, (record) => [record])
    expect(await send(watched)).toContain('done')
    expect(executed()).toBe(1)
    expect(kept.some((record) => record[0] === APPLICATION_DATA)).toBe(true)

    const atOnce = connectPlain({ port, host: '127.0.0.1' })
    quiet(atOnce)
    atOnce.resume().write(Buffer.concat(kept))
    await once(atOnce, 'close')

    const inTurn = connectPlain({ port, host: '127.0.0.1' })
    quiet(inTurn)
    const [hello, ...others] = kept
    if (hello === undefined) throw new Error('nothing was recorded')
    inTurn.once('data', () => void inTurn.write(Buffer.concat(others)))
    inTurn.write(hello)
    await once(inTurn, 'close')

    expect(executed()).toBe(1)
  })

  test('carries nothing out when the record of a request is sent twice on its connection', async () => {
    const { port, executed, server } = await executing(version)
    let isRequest = false
    const { port: doubled, kept } = await onTheWay(port, (record) => {
      // The last records of a handshake look as those of a request do.
      const twice = isRequest && record[0] === APPLICATION_DATA
      return twice ? [record, record] : [record]
    })
    server.on('secureConnection', () => (isRequest = true))
    const options = clientOptions({ ...BY_ROOT, identity: consoleIdentity() })
    const socket = connect({ port: doubled, host: '127.0.0.1', ...options })
    quiet(socket)
    const ready = once(server, 'secureConnection')
    await Promise.all([once(socket, 'secureConnect'), ready])
    const failed = new Promise((resolve) => socket.on('error', resolve))
    socket.resume().write(REQUEST)
    expect(await failed).toMatchObject({ code: 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC' })
    expect(kept.filter((record) => record[0] === APPLICATION_DATA).length).toBeGreaterThan(0)
    expect(executed()).toBeLessThan(2)
  })
})
