import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { decideOperation, type Operation, type TrustCode } from '@gatehouse/certificate-trust'
import { connectTls, describeTls, refusalOf, type TlsCode } from '@gatehouse/certificate-trust/tls'
import { escapeControls, type Decision, type Reason } from '@gatehouse/core'
import { ANSWER_TIMEOUT_MS, MAX_ANSWER_BYTES, NEXT_VALUE_HEADER } from '@gatehouse/protocol'
import type { System, SystemTls } from './systems.ts'

/** How a system is asked. */
export interface ClientOptions {
  /** Local address to send from; the peer address that the agent decides by. Default: the system's choice. */
  readonly from?: string
  /** Longest time for one request and its answer, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number
  /** Largest answer in bytes. Default 1 MiB. */
  readonly maxBytes?: number
}

/** One request to the service daemon of a system. */
export interface Exchange {
  /** HTTP method. */
  readonly method: 'GET' | 'POST'
  /** Path on the daemon, such as `/v1/actions`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** What it is, where that decides whether a system without a trusted certificate gets it. Default: a command. */
  readonly kind?: Operation['kind']
}

/** Why no usable answer came, each code with what it means. Part of the `--json` interface. */
export const FAILURES = {
  /** Mend address and port, start the system, or choose another local address with `--from`. */
  unreachable: 'no connection, or one that broke',
  /** Look at the system: it took the connection and did not answer in time. */
  'timed-out': 'no answer in time',
  /** Look at what listens there; no answer of an agent is so large. */
  'answer-too-large': 'the answer is larger than the limit',
  /** Look at what listens there; it does not speak the protocol of this version. */
  'answer-invalid': 'the answer does not have the form of one',
  /** Mend the request as the message says; no guard was asked. */
  'request-refused': 'the system refused the form of the request',
  /** See the reasons: each says what to do. Nothing was sent to whoever showed the certificate. */
  'certificate-refused': 'the certificate of the system is not trusted',
  /** As above. The system is still asked for its statement. */
  'command-blocked': 'commands go to no system without a trusted certificate',
  /** Treat it as an attack until shown otherwise. Nothing was signed: whatever it would have gained is of no use. */
  'audience-mismatch': 'the system issues single-use values in the name of another',
  /** Look into the audit log of the system before you send it again: it may have been carried out. */
  'outcome-unknown': 'it is not known whether the request was carried out',
} as const

/** A key of {@link FAILURES}. */
export type FailureCode = keyof typeof FAILURES

/** No usable answer came, and why; nothing of what the peer sent is in here unescaped. */
export interface Failure {
  /** Stable code. */
  readonly code: FailureCode
  /** One lower-case fragment for people. */
  readonly message: string
  /** Why a certificate was refused, the most specific reason first. */
  readonly reasons?: readonly CertificateReason[]
}

/** A reason that speaks against a certificate. */
export interface CertificateReason {
  /** A code of `TLS_CODES` of `@gatehouse/certificate-trust/tls`. */
  readonly code: string
  /** For people, with the fingerprint of the certificate. Escaped. */
  readonly sentence: string
}

/** What came back, or why nothing did. */
export type Received =
  | {
      /** HTTP status. */
      readonly status: number
      /** The body, which is UTF-8 and otherwise unchecked. */
      readonly text: string
      /** Local address that the request was sent from; the peer address that the other side sees. */
      readonly from: string
      /** Why the certificate of the system is not trusted, where it was asked all the same. */
      readonly untrusted?: readonly CertificateReason[]
      /** The single-use value for the next signed request, as it came. */
      readonly nextValue?: string
    }
  | { readonly failure: Failure }

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Sends one request over a connection of its own. Never rejects: what goes wrong is a failure. */
export function exchange(
  system: Pick<System, 'address' | 'port' | 'tls'>,
  { method, path, body, kind = 'secure-command' }: Exchange,
  options: ClientOptions = {},
): Promise<Received> {
  const { from, timeoutMs = ANSWER_TIMEOUT_MS, maxBytes = MAX_ANSWER_BYTES } = options
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  return new Promise((resolve) => {
    let untrusted: readonly CertificateReason[] | undefined
    const secured = system.tls && {
      createConnection: () =>
        connectTo(system, system.tls as SystemTls, { from, kind }, (reasons) => {
          untrusted = reasons
        }),
    }
    const request = (secured === undefined ? httpRequest : httpsRequest)({
      ...(secured ?? { agent: false }),
      method,
      path,
      host: system.address,
      port: system.port,
      ...(from === undefined ? {} : { localAddress: from }),
      headers: {
        accept: 'application/json',
        connection: 'close',
        ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
      },
    })
    awaitAnswer(request, { timeoutMs, maxBytes }, (received) => {
      request.destroy()
      resolve(untrusted && 'text' in received ? { ...received, untrusted } : received)
    })
    request.end(payload)
  })
}

/** Connects, and lets the certificate and what is to be sent decide whether the connection is used. */
function connectTo(
  { address, port }: Pick<System, 'address' | 'port'>,
  { client, requireTrustedCertificates }: SystemTls,
  { from, kind }: { readonly from: string | undefined; readonly kind: Operation['kind'] },
  onUntrusted: (reasons: readonly CertificateReason[]) => void,
): Duplex {
  const place = { host: address, port, ...(from === undefined ? {} : { localAddress: from }) }
  return connectTls(place, client, (trusted) => {
    if (trusted.outcome === 'allow' || !requireTrustedCertificates) return trusted
    onUntrusted(trusted.reasons.map(stateReason))
    // Reasons are passed on as they are: codes that are not its own do it no harm.
    const certain = trusted as Decision<TrustCode>
    return decideOperation(
      { mode: 'certificate', requireTrustedCertificates },
      { kind, trusted: certain },
    )
  })
}

/** The failure that a connection, or a request over it, ended with. */
export function failureOf(error: NodeJS.ErrnoException): { readonly failure: Failure } {
  const refusal = refusalOf(error)
  return refusal === undefined
    ? failed('unreachable', `cannot be reached: ${error.code ?? 'connection failed'}`)
    : refused(refusal.reasons)
}

function refused(reasons: readonly Reason<TlsCode>[]): { readonly failure: Failure } {
  const isBlocked = reasons[0]?.code === 'secure-command-blocked'
  const stated = reasons.filter(({ code }) => code !== 'secure-command-blocked').map(stateReason)
  const code = isBlocked ? 'command-blocked' : 'certificate-refused'
  const message = `${FAILURES[code]}: ${stated[0]?.sentence ?? 'no reason was given'}`
  return { failure: { code, message, reasons: stated } }
}

/** Longest sentence in characters: names in certificates can be long. */
const MAX_SENTENCE = 1_000

function stateReason(reason: Reason<TlsCode>): CertificateReason {
  return { code: reason.code, sentence: escapeControls(describeTls(reason)).slice(0, MAX_SENTENCE) }
}

/** A failure as an exchange reports it. */
export function failed(code: FailureCode, message: string): { readonly failure: Failure } {
  return { failure: { code, message } }
}

/**
 * Waits for the answer to a request: one that is too late, too large, breaks off or is not UTF-8 is a
 * failure.
 *
 * @param settle - Is told what came, or why nothing did.
 */
export function awaitAnswer(
  request: ClientRequest,
  { timeoutMs, maxBytes }: Required<Pick<ClientOptions, 'timeoutMs' | 'maxBytes'>>,
  settle: (received: Received) => void,
): void {
  const end = (received: Received): void => {
    clearTimeout(timer)
    settle(received)
  }
  const timer = setTimeout(() => {
    end(failed('timed-out', `no answer within ${timeoutMs} ms`))
  }, timeoutMs)
  request.on('error', (error) => {
    end(failureOf(error))
  })
  request.on('response', (response) => {
    readAnswer(response, maxBytes, end)
  })
}

function readAnswer(
  response: IncomingMessage,
  maxBytes: number,
  settle: (received: Received) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  const from = response.socket.localAddress ?? ''
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    chunks.push(chunk)
    if (length > maxBytes) {
      settle(failed('answer-too-large', `the answer is larger than the limit of ${maxBytes} bytes`))
    }
  })
  response.on('error', () => {
    settle(failed('unreachable', 'the connection broke before the answer was complete'))
  })
  response.on('end', () => {
    const { statusCode: status = 0, headers } = response
    const nextValue = headers[NEXT_VALUE_HEADER]
    const next = typeof nextValue === 'string' ? { nextValue } : {}
    try {
      settle({ status, text: UTF8.decode(Buffer.concat(chunks)), from, ...next })
    } catch {
      settle(failed('answer-invalid', `the answer, with status ${status}, is not UTF-8`))
    }
  })
}
