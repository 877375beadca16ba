import { isIP } from 'node:net'
import type { TrustList } from '@gatehouse/certificate-trust'
import type { TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { ConfigError, escapeControls } from '@gatehouse/core'
import {
  ANSWER_TIMEOUT_MS,
  MAX_ANSWER_BYTES,
  readMessage,
  type ErrorAnswer,
} from '@gatehouse/protocol'
import type { z } from 'zod'
import type { CallResult } from './calls.ts'
import type { Execution, ExecutionRequest } from './exec/execution.ts'
import { authorityOf } from './host-names.ts'
import {
  CallAnswerSchema,
  CONSOLE_PATHS,
  ExecutionAnswerSchema,
  type ConsoleRefusal,
  type ConsoleRequest,
} from './server/api.ts'
import { innerAudience } from './server/inner-channel.ts'
import { SnmpAnswerSchema, type SnmpRequest } from './server/snmp-api.ts'
import { TaskAnswerSchema } from './server/task-api.ts'
import { overPlain, overTls, type Open } from './signed-client/connection.ts'
import { signerOf } from './signed-client/signer.ts'
import { SignedClient } from './signed-client/signed-client.ts'
import { TASK_TIMEOUT_MS } from './signed-client/web-agent.ts'
import type { SnmpView } from './snmp/view.ts'
import type { TaskAnswer, TaskRequest } from './tasks/requests.ts'

/** A running console, and how it is called. */
export interface RemoteConsole {
  /** As `gatehouse serve` prints it. */
  readonly url: string
  /** The key that the console made, with its certificate. */
  readonly innerKey: TlsIdentity
  /** Certificates that are trusted as systems, and roots; a console with HTTPS needs it. */
  readonly trust?: TrustList
}

/**
 * Has a running console send a call, so that its page shows it.
 *
 * @throws ConfigError when the console cannot be reached, or refuses the request.
 */
export async function callThroughConsole(
  console: RemoteConsole,
  request: ConsoleRequest,
): Promise<readonly CallResult[]> {
  const asked = { path: CONSOLE_PATHS.calls, body: request, timeoutMs: 3 * ANSWER_TIMEOUT_MS }
  const answer = await ask(console, asked, CallAnswerSchema)
  if ('results' in answer) return answer.results
  throw refusal(console, answer)
}

/**
 * Has a running console run a tool, as its operator.
 *
 * @throws ConfigError when the console cannot be reached, or refuses the request.
 */
export async function executeThroughConsole(
  console: RemoteConsole,
  request: ExecutionRequest,
): Promise<Execution> {
  const asked = { path: CONSOLE_PATHS.executions, body: request, timeoutMs: 2 * TASK_TIMEOUT_MS }
  const answer = await ask(console, asked, ExecutionAnswerSchema)
  if ('results' in answer) return answer
  throw refusal(console, answer)
}

/**
 * Asks a running console about its jobs, or to run one, as its operator.
 *
 * @throws ConfigError when the console cannot be reached, or refuses the request.
 */
export async function taskThroughConsole(
  console: RemoteConsole,
  request: TaskRequest,
): Promise<TaskAnswer> {
  const asked = { path: CONSOLE_PATHS.tasks, body: request, timeoutMs: ANSWER_TIMEOUT_MS }
  const answer = await ask(console, asked, TaskAnswerSchema)
  if ('refused' in answer || 'error' in answer) throw refusal(console, answer)
  return answer
}

/**
 * What a running console knows by SNMP.
 *
 * @throws ConfigError when the console cannot be reached, or refuses the request.
 */
export async function snmpThroughConsole(console: RemoteConsole): Promise<SnmpView> {
  const body: SnmpRequest = { do: 'show' }
  const asked = { path: CONSOLE_PATHS.snmp, body, timeoutMs: ANSWER_TIMEOUT_MS }
  const answer = await ask(console, asked, SnmpAnswerSchema)
  if ('refused' in answer || 'error' in answer) throw refusal(console, answer)
  return answer.snmp
}

interface Asked {
  readonly path: string
  readonly body: unknown
  readonly timeoutMs: number
}

async function ask<Message>(
  { url, innerKey, trust }: RemoteConsole,
  { path, body, timeoutMs }: Asked,
  schema: z.ZodType<Message>,
): Promise<Message> {
  const reached = reach(url, innerAudience(innerKey), { trust, timeoutMs })
  const client = new SignedClient({ ...reached, name: 'console', signer: signerOf(innerKey) })
  try {
    const received = await client.send({ path, purpose: 'call', body })
    if ('failure' in received) {
      const { code, message } = received.failure
      throw new ConfigError(`console \`${url}\`: ${message} [${code}]`)
    }
    const read = readMessage(schema, received.text)
    if ('message' in read) return read.message
    throw new ConfigError(`\`${url}\` does not answer as a console does`)
  } finally {
    client.close()
  }
}

function refusal({ url }: RemoteConsole, answer: ConsoleRefusal | ErrorAnswer): ConfigError {
  const reason = 'error' in answer ? answer.error : answer.refused[0]
  if (reason === undefined) return new ConfigError(`console \`${url}\` refuses the request`)
  const words = 'message' in reason ? reason.message : reason.sentence
  const told = `${String(words)} [${reason.code}]`
  return new ConfigError(`console \`${url}\`: ${escapeControls(told)}`)
}

/** Where the console is and how it is reached, whose `Host` it is asked under. */
function reach(
  url: string,
  audience: string,
  { trust, timeoutMs }: { readonly trust: TrustList | undefined; readonly timeoutMs: number },
): { open: Open; scheme: 'http' | 'https'; authority: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new ConfigError(`\`${url}\` is no http or https URL`)
  }
  const scheme = parsed.protocol === 'http:' ? 'http' : 'https'
  const usual = scheme === 'http' ? 80 : 443
  const address = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(parsed.port || usual)
  const authority = authorityOf(address, port, usual)
  const place = { address, port, options: { timeoutMs, maxBytes: 16 * MAX_ANSWER_BYTES } }
  if (scheme === 'http') return { open: overPlain(place, audience), scheme, authority }
  if (trust === undefined) {
    throw new ConfigError(`\`${url}\` needs a trust list: \`--trust\`, or GATEHOUSE_TRUST`)
  }
  const name = isIP(address) === 0 ? { dns: address } : { ip: address }
  const client = { trust: { list: () => trust }, name }
  return { open: overTls(place, client, audience), scheme, authority }
}
