import {
  allow,
  compose,
  deny,
  stateGuards,
  type ComposedGuard,
  type Guard,
  type Statement,
} from '@gatehouse/core'
import {
  authorize,
  type LoginCode,
  type LoginEffects,
  type LoginRequest,
  type LoginStore,
} from '@gatehouse/ssh-trust'
import { unenforceable, type ServerCode } from '@gatehouse/ssh-trust/ssh2'
import type { Level } from '@gatehouse/signed-request'
import type { ToolTable } from '../tools/table.ts'
import { toolGuard } from '../web-agent/tool-levels.ts'
import type { CommandCode } from './codes.ts'

/** A key wants to get in as an account, and the keys of that account at this moment. */
export interface Login {
  readonly request: LoginRequest
  readonly store: LoginStore
}

/** Decides by the keys of the account; the signature is verified by whoever asks. */
const KEY_GUARD: Guard<Login, LoginCode> = Object.freeze({
  name: 'ssh-trust',
  provides: Object.freeze([
    'authentication',
    'integrity',
    'authorization',
    'privacy',
    'freshness',
  ] as const),
  // For `from=` of a line.
  reliesOn: Object.freeze([{ guarantee: 'authentication', of: 'peer address' }] as const),
  check: ({ request, store }: Login) => authorize(request, store),
})

/** Decides logins. */
export const LOGINS: ComposedGuard<Login> = compose(KEY_GUARD)

/** A login that was let in before, by the line as it was then. */
export interface EarlierLogin extends Login {
  /** What the session began with. */
  readonly effects: LoginEffects
}

/** Decides whether a login that was let in before still is: what its line demands now was shown then, or is kept. */
export const EARLIER_LOGINS: ComposedGuard<EarlierLogin> = compose<EarlierLogin>({
  ...KEY_GUARD,
  check: ({ request, store, effects }: EarlierLogin) => {
    const verdict = authorize(request, store)
    if (verdict.outcome === 'deny') return verdict
    const { type } = 'key' in request ? request.key : request.certificate.key
    const isPlain = !type.startsWith('sk-')
    const missing = unenforceable(verdict.effects, [
      'forced-command',
      ...(isPlain || effects.touchRequired ? (['touch'] as const) : []),
      ...(isPlain || effects.verifyRequired ? (['verify'] as const) : []),
    ])
    if (missing.length === 0) return verdict
    const [{ source = { request: 'login' } }] = verdict.reasons
    const facts = { options: missing.join(', ') }
    return deny<ServerCode>({ code: 'effect-not-enforceable', source, facts })
  },
})

/** Somebody at a level wants a command to be carried out; without one, a shell. */
export interface CommandUse {
  readonly level: Level
  readonly command: string | null
}

/**
 * Decides commands: by the level that the tool of that name has, then whether there is one. Who has less
 * than the highest level does not learn which names there are.
 */
export function commandGuard(tools: Pick<ToolTable, 'get'>): ComposedGuard<CommandUse> {
  const levels = toolGuard(tools)
  return compose<CommandUse>(
    { ...levels, check: ({ level, command }) => levels.check({ level, tool: command ?? '' }) },
    tableGuard(tools),
  )
}

function tableGuard(tools: Pick<ToolTable, 'get'>): Guard<CommandUse, CommandCode> {
  return Object.freeze({
    name: 'tool-table',
    provides: ['authorization'],
    reliesOn: [],
    check: ({ command }: CommandUse) => {
      const source = { request: 'command' } as const
      if (command === null) return deny<CommandCode>({ code: 'command-missing', source })
      return tools.get(command) === undefined
        ? deny<CommandCode>({ code: 'tool-unknown', source })
        : allow<CommandCode>({ code: 'tool-named', source })
    },
  } satisfies Guard<CommandUse, CommandCode>)
}

/**
 * What is promised of commands over SSH.
 *
 * @param first - Guards of the connection.
 */
export function stateCommands(
  first: readonly Guard<never>[],
  tools: Pick<ToolTable, 'get'>,
): Statement {
  return stateGuards([...first, ...LOGINS.guards, ...commandGuard(tools).guards])
}
