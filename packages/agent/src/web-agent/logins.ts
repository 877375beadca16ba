import { deny, type Decision } from '@gatehouse/core'
import { LoginRequestSchema, PATHS, type LoginRequest } from '@gatehouse/protocol'
import type { Passage } from '@gatehouse/signed-request'
import type { Hono } from 'hono'
import { answerOf } from '../guards.ts'
import type { Bindings } from '../listeners/http.ts'
import { canonical } from '../listeners/peer-name.ts'
import type { SignedReply } from '../reply.ts'
import { onSigned, type SignedBy } from './signed-messages.ts'
import { withFacts, type PageParts } from './visitor.ts'

/** Name of the guard in reasons about tickets. */
const GUARD = 'single-login'

/**
 * Takes the hand-over of a person: a signed request of a trusted console for a ticket, with which the
 * console sends the person's browser here.
 */
export function addLogins(app: Hono<Bindings>, parts: PageParts): void {
  const message = { path: PATHS.logins, purpose: 'login', schema: LoginRequestSchema } as const
  onSigned(app, message, parts, (request, by) => handOver(request, by, parts))
}

async function handOver(
  request: LoginRequest,
  by: SignedBy,
  parts: PageParts,
): Promise<SignedReply> {
  const { config, system, tickets, consoles, journal, now } = parts
  const { user, level, target } = request
  const at = now()
  const issued = tickets.issue(passageOf(request, by), at)
  const decision: Decision =
    issued.outcome === 'issued'
      ? by.decision
      : deny({ ...issued.reasons[0], guard: GUARD }, ...by.decision.reasons)
  consoles.remember(by.certificate, by.caller)
  await journal.record({
    by: 'web-agent',
    peer: { address: by.address, verifiedName: null },
    clientCertificate: by.certificate,
    claimedUser: user,
    request: { action: 'web-agent.login', target },
    decision: withFacts(decision, { level }),
  })
  const answer = { system: system.node, ...answerOf(decision, config.answers) }
  if (issued.outcome !== 'issued') return { status: 403, body: answer }
  const path = `/sign-in?ticket=${issued.ticket.expose()}`
  const endsInMs = issued.end.getTime() - at.getTime()
  return { status: 200, body: { ...answer, path, endsInMs } }
}

function passageOf({ user, level, browserAddress }: LoginRequest, by: SignedBy): Passage {
  return {
    user,
    level,
    console: by.certificate,
    // What is no address stays as it is, and is that of no browser.
    ...(browserAddress !== undefined && {
      browserAddress: canonical(browserAddress) ?? browserAddress,
    }),
  }
}
