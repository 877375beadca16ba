import type { TrustList } from '@gatehouse/certificate-trust'
import { ConfigError, escapeControls } from '@gatehouse/core'
import {
  ActionRequestSchema,
  ANSWER_TIMEOUT_MS,
  AnswerSchema,
  ErrorAnswerSchema,
  InvocationRequestSchema,
  MAX_ANSWER_BYTES,
  readMessage,
} from '@gatehouse/protocol'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Call, CallResult } from '../calls.ts'
import { exchange, FAILURES, type FailureCode } from '../http-client.ts'
import type { System } from '../systems.ts'

/** Path on which a console takes calls. */
export const CALLS_PATH = '/v1/calls'

/** Asks a console to send a call on. */
export interface ConsoleRequest {
  /** Names separated by commas, or `all`. */
  readonly systems: string
  /** Sent to each system as it is. */
  readonly call: Call
  /** Local address of the console's machine to send from. */
  readonly from?: string
}

/** What the systems answered, in the order in which they were named. */
export interface ConsoleAnswer {
  /** One for each system. */
  readonly results: readonly CallResult[]
}

/** Schema of {@link ConsoleRequest}; unknown fields are refused. */
export const ConsoleRequestSchema: z.ZodType<ConsoleRequest> = z.strictObject({
  systems: z.string().min(1).max(4096),
  call: z.union([ActionRequestSchema, InvocationRequestSchema]),
  from: z.exactOptional(z.string().refine((text) => isIP(text) !== 0, 'no IP address')),
})

const system = z.string().max(64)

const certificateReason = z.strictObject({
  code: z.string().max(64),
  sentence: z.string().max(4096),
})

const ConsoleAnswerSchema: z.ZodType<ConsoleAnswer> = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({
        system,
        answer: AnswerSchema,
        from: z.string().max(64),
        untrusted: z.exactOptional(z.array(certificateReason)),
      }),
      z.strictObject({
        system,
        failure: z.strictObject({
          code: z.enum(Object.keys(FAILURES) as [FailureCode, ...FailureCode[]]),
          message: z.string().max(4096),
          reasons: z.exactOptional(z.array(certificateReason)),
        }),
      }),
    ]),
  ),
})

/**
 * Has a running console send a call, so that its page shows it.
 *
 * @param url - As `gatehouse serve` prints it.
 * @param trust - Certificates that are trusted as systems, and roots; a console with HTTPS needs it.
 * @throws ConfigError when the console cannot be reached, or refuses the request.
 */
export async function callThroughConsole(
  url: string,
  request: ConsoleRequest,
  trust?: TrustList,
): Promise<readonly CallResult[]> {
  const received = await exchange(
    addressOf(url, trust),
    { method: 'POST', path: CALLS_PATH, body: request },
    { timeoutMs: 2 * ANSWER_TIMEOUT_MS, maxBytes: 16 * MAX_ANSWER_BYTES },
  )
  if ('failure' in received)
    throw new ConfigError(`console \`${url}\`: ${received.failure.message}`)
  const schema = z.union([ConsoleAnswerSchema, ErrorAnswerSchema])
  const read = readMessage(schema, received.text)
  if ('error' in read) throw new ConfigError(`\`${url}\` does not answer as a console does`)
  if ('results' in read.message) return read.message.results
  throw new ConfigError(`console \`${url}\`: ${escapeControls(read.message.error.message)}`)
}

function addressOf(
  url: string,
  trust: TrustList | undefined,
): Pick<System, 'address' | 'port' | 'tls'> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new ConfigError(`\`${url}\` is no http or https URL`)
  }
  const address = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  if (parsed.protocol === 'http:') return { address, port: Number(parsed.port || 80) }
  if (trust === undefined) {
    throw new ConfigError(`\`${url}\` needs a trust list: \`--trust\`, or GATEHOUSE_TRUST`)
  }
  const name = isIP(address) === 0 ? { dns: address } : { ip: address }
  const client = { trust: { list: () => trust }, name }
  const tls = { client, requireTrustedCertificates: false }
  return { address, port: Number(parsed.port || 443), tls }
}
