import {
  allow,
  deny,
  isNoPolicy,
  policyInForce,
  type Claimed,
  type Decision,
  type Deny,
  type Guard,
  type NoPolicy,
  type PolicySource,
  type Verified,
} from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'
import type { GeneralName } from '../name/general-name.ts'
import type { UserCode } from './codes.ts'
import { foldName, type UserMap, type UserMapping } from './user-map.ts'

/** A certificate whose owner has shown to have its key, in TLS or by a signature. */
export interface ShownCertificate {
  readonly certificate: Certificate
  /**
   * Whether it is trusted: the decision of `verifyTrusted`, `decideCaller`, or of a guard of theirs. Its
   * names count only where the first reason is `chain-trusted`: of one that is trusted as itself nobody
   * else says what it is called.
   */
  readonly trusted: Decision
}

/**
 * Decides whether a certificate stands for a user.
 *
 * An entry for the certificate itself decides alone. Otherwise every entry for one of its alternative
 * names has to say the same. User names are compared exactly: `Ann` is not `ann`, whatever the system
 * that the name is from makes of it. Whoever uses Windows accounts writes each as its callers do.
 *
 * It does not ask whether the owner has the key, nor when.
 *
 * @param shown - Nothing where no certificate was shown.
 * @returns `allow` with `user-of-certificate` or `console-vouches`, else `deny`; the source is the line
 *   of the map that decided, or the certificate.
 */
export function decideUser(
  map: UserMap | NoPolicy,
  shown: ShownCertificate | undefined,
  user: Claimed<string> | Verified<string>,
): Decision<UserCode> {
  if (isNoPolicy(map)) return map.decision
  if (shown === undefined) return deny<UserCode>({ code: 'certificate-not-trusted' })
  const { certificate, trusted } = shown
  const about = { source: { certificate: certificate.sha256 } }
  if (trusted.outcome !== 'allow') {
    return deny<UserCode>({ code: 'certificate-not-trusted', ...about })
  }
  const own = map.byCertificate.get(certificate.sha256)
  if (own !== undefined) return decideBy(own, user)
  const [first, ...others] = namesOf(certificate).flatMap((name) => map.byName.get(name) ?? [])
  if (first === undefined) return deny<UserCode>({ code: 'certificate-maps-to-nobody', ...about })
  if (trusted.reasons[0].code !== 'chain-trusted') {
    return refuse('name-not-vouched-for', first)
  }
  const isOne = others.every((other) => mappedUser(other) === mappedUser(first))
  return isOne ? decideBy(first, user) : refuse('certificate-maps-to-several', first)
}

function decideBy(entry: UserMapping, user: string): Decision<UserCode> {
  if ('users' in entry) return allow<UserCode>({ code: 'console-vouches', ...placeOf(entry) })
  const { user: mapped } = entry
  if (mapped !== user) return refuse('user-not-of-certificate', entry)
  return allow<UserCode>({ code: 'user-of-certificate', ...placeOf(entry), facts: { user } })
}

function refuse(code: UserCode, entry: UserMapping): Deny<UserCode> {
  return deny<UserCode>({ code, ...placeOf(entry) })
}

function placeOf({ source }: UserMapping): Pick<UserMapping, 'source'> {
  return source === undefined ? {} : { source }
}

/** What two entries are compared by; `undefined` for one that lets its console name anybody. */
function mappedUser(entry: UserMapping): string | undefined {
  return 'user' in entry ? entry.user : undefined
}

/** Host names and mail addresses, each once. A wildcard is nobody's name. */
function namesOf({ extensions }: Certificate): readonly string[] {
  const names = extensions.subjectAltName?.value ?? []
  return [...new Set(names.flatMap(nameOf))]
}

function nameOf(name: GeneralName): readonly string[] {
  if (name.kind !== 'dns' && name.kind !== 'mail') return []
  const folded = foldName(name.value)
  const isOfItsForm = folded?.includes('@') === (name.kind === 'mail')
  return folded !== undefined && isOfItsForm ? [folded] : []
}

/** What {@link userGuard} says while a console may name any user. */
export const CONSOLE_VOUCHES = 'console-vouches-for-users'

/** Where {@link userGuard} finds what it decides about. */
export interface UserGuardOptions<Request> {
  /** The map, or where to find the one in force at each request. */
  readonly users: PolicySource<UserMap>
  /** The certificate that the request came with. */
  readonly certificateOf: (request: Request) => ShownCertificate | undefined
  /** The user that it names. */
  readonly userOf: (request: Request) => Claimed<string> | Verified<string>
}

/**
 * {@link decideUser} for `compose`: makes the user name as good as the certificate.
 *
 * It rests on somebody before it who authenticates the console: `certificateGuard` with required client
 * certificates, or a guard of signed requests. Where an entry lets a console name any user, the
 * statement shows that as an opening: such a user is authenticated by that console, or by nobody.
 */
export function userGuard<Request>({
  users,
  certificateOf,
  userOf,
}: UserGuardOptions<Request>): Guard<Request, UserCode> {
  return Object.freeze({
    name: 'certificate-user',
    provides: Object.freeze([{ guarantee: 'authentication', of: 'user name' } as const]),
    reliesOn: Object.freeze([{ guarantee: 'authentication', of: 'console' } as const]),
    get openings() {
      const map = policyInForce(users)
      const isOpen = !isNoPolicy(map) && map.entries.some((entry) => 'users' in entry)
      return isOpen ? [CONSOLE_VOUCHES] : []
    },
    check: (request: Request) =>
      decideUser(policyInForce(users), certificateOf(request), userOf(request)),
  })
}
