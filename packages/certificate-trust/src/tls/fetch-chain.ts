import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { ConfigError } from '@gatehouse/core'
import type { EncodedChain } from '../input/encoded.ts'
import { fingerprint, peerChain } from './peer-chain.ts'
import { PROTOCOL } from './secure-context.ts'

/** Whose certificates are looked at. */
export interface FetchOptions {
  /** Address or host name. */
  readonly host: string
  readonly port: number
  /** Name that the server is asked for. Default: the host, if it is no address. */
  readonly serverName?: string
  /** Longest time for connection and handshake, in milliseconds. */
  readonly timeoutMs: number
}

/** What a server showed. */
export interface FetchedChain {
  /** DER of every certificate that it sent, in its order, its own first. */
  readonly chain: EncodedChain
  /** SHA-256 of the first, lower-case hexadecimal: what a person has to compare. */
  readonly fingerprint: string
}

/**
 * Takes the certificates that a server shows, and hangs up. Nothing is sent but the handshake, and
 * nothing is trusted: anybody on the way can show others. A person has to compare the fingerprint with
 * what the system itself shows, before `confirmPull` makes an entry of it.
 *
 * A server that requires client certificates shows its own all the same.
 *
 * @throws ConfigError when it cannot be reached, does not answer in time, or does not speak TLS 1.2 or
 *   1.3; with Node's code in the message.
 */
export function fetchChain({
  host,
  port,
  serverName = isIP(host) === 0 ? host : '',
  timeoutMs,
}: FetchOptions): Promise<FetchedChain> {
  return new Promise((resolve, reject) => {
    // Only the handshake is wanted, whoever is there: there is no payload to decide about.
    const socket = connect({
      ...PROTOCOL,
      host,
      port,
      servername: serverName,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    const finish = (end: () => void): void => {
      clearTimeout(timer)
      socket.destroy()
      end()
    }
    const fail = (why: string): void => {
      finish(() => reject(new ConfigError(`\`${host}:${port}\` shows no certificate: ${why}`)))
    }
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs)
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => fail(code ?? message))
    socket.on('close', () => fail('the connection was closed'))
    const take = (): void => {
      const chain = peerChain(socket)
      if (chain !== undefined) finish(() => resolve({ chain, fingerprint: fingerprint(chain[0]) }))
    }
    // A server of TLS 1.2 that asks for a certificate in vain breaks off before `secureConnect`. When
    // the keys are made, its own are there.
    socket.once('keylog', () => setImmediate(take))
    socket.once('secureConnect', take)
  })
}
