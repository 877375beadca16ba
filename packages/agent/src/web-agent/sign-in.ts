import { deny, type Decision } from '@gatehouse/core'
import type { Passage, Session } from '@gatehouse/signed-request'
import type { Hono } from 'hono'
import type { Bindings } from '../listeners/http.ts'
import { renderHandOver, renderRefusal } from './pages/visit.ts'
import { addressOf, withFacts, type PageParts, type Visit } from './visitor.ts'

/** What became of a ticket. */
type SignedIn =
  | { readonly id: string; readonly session: Session; readonly decision: Decision }
  | { readonly passage?: Passage; readonly decision: Decision }

/**
 * Takes a ticket and hands the browser a session: the address first, then the ticket, then whether the
 * console is still trusted, then the room for one more session.
 *
 * The answer is a page that goes on to the home page by itself, as the request that brought the ticket
 * was started by another site: what follows it would be sent without the cookie (`SameSite=Strict`).
 */
export function addSignIn(pages: Hono<Bindings>, parts: PageParts): void {
  const { config, cookie, journal } = parts
  pages.get('/sign-in', async (visit) => {
    // A ticket is used up by whoever asks for the page, and not by a look at its head.
    if (visit.req.method !== 'GET') return visit.body(null, 405, { allow: 'GET' })
    const address = addressOf(visit)
    const signedIn = signIn(visit.req.query('ticket') ?? '', address, parts)
    const passage = 'session' in signedIn ? signedIn.session.passage : signedIn.passage
    try {
      await journal.record({
        by: 'web-agent',
        peer: { address, verifiedName: null },
        clientCertificate: passage?.console,
        ...(passage && { claimedUser: passage.user }),
        request: { action: 'web-agent.sign-in' },
        decision: withFacts(signedIn.decision, passage ? { level: passage.level } : {}),
      })
    } catch (error) {
      if ('id' in signedIn) parts.sessions.end(signedIn.id)
      throw error
    }
    if (!('id' in signedIn)) return refuse(visit, config.name, signedIn.decision)
    cookie.write(visit, signedIn.id)
    return visit.html(renderHandOver(config.name))
  })
}

function signIn(ticket: string, address: string, parts: PageParts): SignedIn {
  const { config, tickets, sessions, consoles, now } = parts
  const permitted = config.webAgent.signIn.check(address)
  if (permitted.outcome === 'deny') return { decision: permitted }
  const redeemed = tickets.redeem(ticket, { address }, now())
  if (redeemed.outcome === 'deny') return { decision: redeemed }
  const { passage } = redeemed
  const trusted = consoles.decide(passage.console)
  if (trusted.outcome === 'deny') return { passage, decision: trusted }
  const opened = sessions.open(passage, now())
  if (opened.outcome === 'deny') return { passage, decision: deny(...opened.reasons) }
  const { id, session } = opened
  return { id: id.expose(), session, decision: permitted }
}

async function refuse(visit: Visit, system: string, { reasons }: Decision): Promise<Response> {
  const codes = reasons.map(({ code }) => code)
  const remedy = codes[0]?.startsWith('sign-in-address') === true ? ELSEWHERE : AGAIN
  return visit.html(await renderRefusal(system, { title: 'Not signed in', codes, remedy }), 403)
}

const AGAIN = 'Go back to the console and sign in to this system from there once more.'
const ELSEWHERE = 'This system takes people from some addresses only; its config says from which.'
