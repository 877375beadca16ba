import { deny, type Decision, type Deny } from '@gatehouse/core'
import { checkPrivilege, type Session } from '@gatehouse/signed-request'
import type { Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Privilege } from '../config/model.ts'
import type { Bindings } from '../listeners/http.ts'
import { canonical } from '../listeners/peer-name.ts'
import type { Consoles } from './consoles.ts'
import type { Html } from './pages/document.ts'
import { renderRefusal, sessionBar } from './pages/visit.ts'
import type { WebAgentParts } from './parts.ts'
import type { SessionCookie } from './session-cookie.ts'

/** A person with a session that is alive. */
export interface Visitor {
  readonly id: string
  readonly session: Session
  /** Peer address of the connection. */
  readonly address: string
}

/** What pages stand on. */
export interface PageParts extends WebAgentParts {
  readonly cookie: SessionCookie
  readonly consoles: Consoles
}

/** A request of a browser. */
export type Visit = Context<Bindings>

/** Peer address of a request; empty when it is gone, which no rule lets in. */
export function addressOf({ env: { incoming } }: Visit): string {
  return canonical(incoming.socket.remoteAddress ?? '') ?? ''
}

/**
 * Whose request it is. The idle time of the session begins anew; a session whose console is no longer
 * trusted ends with every other that it opened.
 *
 * @returns Nobody without a cookie; a `deny` when the cookie is of no session that is alive.
 */
export function findVisitor(visit: Visit, parts: PageParts): Visitor | Deny | undefined {
  const { cookie, sessions, consoles, now } = parts
  const id = cookie.read(visit)
  if (id === undefined) return undefined
  const found = sessions.find(id, now())
  if (found.outcome === 'deny') return found
  const { session } = found
  const trusted = consoles.decide(session.passage.console)
  if (trusted.outcome === 'allow') return { id, session, address: addressOf(visit) }
  return deny({ code: 'session-ended', source: { request: 'session' } }, ...trusted.reasons)
}

/** Decides whether a visitor has a privilege. */
export function mayVisitor(
  { session }: Visitor,
  { config }: WebAgentParts,
  privilege: Privilege,
): Decision {
  return checkPrivilege(config.webAgent.levels, session.passage.level, privilege)
}

/** The bar of a page that says who is signed in. */
export function barOf({ session }: Visitor, { settings, config }: WebAgentParts): Html {
  return sessionBar(session, settings.current().sessionMinutes ?? config.webAgent.sessionMinutes)
}

/**
 * Records what a visitor asks for, before anything comes of it.
 *
 * @throws Unrecorded when it is not known to be recorded, and has to be.
 */
export async function recordVisitor(
  { session, address }: Visitor,
  { journal }: WebAgentParts,
  request: { readonly action: string; readonly target?: string },
  decision: Decision,
): Promise<void> {
  const { user, level, console } = session.passage
  await journal.record({
    by: 'web-agent',
    peer: { address, verifiedName: null },
    clientCertificate: console,
    claimedUser: user,
    request,
    decision: withFacts(decision, { level }),
  })
}

/** The same decision with further facts on its first reason, as records keep them. */
export function withFacts(decision: Decision, facts: Readonly<Record<string, string>>): Decision {
  const [first, ...rest] = decision.reasons
  return { ...decision, reasons: [{ ...first, facts: { ...first.facts, ...facts } }, ...rest] }
}

/** Whether somebody was found, and not a reason why nobody was. */
export function isVisitor(found: Visitor | Deny): found is Visitor {
  return 'session' in found
}

/** Answers a form of somebody whose session is alive; nobody else's is read. */
export function onVisitor(
  pages: Hono<Bindings>,
  path: string,
  parts: PageParts,
  answer: (visit: Visit, visitor: Visitor) => Promise<Response>,
): void {
  pages.post(path, async (visit) => {
    const visitor = findVisitor(visit, parts) ?? NOBODY
    return isVisitor(visitor) ? answer(visit, visitor) : refuseSession(visit, parts, visitor)
  })
}

const NOBODY = deny({ code: 'session-unknown', source: { request: 'session' } })

/** The page for a session that there is not any more; the browser forgets its cookie. */
export async function refuseSession(
  visit: Visit,
  { config, cookie }: PageParts,
  { reasons }: Deny,
): Promise<Response> {
  cookie.clear(visit)
  const page = renderRefusal(config.name, {
    title: 'No session',
    codes: reasons.map(({ code }) => code),
    remedy: 'Sign in to this system from the console once more.',
  })
  return visit.html(await page, 401)
}

/** What a visitor is refused with. */
export interface VisitorRefusal {
  readonly codes: readonly string[]
  /** Default 403. */
  readonly status?: ContentfulStatusCode
  /** Default: that nothing was done. */
  readonly remedy?: string
}

/** The page that refuses something to a person who is signed in. */
export async function refuseVisitor(
  visit: Visit,
  visitor: Visitor,
  parts: PageParts,
  refusal: VisitorRefusal | Deny,
): Promise<Response> {
  const {
    codes,
    status = 403,
    remedy = NOTHING_DONE,
  }: VisitorRefusal = 'reasons' in refusal
    ? { codes: refusal.reasons.map(({ code }) => code) }
    : refusal
  const page = { title: 'Not done', codes, remedy }
  return visit.html(await renderRefusal(parts.config.name, page, barOf(visitor, parts)), status)
}

const NOTHING_DONE = 'Nothing was changed, and nothing was run.'
