/**
 * A security policy as an integrator writes it: console and agent share a key for each user, and every
 * message carries a code (HMAC with SHA-256) over user, time, a single-use value and the operation.
 *
 * What it gives: the caller holds the user's key; operation and arguments are as the caller packed them;
 * a message works once on each node that it names, and within a window of time. What the user may do,
 * the agent's access control file decides.
 *
 * What it does not give:
 * - No privacy: everything but the key can be read on the way. No answer is protected.
 * - No proof for a third party: whoever can read a key is that user, the agent itself included.
 * - Freshness rests on the clocks of both sides. The agent remembers messages while it runs and
 *   refuses those stamped before its start; a clock set back over a restart lets old ones in again.
 * - The order of two messages is not kept, and a message that is held back can arrive late, within the
 *   window.
 */
import { randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto'
import {
  allow,
  claimed,
  ConfigError,
  deny,
  policyInForce,
  verified,
  type Decision,
  type Deny,
  type PolicySource,
} from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import {
  decodeOperation,
  type AgentPolicy,
  type ConsolePolicy,
  type PolicyDescription,
  type PolicyHost,
} from '@gatehouse/hawk-trusted/plug-in'
import { fieldsOf, readKey } from './keys.ts'
import {
  codeOf,
  joinMessage,
  NONCE_BYTES,
  readIdentification,
  splitMessage,
  writeIdentification,
  type Identification,
} from './message.ts'
import { ReplayMemory } from './replay-memory.ts'

/** The class name that both sides name in their configs. */
export const SHARED_KEY_CLASS = 'org.example.SharedKey'

/** How old a message may be, by default: 30 s, far above any round trip. */
const DEFAULT_WINDOW_MS = 30_000
/** How far the console's clock may be ahead, by default: 2 s. For as long after its start the agent refuses. */
const DEFAULT_AHEAD_MS = 2_000
/** How many messages an agent remembers: 3,000 a second for the default window. */
const MOST_REMEMBERED = 100_000

/** Why a message was refused before the access control file was asked. */
export type SharedKeyCode =
  | 'message-malformed'
  | 'key-unknown'
  | 'code-wrong'
  | 'stale'
  | 'stamped-ahead'
  | 'replayed'
  | 'replay-memory-full'

/** What the agent's side works with. */
export interface AgentSide {
  /** Keys by user. */
  readonly keys: ReadonlyMap<string, KeyObject>
  /** The access control file that decides what a user may do. */
  readonly accessControl: PolicySource<hawk.Policy>
  /** How old a message may be, in milliseconds. */
  readonly windowMs?: number
  /** How far ahead the console's clock may be, in milliseconds. */
  readonly aheadMs?: number
  /** How many messages are remembered. */
  readonly mostRemembered?: number
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number
}

/** The agent's side. */
export function sharedKeyAgentPolicy(side: AgentSide): AgentPolicy {
  const { keys, accessControl, now = Date.now } = side
  const { windowMs = DEFAULT_WINDOW_MS, aheadMs = DEFAULT_AHEAD_MS } = side
  const memory = new ReplayMemory(side.mostRemembered ?? MOST_REMEMBERED)
  // A message stamped up to here may have been accepted by the agent that ran before.
  const notBefore = now() + aheadMs
  let latest = 0

  const faultOf = (stamp: Identification, node: string): SharedKeyCode | undefined => {
    latest = Math.max(latest, now())
    if (stamp.time > latest + aheadMs) return 'stamped-ahead'
    if (stamp.time < latest - windowMs || stamp.time < notBefore) return 'stale'
    const message = `${Buffer.from(stamp.nonce).toString('hex')} ${node}`
    const taken = memory.take(message, latest, latest + windowMs + aheadMs)
    if (taken === 'full') return 'replay-memory-full'
    return taken === 'replayed' ? 'replayed' : undefined
  }

  return {
    describe: () => DESCRIPTION,
    unpack(packed) {
      const { id, operation } = splitMessage(packed)
      const stamp = readIdentification(id)
      const asked = decodeOperation(operation)
      if (stamp === undefined || asked === undefined) return refuse('message-malformed', 'packed')
      return { id, user: stamp.user, operation: asked }
    },
    validateId(id, operation, { node, scope, impact }): Decision {
      const stamp = readIdentification(id)
      if (stamp === undefined) return refuse('message-malformed', 'id')
      const key = keys.get(stamp.user)
      if (key === undefined) return refuse('key-unknown', 'id')
      // First the code: what follows must not be asked by somebody without the key.
      if (!timingSafeEqual(codeOf(key, stamp, operation), stamp.code))
        return refuse('code-wrong', 'id')
      const fault = faultOf(stamp, `${node.name}:${node.dns}:${node.domain}`)
      if (fault !== undefined) return refuse(fault, 'id')
      const isKeyHolder = allow({ code: 'code-right', source: { request: 'id' } })
      const user = verified(claimed(stamp.user), isKeyHolder)
      const { microagent, method } = operation
      const decision = hawk.check(policyInForce(accessControl), {
        user,
        node,
        scope,
        microagent,
        method,
        impact,
      })
      const make = decision.outcome === 'allow' ? allow : deny
      return make<string>(...decision.reasons, ...isKeyHolder.reasons)
    },
  }
}

const DESCRIPTION: PolicyDescription = {
  className: SHARED_KEY_CLASS,
  text: 'a key shared by console and agent for each user, and an access control file',
  provides: ['authentication', 'integrity', 'authorization', 'freshness'],
  reliesOn: [{ guarantee: 'privacy', of: 'shared keys' }],
}

function refuse(code: SharedKeyCode, field: string): Deny<SharedKeyCode> {
  return deny({ code, source: { request: field } })
}

/** What the console's side works with. */
export interface ConsoleSide {
  readonly user: string
  readonly key: KeyObject
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number
}

/** The console's side. */
export function sharedKeyConsolePolicy({ user, key, now = Date.now }: ConsoleSide): ConsolePolicy {
  return {
    describe: () => DESCRIPTION,
    createId(operation) {
      const stamp = { user, time: now(), nonce: randomBytes(NONCE_BYTES) }
      return writeIdentification({ ...stamp, code: codeOf(key, stamp, operation) })
    },
    pack: joinMessage,
  }
}

/**
 * Makes the agent's side for a config: `{ "keys": { "ops": "ops.key" }, "windowMs": 30000, "aheadMs": 2000 }`.
 * Key files start in the folder of the config.
 */
export async function createAgentPolicy(options: unknown, host: PolicyHost): Promise<AgentPolicy> {
  const { keys: files, ...times } = fieldsOf(options, ['keys', 'windowMs', 'aheadMs'])
  for (const [name, value] of Object.entries(times)) {
    if (!Number.isSafeInteger(value) || Number(value) < 0) {
      throw new ConfigError(`\`${name}\` is not a number of milliseconds`)
    }
  }
  if (typeof files !== 'object' || files === null) throw new ConfigError('`keys` is missing')
  const keys = new Map<string, KeyObject>()
  for (const [user, file] of Object.entries(files)) {
    // oxlint-disable-next-line no-await-in-loop -- a few files, once
    keys.set(user, await readKey(host.folder, String(file)))
  }
  return sharedKeyAgentPolicy({ ...times, keys, accessControl: host.accessControl })
}

/** Makes the console's side for a config: `{ "user": "ops", "key": "ops.key" }`. */
export async function createConsolePolicy(
  options: unknown,
  host: Pick<PolicyHost, 'folder'>,
): Promise<ConsolePolicy> {
  const { user, key } = fieldsOf(options, ['user', 'key'])
  if (typeof user !== 'string' || user === '') throw new ConfigError('`user` is missing')
  if (typeof key !== 'string') throw new ConfigError('`key` is missing')
  return sharedKeyConsolePolicy({ user, key: await readKey(host.folder, key) })
}
