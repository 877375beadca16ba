import {
  allow,
  deny,
  isNoPolicy,
  type Allow,
  type Deny,
  type NoPolicy,
  type Reason,
} from '@gatehouse/core'

import { isAcceptedAlgorithm } from './algorithms.ts'
import type { LoginCode } from './codes.ts'
import { judgeLine, type LineRules, type LineVerdict } from './judge-line.ts'
import type { AuthorizedKeys, KeyLine, RefusedLine } from './model.ts'
import { switchesOf, type LoginOptions } from './profile.ts'
import { readLogin, type Login, type LoginEffects, type LoginRequest } from './request.ts'

/** A login that is allowed, and all that the session has to keep. */
export interface LoginAllow extends Allow<LoginCode> {
  /** What the session may do and must do. */
  readonly effects: LoginEffects
}

/** Answer of {@link authorize}. */
export type LoginDecision = LoginAllow | Deny<LoginCode>

/** The file of an account, or its files in the order of `AuthorizedKeysFile`. */
export type LoginStore = AuthorizedKeys | NoPolicy | readonly (AuthorizedKeys | NoPolicy)[]

/**
 * Decides whether a key or certificate gets into the account that a store belongs to: the first line
 * that names it and whose options all pass.
 *
 * Does NOT verify that the caller holds the key, nor that the store is fit to be trusted
 * (`checkStrictModes`), nor anything of sshd_config. The effects are data: a session that cannot keep
 * one of them must not be opened.
 *
 * @returns `allow` with `key-listed` or `authority-listed`, the line, and the effects; else `deny` with
 *   why each line that names the key refuses it, or `key-not-listed`. Never throws for what the request or a file says.
 * @see sshd(8), AUTHORIZED_KEYS FILE FORMAT
 */
export function authorize(
  request: LoginRequest,
  store: LoginStore,
  options: LoginOptions = {},
): LoginDecision {
  const login = readLogin(request)
  if ('malformed' in login) {
    return deny({ code: 'request-malformed', source: { request: login.malformed } })
  }
  const early = earlyRefusal(login)
  if (early !== undefined) return deny(early)
  const refused: Reason<LoginCode>[] = []
  for (const { reasons, effects } of verdicts(login, store, options)) {
    if (effects !== null) return Object.freeze({ ...allow(...reasons), effects })
    refused.push(...reasons)
  }
  const reasons = [...refused, ...filesOf(store).flatMap((file) => absence(file, login))]
  const [first = { code: 'key-not-listed' as const }, ...rest] = reasons
  return deny(first, ...rest)
}

/** What a line says to a login, in the order of the file. */
export interface ExplainedLine {
  /** The line, as it stands in the file. */
  readonly text: string
  /** Its answer. */
  readonly reason: Reason<LoginCode>
  /** Whether it would let the login in. The first such line decides. */
  readonly lets: boolean
}

/** A decision, and every line that had a say. */
export interface LoginExplanation {
  /** As {@link authorize} gives it. */
  readonly decision: LoginDecision
  /** The lines with the key, also those behind the one that decided. */
  readonly lines: readonly ExplainedLine[]
}

/** Decides a login as {@link authorize} does, and shows what each line with the key says to it. */
export function explainLogin(
  request: LoginRequest,
  store: LoginStore,
  options: LoginOptions = {},
): LoginExplanation {
  const decision = authorize(request, store, options)
  const login = readLogin(request)
  if ('malformed' in login) return { decision, lines: [] }
  const lines = Array.from(verdicts(login, store, options), ({ line, reasons, effects }) => ({
    text: line.text,
    reason: reasons[0],
    lets: effects !== null,
  }))
  return { decision, lines }
}

/** The files of a store, in their order. */
export function filesOf(store: LoginStore): readonly (AuthorizedKeys | NoPolicy)[] {
  return 'length' in store ? store : [store]
}

function* verdicts(
  login: Login,
  store: LoginStore,
  options: LoginOptions,
): Generator<LineVerdict & { readonly line: KeyLine | RefusedLine }> {
  const rules: LineRules = {
    profile: options.profile ?? 'strict',
    switches: switchesOf(options),
  }
  for (const file of filesOf(store)) {
    if (isNoPolicy(file)) continue
    for (const line of file.linesByKey.get(login.soughtKey.fingerprint) ?? []) {
      yield { line, ...judgeLine(line, login, rules) }
    }
  }
}

function earlyRefusal({ request, certificate, soughtKey }: Login): Reason<LoginCode> | undefined {
  const key = certificate === null ? soughtKey : certificate.key
  const source = { key: key.fingerprint }
  if (certificate === null && request.revoked?.covers(key) === true) {
    return { code: 'key-revoked', source }
  }
  return isAcceptedAlgorithm(key.type, request.signatureAlgorithm)
    ? undefined
    : { code: 'algorithm-refused', source }
}

/** Why a file has no line that says more: a line with the key that cannot be read, or none. */
function absence(file: AuthorizedKeys | NoPolicy, { soughtKey }: Login): Reason<LoginCode>[] {
  if (isNoPolicy(file)) return [...file.decision.reasons]
  if (file.linesByKey.has(soughtKey.fingerprint)) return []
  const base64 = Buffer.from(soughtKey.blob).toString('base64')
  const malformed = file.lines.flatMap((line): Reason<LoginCode>[] =>
    line.kind === 'unread' && line.text.includes(base64)
      ? [{ code: 'line-malformed', source: line.source, facts: { fault: line.fault } }]
      : [],
  )
  return [...malformed, { code: 'key-not-listed', source: { file: file.file } }]
}
