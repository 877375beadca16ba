import { once } from 'node:events'
import { Agent as HttpsAgent, createServer, request, type RequestOptions } from 'node:https'
import { connect } from 'node:tls'
import { allow } from '@gatehouse/core'
import { Agent as Dispatcher, request as undiciRequest } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import {
  clientOptions,
  connectTls,
  serverOptions,
  type Place,
  type TlsClient,
  type TlsTrust,
} from '../../src/tls/index.ts'
import { fingerprint } from '../../src/tls/peer-chain.ts'
import { authority, name } from '../writing/certificate.ts'
import { ecKey } from '../writing/keys.ts'
import { BY_ROOT, codeOf, over, refusal, WAYS } from './ways.ts'
import {
  between,
  BETWEEN,
  listen,
  record,
  strange,
  stranger,
  systemIdentity,
  trusting,
} from './world.ts'

const { connectTls: connecting, 'tls.connect': bareConnecting } = WAYS

test('connectTls names the certificate that is refused', async () => {
  const identity = strange(systemIdentity)
  const { port } = await record(identity)
  const { sha256 } = identity.certificates[0]
  expect(await refusal(connecting(port, BY_ROOT))).toMatchObject({
    outcome: 'deny',
    reasons: [{ source: { certificate: sha256 }, facts: { subject: 'CN=System' } }],
  })
})

test('connectTls finds its way through certificates in any order, which clientOptions refuses', async () => {
  const second = { name: name('Second'), key: ecKey() }
  const rest = [between, authority(second, BETWEEN)]
  const { port } = await record(systemIdentity({ issuer: second, rest }))
  expect(await connecting(port, BY_ROOT)).toContain('ok')
  const bare = await refusal(bareConnecting(port, BY_ROOT))
  expect(codeOf(bare)).toBe('issuer-unknown')
})

test('connectTls leaves the functions of a socket that show certificates as they are', async () => {
  const identity = systemIdentity()
  const { port } = await record(identity)
  const socket = connectTls({ port, host: '127.0.0.1' }, BY_ROOT)
  await once(socket, 'secureConnect')
  const shown = [socket.getPeerX509Certificate()?.raw, socket.getPeerCertificate().raw]
  expect(shown.map((raw) => raw && fingerprint(raw))).toEqual(
    shown.map(() => identity.certificates[0].sha256),
  )
  expect(socket.getPeerX509Certificate()?.issuerCertificate?.subject).toBe('CN=Between')
  socket.destroy()
})

test('connectTls uses a connection to a server that is not trusted when it is told so, and no sooner', async () => {
  const server = await record(strange(systemIdentity))
  const heard: string[] = []
  const socket = connectTls({ port: server.port, host: '127.0.0.1' }, BY_ROOT, (trusted) => {
    heard.push(trusted.reasons[0].code)
    return allow({ code: 'monitoring-goes-on' })
  })
  expect(await over(socket)).toContain('ok')
  expect(heard).toEqual(['issuer-unknown'])
})

test('connectTls refuses when what decides throws', async () => {
  const server = await record(systemIdentity())
  const socket = connectTls({ port: server.port, host: '127.0.0.1' }, BY_ROOT, broken)
  expect(codeOf(await refusal(over(socket)))).toBe('verdict-failed')
  const trust: TlsTrust = { ...BY_ROOT.trust, at: broken }
  const other = connectTls({ port: server.port, host: '127.0.0.1' }, { ...BY_ROOT, trust })
  expect(codeOf(await refusal(over(other)))).toBe('verdict-failed')
  expect(server.bytes()).toBe(0)
})

test('connectTls resumes no session, whatever it is given', async () => {
  const server = await record(systemIdentity(), { secureOptions: 0 })
  const place = { port: server.port, host: '127.0.0.1' }
  const first = connectTls(place, BY_ROOT)
  first.resume().write('first')
  const [session] = (await once(first, 'session')) as [Buffer]
  await over(connectTls({ ...place, session } as Place, BY_ROOT))
  expect(server.resumed).toEqual([false, false])
})

test('an agent of https and a dispatcher of undici resume no session of their own', async () => {
  const options = clientOptions(BY_ROOT)
  const agent = new HttpsAgent({ keepAlive: false })
  const dispatcher = new Dispatcher({ connect: options as object })
  onTestFinished(() => dispatcher.destroy())
  const server = await record(systemIdentity(), { secureOptions: 0 })
  const { port } = server
  const place = { host: '127.0.0.1', port }
  expect(await get({ ...options, ...place, agent })).toBe('ok')
  expect(await get({ ...options, ...place, agent })).toBe('ok')
  const byUndici = async (): Promise<string> => {
    const { body } = await undiciRequest(`https://127.0.0.1:${port}/`, { dispatcher })
    return body.text()
  }
  expect([await byUndici(), await byUndici()]).toEqual(['ok', 'ok'])
  expect(server.resumed).toEqual([false, false, false, false])
})

test('a session of one call does not count in another', async () => {
  const server = await record(systemIdentity(), { secureOptions: 0 })
  const common = { port: server.port, host: '127.0.0.1' }
  const first = connect({ ...clientOptions(BY_ROOT), ...common })
  first.resume().write('first')
  const [session] = (await once(first, 'session')) as [Buffer]
  const other = connect({ ...clientOptions(BY_ROOT), ...common, session })
  expect(await refusal(over(other))).toMatch(/different context/i)
})

test('what is taken from the list counts no more at once, and a kept connection goes on', async () => {
  let current = BY_ROOT.trust.list()
  const client: TlsClient = { ...BY_ROOT, trust: { list: () => current } }
  let count = 0
  const server = createServer(serverOptions(systemIdentity()), (_, response) => {
    response.end(String(count++))
  })
  const port = await listen(server)
  const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const options = clientOptions(client)
  const ask = (): Promise<string> => get({ ...options, agent, host: '127.0.0.1', port })
  expect([await ask(), await ask()]).toEqual(['0', '1'])
  current = trusting([stranger, 'root']).list()
  expect(await ask()).toBe('2')
  agent.destroy()
  expect(codeOf(await refusal(ask()))).toBe('issuer-unknown')
})

function get(options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      response.setEncoding('utf8').once('data', resolve)
    })
    sent.on('error', reject).end()
  })
}

function broken(): never {
  throw new Error('broken')
}
