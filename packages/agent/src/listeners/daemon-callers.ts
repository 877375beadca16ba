import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { parseCertificate, type Certificate } from '@gatehouse/certificate-trust'
import { peerChain } from '@gatehouse/certificate-trust/tls'
import { ParseError, type Decision, type Deny } from '@gatehouse/core'
import type { AgentConfig } from '../config/model.ts'
import type { SignedReceiver } from '../web-agent/parts.ts'
import type { Sender } from './sender-desk.ts'
import { clientCertificateOf } from './transport.ts'

/** What the daemon finds out about a sender before it reads the message. */
interface FoundCaller extends Omit<Sender, 'peer'> {
  /** Value for the caller's next signed request. */
  readonly nextValue?: string
}

/** Why a caller is not heard. */
export interface UnheardCaller {
  readonly refusal: Deny
  /** SHA-256 of the certificate that its request names. */
  readonly certificate?: string | undefined
}

/**
 * Finds out who sent a request.
 *
 * @param body - Its bytes as they came.
 * @param trusted - What the guard of the transport decided about this request.
 */
export type FindCaller = (
  incoming: IncomingMessage,
  body: Uint8Array,
  trusted: Decision | undefined,
) => Promise<FoundCaller | UnheardCaller>

/** The way that a config asks for. */
export function createFindCaller(
  way: AgentConfig['callers'],
  receiver: SignedReceiver | undefined,
): FindCaller {
  if (way === 'signed' && receiver !== undefined) return bySignature(receiver)
  return way === 'claimed' ? byClaim : byConnection
}

function byClaim({ socket }: IncomingMessage): Promise<FoundCaller> {
  return Promise.resolve({ certificate: clientCertificateOf(socket) })
}

function byConnection(
  { socket }: IncomingMessage,
  _body: Uint8Array,
  trusted: Decision | undefined,
): Promise<FoundCaller> {
  const certificate = certificateOf(socket)
  const caller = certificate && trusted ? { shown: { certificate, trusted } } : {}
  return Promise.resolve({ caller, certificate: certificate?.sha256 })
}

function bySignature(receiver: SignedReceiver): FindCaller {
  const signers = new Signers()
  return async (incoming, body) => {
    const received = await receiver.receive(incoming, body, 'call')
    if (received.outcome === 'refused') {
      return { refusal: received.decision, certificate: received.certificate }
    }
    const { decision, certificate: sha256, nextValue, trusted, caller } = received
    const certificate = caller.chain && signers.get(caller.chain[0], sha256)
    const shown = certificate && { certificate, trusted }
    return { caller: { shown, signature: decision }, certificate: sha256, nextValue }
  }
}

/** Most certificates of signers that are kept. */
const MAX_SIGNERS = 64

/** Certificates of those whose signed requests were taken, read once: reading takes as long as half a signature. */
class Signers {
  readonly #known = new Map<string, Certificate>()

  /** @param sha256 - Of `der`. */
  get(der: Uint8Array, sha256: string): Certificate | undefined {
    const before = this.#known.get(sha256)
    if (before !== undefined) return before
    const certificate = parsed(der)
    if (certificate === undefined) return undefined
    if (this.#known.size >= MAX_SIGNERS) this.#known.clear()
    this.#known.set(sha256, certificate)
    return certificate
  }
}

/** Certificates of connections that are open: each is read once. */
const known = new WeakMap<Duplex, Certificate>()

function certificateOf(socket: Duplex): Certificate | undefined {
  const before = known.get(socket)
  if (before !== undefined || !('encrypted' in socket)) return before
  const [der] = peerChain(socket as TLSSocket) ?? []
  const certificate = der && parsed(der)
  if (certificate !== undefined) known.set(socket, certificate)
  return certificate
}

/** A certificate that cannot be read stands for nobody. */
function parsed(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der, { file: 'certificate' })
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}
