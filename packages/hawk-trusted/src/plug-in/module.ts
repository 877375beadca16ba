import { ConfigError, type PolicySource } from '@gatehouse/core'
import type { Policy } from '../model.ts'
import type { AgentPolicy, ConsolePolicy } from './model.ts'

/** What a program gives to the policies that its config names. */
export interface PolicyHost {
  /** Folder of the config file: relative paths in options start here. Absolute. */
  readonly folder: string
  /** The access control file in force, for policies that add to it who the caller is. */
  readonly accessControl: PolicySource<Policy>
}

/** What a module with an agent's policy exports. */
export interface AgentPolicyModule {
  /**
   * Makes the policy. A throw or a rejection ends the start of the agent.
   *
   * @param options - What the config says beside the module's name, unchecked; absent: undefined.
   */
  createAgentPolicy(options: unknown, host: PolicyHost): AgentPolicy | Promise<AgentPolicy>
}

/** What a module with a console's policy exports. One module may be both. */
export interface ConsolePolicyModule {
  /**
   * Makes the policy. A throw or a rejection ends the command.
   *
   * @param options - What the config says beside the module's name, unchecked; absent: undefined.
   */
  createConsolePolicy(
    options: unknown,
    host: Pick<PolicyHost, 'folder'>,
  ): ConsolePolicy | Promise<ConsolePolicy>
}

/** How a config names a policy. */
export interface PolicyEntry {
  /** The module, as `import` takes it; a relative one starts in the folder of the config. */
  readonly module: string
  /** Options for the module, of its own making. */
  readonly options?: unknown
}

/** Imports a module, by the name that a config gives it. The program's own: this package imports nothing. */
export type PolicyLoader = (module: string) => Promise<unknown>

/**
 * Loads an agent's policy as its config names it.
 *
 * @throws ConfigError (`ERR_CONFIG`) when the module cannot be imported, does not keep to
 *   {@link AgentPolicyModule}, or makes no policy.
 */
export async function loadAgentPolicy(
  { module, options }: PolicyEntry,
  load: PolicyLoader,
  host: PolicyHost,
): Promise<AgentPolicy> {
  const made = await make(module, load, 'createAgentPolicy', [options, host])
  expectMethods(module, made, ['describe', 'unpack', 'validateId'])
  return made as AgentPolicy
}

/**
 * Loads a console's policy as its config names it.
 *
 * @throws ConfigError (`ERR_CONFIG`) as {@link loadAgentPolicy} does.
 */
export async function loadConsolePolicy(
  { module, options }: PolicyEntry,
  load: PolicyLoader,
  host: Pick<PolicyHost, 'folder'>,
): Promise<ConsolePolicy> {
  const made = await make(module, load, 'createConsolePolicy', [options, host])
  expectMethods(module, made, ['describe', 'createId', 'pack'])
  return made as ConsolePolicy
}

async function make(
  module: string,
  load: PolicyLoader,
  name: string,
  values: readonly unknown[],
): Promise<unknown> {
  try {
    const create = (Object(await load(module)) as Record<string, unknown>)[name]
    if (typeof create === 'function') return await (create(...values) as unknown)
  } catch (cause) {
    throw new ConfigError(`the policy module \`${module}\` failed`, { cause })
  }
  throw new ConfigError(`the policy module \`${module}\` does not export \`${name}\``)
}

function expectMethods(module: string, made: unknown, names: readonly string[]): void {
  const object = Object(made) as Record<string, unknown>
  const missing = names.find((name) => typeof object[name] !== 'function')
  if (missing === undefined) return
  throw new ConfigError(`the policy of \`${module}\` has no method \`${missing}\``)
}
