import { parseArgs, type ParseArgsConfig } from 'node:util'
import { ConfigError, escapeControls, ParseError } from '@gatehouse/core'
import { ActionRequestSchema, describeInvalid, InvocationRequestSchema } from '@gatehouse/protocol'
import type { z } from 'zod'
import type { AgentConfig } from './config/model.ts'
import { loadConfig } from './config/read.ts'
import { openLocal } from './local.ts'
import type { Reply } from './reply.ts'
import { renderReply } from './render.ts'
import { runResident } from './run.ts'
import { changeTrust, type TrustChange } from './web-agent/trust-command.ts'

/** Exit codes of the command. */
const EXIT = {
  /** Allowed and carried out, or a clean end. */
  ok: 0,
  /** Denied. */
  deny: 1,
  /** The command line, the config or the arguments of a request are at fault. */
  usage: 2,
  /** The agent failed. */
  internal: 3,
} as const

const USAGE = `usage:
  gatehouse-agent run    --config FILE
  gatehouse-agent act    --config FILE ACTION [TARGET] [--json]
  gatehouse-agent invoke --config FILE MICROAGENT METHOD [ARGUMENT=VALUE...] [--group] [--json]
  gatehouse-agent export --config FILE --to FOLDER [--json]
  gatehouse-agent trust  --config FILE show
  gatehouse-agent trust  --config FILE mode none|certificate|name|all [NAME...]
  gatehouse-agent trust  --config FILE import CERTIFICATE --fingerprint SHA256
  gatehouse-agent trust  --config FILE remove --fingerprint SHA256`

/** A command line that makes no sense. */
class UsageError extends Error {}

const OPTIONS = {
  config: { type: 'string' },
  to: { type: 'string' },
  fingerprint: { type: 'string' },
  json: { type: 'boolean', default: false },
  group: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options']

interface Values {
  readonly config?: string | undefined
  readonly to?: string | undefined
  readonly fingerprint?: string | undefined
  readonly json: boolean
  readonly group: boolean
  readonly help: boolean
}

/**
 * Runs one command line.
 *
 * @param args - The words after the name of the command.
 * @returns the exit code, once the command has ended.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args)
    if (values.help) {
      process.stdout.write(`${USAGE}\n`)
      return EXIT.ok
    }
    return await dispatch(positionals, values)
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\n${USAGE}`)
    if (error instanceof ConfigError || error instanceof ParseError) {
      return complain(escapeControls(error.message))
    }
    throw error
  }
}

function parse(args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(escapeControls((error as Error).message))
  }
}

async function dispatch([command, ...words]: string[], values: Values): Promise<number> {
  switch (command) {
    case 'run': {
      takesNothing(words)
      await runResident(await configOf(values))
      return EXIT.ok
    }
    case 'act': {
      const [action, target, ...rest] = words
      takesNothing(rest)
      const request = target === undefined ? { action } : { action, target }
      const checked = check(ActionRequestSchema, request)
      const agent = await openLocal(await configOf(values))
      return finish(await agent.act(checked), values)
    }
    case 'invoke': {
      const [microagent, method, ...assignments] = words
      const request = {
        microagent,
        method,
        scope: values.group ? 'group' : 'point-to-point',
        arguments: Object.fromEntries(assignments.map(assignment)),
      }
      const checked = check(InvocationRequestSchema, request)
      const agent = await openLocal(await configOf(values))
      return finish(await agent.invoke(checked), values)
    }
    case 'export': {
      takesNothing(words)
      if (values.to === undefined) throw new UsageError('`--to FOLDER` is missing')
      const agent = await openLocal(await configOf(values))
      return finish(await agent.exportTo(values.to), values)
    }
    case 'trust': {
      const change = trustChange(words, values)
      const lines = await changeTrust(await configOf(values), change)
      process.stdout.write(`${lines.join('\n')}\n`)
      return EXIT.ok
    }
    case undefined:
      throw new UsageError('no command')
    default:
      throw new UsageError(`unknown command \`${escapeControls(command)}\``)
  }
}

function trustChange([verb, ...words]: string[], values: Values): TrustChange {
  switch (verb) {
    case 'show':
      takesNothing(words)
      return { change: 'none' }
    case 'mode': {
      const [mode, ...names] = words
      if (mode === undefined) throw new UsageError('the trust mode is missing')
      if (mode !== 'name') takesNothing(names)
      return { change: 'mode', mode, names }
    }
    case 'import': {
      const [file, ...rest] = words
      takesNothing(rest)
      if (file === undefined) throw new UsageError('the file of the certificate is missing')
      return { change: 'import', file, sha256: fingerprintOf(values) }
    }
    case 'remove':
      takesNothing(words)
      return { change: 'remove', sha256: fingerprintOf(values) }
    case undefined:
    default:
      throw new UsageError('`trust` needs one of `show`, `mode`, `import`, `remove`')
  }
}

/** SHA-256 as tools show it: in capitals or not, with colons or without. */
function fingerprintOf({ fingerprint = '' }: Values): string {
  const sha256 = fingerprint.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(sha256)) return sha256
  throw new UsageError('`--fingerprint SHA256` is missing, or is no SHA-256')
}

function configOf({ config }: Values): Promise<AgentConfig> {
  if (config === undefined) throw new UsageError('`--config FILE` is missing')
  return loadConfig(config)
}

function takesNothing([extra]: readonly string[]): void {
  if (extra !== undefined) throw new UsageError(`too many words: \`${escapeControls(extra)}\``)
}

function assignment(word: string): [string, string] {
  const at = word.indexOf('=')
  if (at <= 0) throw new UsageError(`\`${escapeControls(word)}\` is not ARGUMENT=VALUE`)
  return [word.slice(0, at), word.slice(at + 1)]
}

/** Checks a request before there is a user: the operating system supplies that one. */
function check<Message>(schema: z.ZodType<Message>, request: object): Message {
  const result = schema.safeParse({ ...request, user: 'local' })
  if (result.success) return result.data
  throw new UsageError(describeInvalid(result.error).message)
}

function finish(reply: Reply, { json }: Values): number {
  process.stdout.write(`${json ? JSON.stringify(reply.body) : renderReply(reply)}\n`)
  if ('outcome' in reply.body && reply.body.outcome === 'deny') return EXIT.deny
  if (reply.status >= 500) return EXIT.internal
  return reply.status >= 400 ? EXIT.usage : EXIT.ok
}

function complain(message: string): number {
  process.stderr.write(`gatehouse-agent: ${message}\n`)
  return EXIT.usage
}
