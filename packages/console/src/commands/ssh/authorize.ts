import { ConfigError, isNoPolicy } from '@gatehouse/core'
import {
  authorize,
  describeLogin,
  parseAuthorizedKeys,
  type LoginDecision,
  type LoginEffects,
  type LoginProfile,
  type LoginRequest,
  type LoginStore,
} from '@gatehouse/ssh-trust'
import { loadAuthorizedKeys } from '@gatehouse/ssh-trust/files'
import { answer } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { stateDecision } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { renderDecision } from '../../render.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'
import { readPresented, readRevoked, readText, type PresentedOptions } from './presented.ts'

/** Options of `ssh authorize` and of `ssh explain` about an account. */
export interface AuthorizeOptions extends PresentedOptions {
  /** The authorized_keys files of the account, in the order in which sshd asks them. */
  readonly file: readonly string[]
  /** Address that the login comes from. */
  readonly from: string
  /** Verified host name of the peer. */
  readonly fromName?: string
  /** When. Default: now. */
  readonly at?: Date
  /** Zone of the system, for `expiry-time=` in local time. */
  readonly timeZone?: string
  /** File of revoked keys: a KRL, or keys as text. */
  readonly revoked?: string
  /** Numeric id of the account: then owners and modes are checked, as `StrictModes` does. */
  readonly uid?: number
  /** Its home directory. */
  readonly home?: string
  /** Default `strict`. */
  readonly profile?: LoginProfile
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * `gatehouse ssh authorize USER`: whether a key or certificate gets in as an account, and what it may do there. That
 * the caller holds the key is not checked.
 */
export async function authorizeLogin(
  user: string,
  options: AuthorizeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { request, store, settings } = await readLogin(user, options)
  const decision = authorize(request, store, settings)
  const object = { command: 'ssh authorize', ...stateLogin(user, decision) }
  answer(options, { object, lines: renderLogin(decision, painter(terminal.colour)) }, terminal)
  return EXIT[decision.outcome]
}

/** What is asked about an account, and how it is decided. */
export async function readLogin(
  user: string,
  options: AuthorizeOptions,
): Promise<{
  readonly request: LoginRequest
  readonly store: LoginStore
  readonly settings: { readonly profile?: LoginProfile }
}> {
  const { from, fromName, at = new Date(), timeZone, profile } = options
  const revoked = await readRevoked(options.revoked)
  const request: LoginRequest = {
    ...(await readPresented(options)),
    user,
    address: from,
    now: at,
    ...(fromName === undefined ? {} : { hostName: fromName }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(revoked === undefined ? {} : { revoked }),
  }
  const store = await Promise.all(options.file.map((file) => readAccountFile(file, options)))
  return { request, store, settings: profile === undefined ? {} : { profile } }
}

type AccountFile = Extract<LoginStore, readonly unknown[]>[number]

async function readAccountFile(file: string, options: AuthorizeOptions): Promise<AccountFile> {
  const { uid, home = null } = options
  if (uid === undefined) return parseAuthorizedKeys(await readText(file), { file })
  const loaded = await loadAuthorizedKeys({ path: file, home, uid })
  const isMissing = isNoPolicy(loaded) && loaded.noPolicy === 'policy-missing'
  if (isMissing) throw new ConfigError(`file \`${file}\` is missing`, { source: { file } })
  return loaded
}

/** A decision about a login for programs. */
export function stateLogin(user: string, decision: LoginDecision): object {
  const effects = decision.outcome === 'allow' ? { effects: decision.effects } : {}
  return { user, ...stateDecision(decision, describeLogin), ...effects }
}

/** A decision about a login for people, and what comes with it. */
export function renderLogin(decision: LoginDecision, paint: Paint): string[] {
  const lines = renderDecision(stateDecision(decision, describeLogin), paint)
  return decision.outcome === 'allow' ? [...lines, ...renderEffects(decision.effects)] : lines
}

const PERMISSIONS = {
  portForwarding: 'port forwarding',
  agentForwarding: 'agent forwarding',
  x11Forwarding: 'X11 forwarding',
  pty: 'terminal',
  userRc: '~/.ssh/rc',
} as const

function renderEffects(effects: LoginEffects): string[] {
  const { forcedCommand, environment, permitOpen, permitListen, tunnel, expires } = effects
  const names = Object.entries(PERMISSIONS) as [keyof typeof PERMISSIONS, string][]
  const allowed = names.filter(([name]) => effects[name]).map(([, words]) => words)
  return [
    fact('runs', forcedCommand ?? 'what is asked for'),
    fact('may', allowed.length === 0 ? 'nothing else' : allowed.join(', ')),
    ...environment.map(({ name, value }) => fact('sets', `${name}=${value}`)),
    ...permitOpen.map((place) => fact('opens', place)),
    ...permitListen.map((place) => fact('listens', place)),
    ...(tunnel === null ? [] : [fact('tunnel', `${tunnel}`)]),
    ...(expires === null ? [] : [fact('until', expires.toISOString())]),
    ...(effects.verifyRequired ? [fact('needs', 'a security key that has verified its user')] : []),
  ]
}
