import { createServer, request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { redirectToHttps } from '../../src/tls/index.ts'
import { dns, ip, subjectAltName } from '../writing/extensions.ts'
import { listen, systemIdentity } from './world.ts'

const names = subjectAltName(
  dns('web01.example.com'),
  ip(127, 0, 0, 1),
  ip(...Array.from({ length: 15 }, () => 0), 1),
)
const { certificates } = systemIdentity({ extensions: { names } })

async function redirecting(port = 10_128): Promise<number> {
  const options = { certificate: () => certificates[0], port: () => port }
  return listen(createServer(redirectToHttps(options)))
}

function ask(port: number, host: string, path = '/'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method: 'POST', headers: { host } },
      resolve,
    )
    sent.on('error', reject).end('never read')
  })
}

test.each([
  ['web01.example.com', '/v1/actions?x=1', 'https://web01.example.com:10128/v1/actions?x=1'],
  ['WEB01.example.com:80', '/', 'https://WEB01.example.com:10128/'],
  ['127.0.0.1:10127', '/a%20b', 'https://127.0.0.1:10128/a%20b'],
  ['[::1]:10127', '/', 'https://[::1]:10128/'],
])('sends %s%s to %s', async (host, path, location) => {
  const response = await ask(await redirecting(), host, path)
  expect([response.statusCode, response.headers.location]).toEqual([308, location])
  expect(response.headers.connection).toBe('close')
})

test('leaves out the port where it is the usual one', async () => {
  const response = await ask(await redirecting(443), 'web01.example.com')
  expect(response.headers.location).toBe('https://web01.example.com/')
})

test.each([
  [421, 'evil.example.com', '/'],
  [421, '127.0.0.2', '/'],
  [421, 'web01.example.com.', '/'],
  [400, 'web01.example.com@evil.example.com', '/'],
  [400, 'web01.example.com/x', '/'],
  [400, '', '/'],
  [400, 'web01.example.com', '//evil.example.com/'],
  [400, 'web01.example.com', 'http://evil.example.com/'],
  [400, 'web01.example.com', '/"<>'],
])('answers %i to %s %s, and names no place', async (status, host, path) => {
  const port = await redirecting()
  const answer = await raw(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).not.toMatch(/location/i)
})

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect({ port, host: '127.0.0.1' }).setEncoding('utf8')
    socket.on('data', (chunk: string) => (answer += chunk))
    socket.on('error', reject).on('close', () => resolve(answer))
    socket.write(text)
  })
}
