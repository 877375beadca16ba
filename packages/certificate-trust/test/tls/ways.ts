import { request } from 'node:https'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { Deny } from '@gatehouse/core'
import { Agent, request as undiciRequest } from 'undici'
import { onTestFinished } from 'vitest'
import {
  clientOptions,
  connectTls,
  refusalOf,
  type TlsClient,
  type TlsCode,
} from '../../src/tls/index.ts'
import { root0, trusting } from './world.ts'

const NAME = { dns: 'web01.example.com' }
export const BY_ROOT: TlsClient = { trust: trusting([root0, 'root']), name: NAME }

/** How a program comes to a connection. Each sends before it can know whether it may. */
export type Way = (port: number, client: TlsClient, more?: ConnectionOptions) => Promise<string>

const PAYLOAD = 'secret '.repeat(20_000)

export const WAYS: Readonly<
  Record<'tls.connect' | 'connectTls' | 'https.request' | 'undici', Way>
> = {
  'tls.connect': (port, client, more) =>
    over(connect({ port, host: '127.0.0.1', ...clientOptions(client), ...more })),
  connectTls: (port, client) => over(connectTls({ port, host: '127.0.0.1' }, client)),
  'https.request': (port, client, more) =>
    new Promise((resolve, reject) => {
      const options = { ...clientOptions(client), ...more, agent: false } as const
      const sent = request({ host: '127.0.0.1', port, method: 'POST', ...options }, (response) => {
        response.setEncoding('utf8').on('data', resolve)
      })
      sent.on('error', reject).end(PAYLOAD)
    }),
  undici: async (port, client, more) => {
    const { port: _, host: __, ...options } = { ...clientOptions(client), ...more }
    const dispatcher = new Agent({ connect: options as object })
    onTestFinished(() => dispatcher.destroy())
    const { body } = await undiciRequest(`https://127.0.0.1:${port}/`, {
      dispatcher,
      method: 'POST',
      body: PAYLOAD,
    })
    return body.text()
  },
}

/** Sends before the handshake, and gives the first of the answer. */
export function over(socket: TLSSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    onTestFinished(() => void socket.destroy())
    socket.on('error', reject)
    socket.setEncoding('utf8').once('data', resolve)
    socket.write(PAYLOAD)
  })
}

/** Why an attempt was refused, or what came of it. */
export async function refusal(attempt: Promise<unknown>): Promise<Deny<TlsCode> | string> {
  try {
    return `answered with ${String(await attempt)}`
  } catch (error) {
    return refusalOf(error) ?? String(error)
  }
}

export const codeOf = (found: Deny<TlsCode> | string): string =>
  typeof found === 'string' ? found : found.reasons[0].code
