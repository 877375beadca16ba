import { escapeControls } from '@gatehouse/core'
import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Unrecorded } from '../audit/journal.ts'
import { discardBody } from '../listeners/body.ts'
import { onlyMethod, type Bindings } from '../listeners/http.ts'
import type { ResidentAgent } from '../running-agent.ts'
import { Consoles } from './consoles.ts'
import { FormError, limitForm } from './form.ts'
import { addHome } from './home.ts'
import { STYLESHEET_PATH } from './pages/document.ts'
import { STYLESHEET } from './pages/stylesheet.ts'
import { renderRefusal, type Refusal } from './pages/visit.ts'
import type { WebAgentParts } from './parts.ts'
import { SessionCookie } from './session-cookie.ts'
import { addSignIn } from './sign-in.ts'
import { addTrust } from './trust.ts'
import type { PageParts, Visit } from './visitor.ts'

/** What the home page tells of the agent; read at each request. */
export type AgentState = Pick<ResidentAgent, 'policies' | 'statement' | 'audit' | 'timeWarnings'>

const SIGN_IN = '/sign-in'
/** Every path of the pages, each with the one method that it takes. */
const PAGES = {
  GET: ['/', SIGN_IN, STYLESHEET_PATH],
  POST: [
    '/sign-out',
    '/tools/:name',
    '/trust/mode',
    '/trust/names',
    '/trust/import',
    '/trust/import/confirm',
    '/trust/fetch',
    '/trust/remove',
  ],
} as const

/** What the pages and the way in from the console share. */
export function pageParts(parts: WebAgentParts): PageParts {
  return { ...parts, cookie: new SessionCookie(parts.config.name), consoles: new Consoles(parts) }
}

/** Adds the pages for people. They decide nothing that a model does not decide. */
export function addPages(app: Hono<Bindings>, parts: PageParts, state: () => AgentState): void {
  const pages = new Hono<Bindings>()
  pages.onError((error, visit) => answerError(error, visit, parts))
  for (const path of [...PAGES.GET, ...PAGES.POST]) {
    pages.use(path, headersFor(path), csrf(), limitForm)
  }
  pages.get(STYLESHEET_PATH, (visit) =>
    visit.body(STYLESHEET, 200, { 'content-type': 'text/css; charset=utf-8' }),
  )
  addSignIn(pages, parts)
  addHome(pages, parts, state)
  addTrust(pages, parts)
  for (const path of PAGES.GET) onlyMethod(pages, path, 'GET, HEAD')
  for (const path of PAGES.POST) onlyMethod(pages, path, 'POST')
  app.route('/', pages)
}

/**
 * What browsers are told about a page. The page that brings a ticket names itself to nobody; the others
 * do so to themselves, as a form of a page that names itself to nobody is sent with the origin `null`.
 *
 * Without HSTS, which counts for every port of a host name: other sites of the same host, and the port
 * that sends plain HTTP here, would be out of reach for the browser. The cookie goes over HTTPS only.
 */
function headersFor(path: string): ReturnType<typeof secureHeaders> {
  const answer = secureHeaders({
    strictTransportSecurity: false,
    referrerPolicy: path === SIGN_IN ? 'no-referrer' : 'same-origin',
    xFrameOptions: 'DENY',
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
  return async (visit, next) => {
    visit.header('cache-control', 'no-store')
    return answer(visit, next)
  }
}

async function answerError(
  error: Error,
  visit: Visit,
  { config, log }: PageParts,
): Promise<Response> {
  await discardBody(visit.env.incoming)
  const { status, ...refusal } = refusalOf(error)
  if (status === 500) {
    log.error('page not answered', {
      event: 'internal-error',
      detail: escapeControls(error.message),
    })
  }
  visit.header('connection', 'close')
  return visit.html(await renderRefusal(config.name, refusal), status)
}

function refusalOf(error: Error): Refusal & { readonly status: ContentfulStatusCode } {
  if (error instanceof FormError) {
    const { status, code } = error
    return { status, title: 'Form not read', codes: [code], remedy: 'Send the form anew.' }
  }
  if (error instanceof HTTPException) {
    return {
      status: error.status,
      title: 'Refused',
      codes: ['other-origin'],
      remedy:
        'The form did not come from a page of this system. Open the home page, and use it there.',
    }
  }
  if (error instanceof Unrecorded) {
    return {
      status: 503,
      title: 'Not recorded, so not done',
      codes: ['audit-unavailable'],
      remedy: 'The audit log cannot be written. Mend that on the system first.',
    }
  }
  return {
    status: 500,
    title: 'Failed',
    codes: ['internal-error'],
    remedy: 'The log of the agent has more.',
  }
}
