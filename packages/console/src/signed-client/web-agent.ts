import {
  LoginAnswerSchema,
  PATHS,
  TaskAnswerSchema,
  type LoginAnswer,
  type LoginRequest,
  type TaskAnswer,
  type TaskRequest,
} from '@gatehouse/protocol'
import type { ClientOptions } from '../http-client.ts'
import { readResult, type Result } from '../result.ts'
import type { SignedSystem } from '../systems.ts'
import { decided } from './decided.ts'
import { signerOf } from './signer.ts'
import { signedClient, type SignedClient } from './signed-client.ts'

/** What came of one task on one system. */
export type TaskResult = Result<TaskAnswer>

/** What came of handing a person over to one system. */
export type LoginResult = Result<LoginAnswer>

/** How long a task is waited for, in milliseconds: the longest that a tool may run, and half a minute. */
export const TASK_TIMEOUT_MS = 330_000

/**
 * A client for the web agent of a system; it connects when something is sent.
 *
 * @throws ConfigError when the console's key is of no kind that can sign.
 */
export function webAgentClient(
  { name, address, webAgent: { port, client } }: SignedSystem,
  options: ClientOptions = {},
): SignedClient {
  const signer = signerOf(client.identity)
  const patient = { timeoutMs: TASK_TIMEOUT_MS, ...options }
  return signedClient({ name, address, port }, { client, signer }, patient)
}

/** Has a system run a tool. Never rejects. */
export async function sendTask(
  client: SignedClient,
  system: string,
  body: TaskRequest,
): Promise<TaskResult> {
  const received = await client.send({ path: PATHS.tasks, purpose: 'task', body })
  return decided(readResult(system, received, TaskAnswerSchema), { received, isDeny })
}

/** Has a system let a person in. Never rejects. */
export async function sendLogin(
  client: SignedClient,
  system: string,
  body: LoginRequest,
): Promise<LoginResult> {
  const received = await client.send({ path: PATHS.logins, purpose: 'login', body })
  return decided(readResult(system, received, LoginAnswerSchema), { received, isDeny })
}

function isDeny({ outcome }: TaskAnswer | LoginAnswer): boolean {
  return outcome === 'deny'
}
