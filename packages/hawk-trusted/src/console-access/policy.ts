import { allow, deny, type Allow, type Deny } from '@gatehouse/core'
import { fold, missedAspects } from '../coverage.ts'
import type { Entry, Request } from '../model.ts'
import type { Code } from './codes.ts'
import type { AccessEntry, AccessLine, AccessPolicy, AccessRequest } from './model.ts'

const BY_USER = Symbol('by-user')

/** Access lines by user in lower case, `*` among them; each list in file order. */
type EntriesByUser = ReadonlyMap<string, readonly AccessEntry[]>

interface IndexedPolicy extends AccessPolicy {
  readonly [BY_USER]: EntriesByUser
}

/** Puts a policy together and sorts its lines by user. */
export function makePolicy(file: string, lines: readonly AccessLine[]): AccessPolicy {
  const entries = lines.filter((line): line is AccessEntry => line.kind === 'entry')
  const byUser = new Map<string, AccessEntry[]>()
  for (const entry of entries) {
    const known = byUser.get(fold(entry.user))
    if (known === undefined) byUser.set(fold(entry.user), [entry])
    else known.push(entry)
  }
  const policy: AccessPolicy = {
    file,
    lines: Object.freeze(lines),
    entries: Object.freeze(entries),
  }
  Object.defineProperty(policy, BY_USER, { value: byUser })
  return Object.freeze(policy)
}

/**
 * The lines for a user in whatever case and for all users, in file order.
 *
 * @throws TypeError for an object that `parse` did not make.
 */
export function entriesFor(policy: AccessPolicy, user: string): readonly AccessEntry[] {
  const byUser = (policy as Partial<IndexedPolicy>)[BY_USER]
  if (byUser === undefined) throw new TypeError('not a policy made by `parse`')
  const own = byUser.get(fold(user)) ?? []
  const everybody = byUser.get('*') ?? []
  if (everybody.length === 0) return own
  return [...own, ...everybody].toSorted((a, b) => a.line - b.line)
}

/** A line as one of `Trusted.txt` with the same user and node. */
export function asTrusted({ line, effect, user, node }: AccessEntry): Entry {
  return { kind: 'entry', line, effect, user, ...(node === undefined ? {} : { node }) }
}

/** A request as the mildest that `Trusted.txt` knows: what a line says about it, user and node decide. */
export function asInvocation({ user, node }: AccessRequest): Request {
  const mildest = { scope: 'point-to-point', microagent: 'any', method: 'any', impact: 'INFO' }
  return { user, node, ...(mildest as Pick<Request, keyof typeof mildest>) }
}

/** What keeps a line from covering a request: user, node or both. Nothing: the line covers it. */
export function missesOf(entry: AccessEntry, request: AccessRequest): ('user' | 'node')[] {
  return missedAspects(asTrusted(entry), asInvocation(request)).filter(
    (aspect) => aspect === 'user' || aspect === 'node',
  )
}

/** An allow for a line. */
export function granted({ file }: AccessPolicy, { line }: AccessEntry): Allow<Code> {
  return allow({ code: 'granted', source: { file, line } })
}

/** A deny for a line. */
export function refused(
  code: 'restricted' | 'not-granted',
  { file }: AccessPolicy,
  { line }: AccessEntry,
): Deny<Code> {
  return deny({ code, source: { file, line } })
}
