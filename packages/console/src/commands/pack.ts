import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, GatehouseError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import {
  loadConsolePolicy,
  packOperation,
  trustedConsolePolicy,
  trustedWithDomainConsolePolicy,
  type ConsolePolicy,
  type Operation,
  type Packet,
  type PolicyEntry,
} from '@gatehouse/hawk-trusted/plug-in'
import { describeInvalid } from '@gatehouse/protocol'
import { z } from 'zod'

/** Which policy packs, and for whom. */
export interface NamedPolicy {
  /** `trusted`, `trusted-with-domain`, or the path of a JSON file that names a module. */
  readonly name: string
  /** Login id, for the first two; `DOMAIN\\user` for the second. A module knows its own. */
  readonly user?: string
}

/** Largest file that names a policy: 1 MiB, as of an agent's config. */
const MAX_ENTRY_BYTES = 1024 * 1024

const entrySchema = z.strictObject({
  module: z.string().min(1).max(4096),
  options: z.unknown().optional(),
})

/**
 * Works with the console's side of a security policy, from its start to its end.
 *
 * @throws ConfigError when there is no such policy, or it does not start.
 */
export async function withConsolePolicy<Result>(
  named: NamedPolicy,
  work: (policy: ConsolePolicy) => Promise<Result>,
): Promise<Result> {
  const policy = await explaining('cannot be used', () => consolePolicy(named))
  try {
    await explaining('did not start', async () => policy.initialize?.())
    return await work(policy)
  } finally {
    await explaining('did not end', async () => policy.shutdown?.())
  }
}

/** Packs an operation. @throws ConfigError when it is none, or the policy fails. */
export function pack(policy: ConsolePolicy, operation: Operation): Promise<Packet> {
  return explaining('did not pack the request', () => packOperation(policy, operation))
}

async function consolePolicy({ name, user }: NamedPolicy): Promise<ConsolePolicy> {
  if (name === 'trusted') return trustedConsolePolicy({ user: login(user) })
  if (name === 'trusted-with-domain') {
    const [domain = '', id = ''] = login(user).split(/\\(.*)/s)
    return trustedWithDomainConsolePolicy({ domain, user: id })
  }
  if (user !== undefined) throw new ConfigError('`--user` goes without a policy of a file')
  const folder = dirname(resolve(name))
  const load = (module: string) => import(pathToFileURL(resolve(folder, module)).href)
  return loadConsolePolicy(await readEntry(name), load, { folder })
}

function login(user: string | undefined): string {
  if (user === undefined) throw new ConfigError('`--user` is missing')
  return user
}

async function readEntry(file: string): Promise<PolicyEntry> {
  const source = { file }
  const read = await readBounded(file, MAX_ENTRY_BYTES)
  if ('failure' in read) {
    throw new ConfigError(`policy file \`${file}\` is ${read.failure}`, { ...read, source })
  }
  const parsed = entrySchema.safeParse(parseJson(read.bytes, file))
  if (parsed.success) return parsed.data
  const { message } = describeInvalid(parsed.error)
  throw new ConfigError(`policy file \`${file}\`: ${message}`, { source })
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new ConfigError(`policy file \`${file}\` is not JSON`, { source: { file }, cause })
  }
}

/** Whatever a policy throws is the fault of what was named, not of the command. */
async function explaining<Result>(
  what: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const { message, cause } = error as Error
    const because = cause instanceof Error ? `: ${cause.message}` : ''
    if (error instanceof GatehouseError && because === '') throw error
    throw new ConfigError(`the security policy ${what}: ${message}${because}`, { cause: error })
  }
}
