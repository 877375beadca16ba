import { request } from 'node:http'
import type { Secret } from '@gatehouse/core'
import { ANSWER_TIMEOUT_MS, MAX_ANSWER_BYTES } from '@gatehouse/protocol'
import { TICKET_HEADER, TOKEN_HEADER } from './token.ts'

/** One request that a daemon passes on. */
export interface Forwarded {
  readonly path: string
  /** The message, as the daemon read and checked it. */
  readonly message: object
  /** Ticket by which the agent finds what the daemon knows of the sender. */
  readonly ticket: string
}

/** What the agent answered, byte for byte; nothing when it does not listen. */
export interface AgentAnswer {
  readonly status: number
  readonly text: string
}

/** Passes a request on to the agent. Rejects when the agent breaks off or says too much. */
export function forward(
  agent: { readonly address: string; readonly port: number },
  token: Secret,
  { path, message, ticket }: Forwarded,
): Promise<AgentAnswer | undefined> {
  const body = JSON.stringify(message)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: agent.address,
        port: agent.port,
        path,
        method: 'POST',
        agent: false,
        timeout: ANSWER_TIMEOUT_MS,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          [TOKEN_HEADER]: token.expose(),
          [TICKET_HEADER]: ticket,
        },
      },
      (received) => {
        const chunks: Buffer[] = []
        let size = 0
        received.on('data', (chunk: Buffer) => {
          size += chunk.length
          chunks.push(chunk)
          if (size > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too large'))
        })
        received.on('error', reject)
        received.on('end', () => {
          resolve({ status: received.statusCode ?? 500, text: Buffer.concat(chunks).toString() })
        })
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('the agent took too long')))
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve(undefined)
      else reject(error)
    })
    sent.end(body)
  })
}
