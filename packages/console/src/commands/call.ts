import { ConfigError } from '@gatehouse/core'
import { ActionRequestSchema, describeInvalid, InvocationRequestSchema } from '@gatehouse/protocol'
import type { AskedMethod } from '@gatehouse/hawk-trusted/plug-in'
import type { z } from 'zod'
import {
  eachSystem,
  exitCodeOf,
  sendCall,
  sendPacket,
  type Call,
  type CallResult,
} from '../calls.ts'
import { callThroughConsole } from '../console-client.ts'
import { gravest, type ExitCode } from '../exit-code.ts'
import { fullMicroagentName } from '../microagent-name.ts'
import { jsonLine, renderResult } from '../render.ts'
import { selectSystems, systemsFile } from '../systems.ts'
import { painter, type Terminal } from '../terminal.ts'
import { argumentsOf } from './arguments.ts'
import { pack, withConsolePolicy } from './pack.ts'
import { remoteConsole, systemsPath, type RemoteOptions } from './remote.ts'

/** Options of `call`. */
export interface CallOptions extends RemoteOptions {
  /** User name that the request claims. Only a policy of a file goes without. */
  readonly user?: string
  /** Name of a collection or policy; actions only. */
  readonly target?: string
  /** Invoke as a group operation; invocations only. */
  readonly group?: boolean
  /** Arguments of the method as `name=value`; invocations only. */
  readonly argument?: readonly string[]
  /** Packs the invocation: `trusted`, `trusted-with-domain`, or the path of a JSON file that names a module. */
  readonly policy?: string
  /** DNS part of the identity of the systems; packed invocations only. Default `none`. */
  readonly dns?: string
  /** Hawk domain of the systems; packed invocations only. Default `default`. */
  readonly domain?: string
  /** Local address to send from. */
  readonly from?: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse call SYSTEMS action|invoke …`: asks systems and shows what each answers. */
export async function callSystems(
  names: string,
  words: readonly string[],
  options: CallOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const results =
    options.policy === undefined
      ? await send(names, callOf(words, options), options, terminal)
      : await sendPacked(names, words, { ...options, policy: options.policy }, terminal)
  if (options.json === true) {
    terminal.out(jsonLine({ command: 'call', results }))
  } else {
    const paint = painter(terminal.colour)
    for (const result of results) terminal.out(`${renderResult(result, paint).join('\n')}\n`)
  }
  return gravest(results.map(exitCodeOf))
}

async function send(
  names: string,
  call: Call,
  options: CallOptions,
  terminal: Terminal,
): Promise<readonly CallResult[]> {
  const { systems, console: url, from } = options
  const client = from === undefined ? {} : { from }
  const through = url ?? (systems === undefined ? terminal.env['GATEHOUSE_CONSOLE'] : undefined)
  if (through !== undefined) {
    const running = await remoteConsole(through, options, terminal)
    return callThroughConsole(running, { systems: names, call, ...client })
  }
  const selected = await selectSystems(systemsFile(systemsPath(systems, terminal)), names)
  return eachSystem(selected, (system) => sendCall(system, call, client))
}

/** One packet for a group, one for each system otherwise. */
async function sendPacked(
  names: string,
  words: readonly string[],
  options: CallOptions & { readonly policy: string },
  terminal: Terminal,
): Promise<readonly CallResult[]> {
  const { policy: name, user, group, systems, from, dns = 'none', domain = 'default' } = options
  if (options.console !== undefined) throw new ConfigError('`--policy` goes without `--console`')
  const asked = invokedMethod(words, options)
  const selected = await selectSystems(systemsFile(systemsPath(systems, terminal)), names)
  const client = from === undefined ? {} : { from }
  const nodes = selected.map((system) => ({ name: system.name, dns, domain }))
  return withConsolePolicy({ name, ...(user !== undefined && { user }) }, async (policy) => {
    const together =
      group === true ? await pack(policy, { ...asked, kind: 'group', nodes }) : undefined
    const results = await eachSystem(selected, async (system) => {
      const node = { name: system.name, dns, domain }
      const packet = together ?? (await pack(policy, { ...asked, kind: 'node', node }))
      return sendPacket(system, packet, client)
    })
    return results.flat()
  })
}

function callOf([verb, ...words]: readonly string[], options: CallOptions): Call {
  const { user, target, group, argument, dns, domain } = options
  if (dns !== undefined || domain !== undefined) {
    throw new ConfigError('`--dns` and `--domain` go with `--policy`')
  }
  if (user === undefined) throw new ConfigError('`--user` is missing')
  if (verb === 'action') {
    const [action, ...more] = words
    if (group !== undefined || argument !== undefined || more.length > 0) {
      throw new ConfigError('`action` takes one ACTION and `--target`, nothing else')
    }
    const request = { user, action, ...(target === undefined ? {} : { target }) }
    return checked(ActionRequestSchema, request)
  }
  const scope = group === true ? 'group' : 'point-to-point'
  return checked(InvocationRequestSchema, {
    user,
    scope,
    ...invokedMethod([verb ?? '', ...words], options),
  })
}

/** What `invoke MICROAGENT METHOD` asks for. */
function invokedMethod(
  [verb, microagent = '', method = '', ...more]: readonly string[],
  { target, argument, policy }: CallOptions,
): AskedMethod {
  if (verb !== 'invoke') {
    const verbs = policy === undefined ? 'neither `action` nor `invoke`' : 'not `invoke`'
    throw new ConfigError(`\`${verb ?? ''}\` is ${verbs}`)
  }
  if (target !== undefined || more.length > 0) {
    throw new ConfigError('`invoke` takes MICROAGENT METHOD, `--group` and `--argument`')
  }
  const values = argument === undefined ? {} : { arguments: argumentsOf(argument) }
  return { microagent: fullMicroagentName(microagent), method, ...values }
}

function checked<Message>(schema: z.ZodType<Message>, candidate: unknown): Message {
  const parsed = schema.safeParse(candidate)
  if (parsed.success) return parsed.data
  throw new ConfigError(`the request cannot be sent: ${describeInvalid(parsed.error).message}`)
}
