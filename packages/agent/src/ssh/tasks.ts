import { compose, escapeControls, type Decision } from '@gatehouse/core'
import { ERRORS, type ErrorCode } from '@gatehouse/protocol'
import { authorize } from '@gatehouse/ssh-trust'
import type { LoggedIn, SessionAnswer, SessionRequest } from '@gatehouse/ssh-trust/ssh2'
import { Unrecorded } from '../audit/journal.ts'
import { Failure } from '../failure.ts'
import { answerOf } from '../guards.ts'
import type { ProgramResult } from '../tools/program.ts'
import type { CommandCode } from './codes.ts'
import { commandGuard, EARLIER_LOGINS, type CommandUse, type EarlierLogin } from './guards.ts'
import { loginRequest, MAX_CLAIM_CHARACTERS, peerOf } from './logins.ts'
import type { SshParts } from './parts.ts'

/** Exit codes beside those of tools, as shells have them. */
const EXIT = {
  /** Refused, or allowed and not carried out. */
  refused: 126,
  /** No tool has this name. */
  unknown: 127,
} as const

const UNKNOWN: ReadonlySet<string> = new Set<CommandCode>(['command-missing', 'tool-unknown'])

/** Variables of HP SIM's task facility that a console may send; they are recorded, and tools do not get them. */
const CLAIMS = { MX_TASKID: 'claimedTask', MX_USER: 'claimedTaskUser', MX_TOOL: 'claimedTaskTool' }

/** Whether a variable of the environment is taken from a client. */
export function isClaim(name: string): boolean {
  return Object.hasOwn(CLAIMS, name)
}

/** Carries out what one login asks for, if that is the name of a tool. */
export type RunTask = (login: LoggedIn, request: SessionRequest) => Promise<SessionAnswer>

/**
 * Takes commands: whether the key still gets in, whether the level suffices and whether there is such a
 * tool is decided; that is recorded, then the tool runs, then its output goes out.
 */
export function createTasks(parts: SshParts): RunTask {
  const guard = compose<EarlierLogin & CommandUse>(EARLIER_LOGINS, commandGuard(parts.tools))
  return async (login, request) => {
    const { keys: store, level = 'user', hash, revoked } = await parts.accounts.find(login.user)
    const asked = loginRequest(login, { now: parts.now(), revoked })
    const verdict = authorize(asked, store)
    const forced = verdict.outcome === 'allow' ? verdict.effects.forcedCommand : null
    const command = forced ?? request.command
    const decision = await guard.check({
      request: asked,
      store,
      effects: login.effects,
      level,
      command,
    })
    try {
      await parts.journal.record({
        by: 'ssh',
        peer: peerOf(login),
        clientKey: login.key.fingerprint,
        claimedUser: login.user,
        verifiedUser: login.user,
        request: {
          action: 'ssh.task',
          ...(command !== null && { target: bounded(command) }),
          passedLevel: level,
          ...claimsOf(request.environment),
        },
        decision,
        policy: hash,
      })
    } catch (error) {
      if (error instanceof Unrecorded) return failed('audit-unavailable')
      throw error
    }
    if (decision.outcome !== 'allow' || command === null) return refused(decision, parts)
    return run(command, request.signal, parts)
  }
}

function bounded(claim: string): string {
  return escapeControls(claim.slice(0, MAX_CLAIM_CHARACTERS))
}

function claimsOf(environment: SessionRequest['environment']): Readonly<Record<string, string>> {
  const claims = Object.entries(CLAIMS).flatMap(([name, field]): [string, string][] => {
    const value = environment[name]
    return value === undefined ? [] : [[field, bounded(value)]]
  })
  return Object.fromEntries(claims)
}

function refused(decision: Decision, { answers }: SshParts): SessionAnswer {
  const [{ code, sentence }] = answerOf(decision, answers).reasons as [
    { readonly code: string; readonly sentence?: string },
  ]
  return {
    exitCode: UNKNOWN.has(code) ? EXIT.unknown : EXIT.refused,
    stderr: line(`refused: ${code}`, sentence),
  }
}

function failed(code: ErrorCode, message: string = ERRORS[code].message): SessionAnswer {
  return { exitCode: EXIT.refused, stderr: line(`failed: ${code}`, message) }
}

function line(what: string, more: string | undefined): string {
  const text = more === undefined ? what : `${what}: ${more}`
  return `gatehouse-agent: ${escapeControls(text)}\n`
}

async function run(
  tool: string,
  signal: AbortSignal,
  { tools, log }: SshParts,
): Promise<SessionAnswer> {
  let result: ProgramResult
  try {
    result = await tools.run(tool, 'command', { signal })
  } catch (cause) {
    const failure = cause instanceof Failure ? cause : new Failure('execution-failed', { cause })
    const { code, message } = failure
    const detail = escapeControls(reasonOf(failure))
    log.error('request not carried out', { event: 'execution-failed', code, detail })
    return failed(code, message)
  }
  const { exitCode, output, truncated } = result
  const stderr = truncated ? line('truncated', 'the tool wrote more than is kept') : ''
  return { exitCode, stdout: output, stderr }
}

function reasonOf({ cause, message }: Failure): string {
  return cause instanceof Error ? cause.message : message
}
