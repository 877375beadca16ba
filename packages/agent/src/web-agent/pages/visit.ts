import { escapeControls } from '@gatehouse/core'
import type { Session } from '@gatehouse/signed-request'
import { html } from 'hono/html'
import { instant, mark, renderDocument, type Html } from './document.ts'

/** The page of a visitor without a session: it says what system this is, and nothing else of it. */
export function renderDoor(system: string): Html {
  return renderDocument(
    { system },
    html`<h2>Sign in from the console</h2>
      <p>
        This system has no passwords of its own. Sign in to your management console, look for this
        system there, and choose the level at which to sign in; the console sends your browser here.
      </p>`,
  )
}

/** The page between the ticket and the home page: only a request from here shows the new cookie. */
export function renderHandOver(system: string): Html {
  return renderDocument(
    { system, title: 'Signed in', goOn: '/' },
    html`<h2>Signed in</h2>
      <p><a href="/">Go on to the home page</a></p>`,
  )
}

/** The page after somebody signed out. */
export function renderSignedOut(system: string): Html {
  return renderDocument(
    { system, title: 'Signed out' },
    html`<h2>Signed out</h2>
      <p>The session on this system has ended. The one on your console has not.</p>`,
  )
}

/** What a visitor is told about a refusal. */
export interface Refusal {
  /** In a few words. */
  readonly title: string
  /** Codes of the reasons; no sentence that would tell of policies. */
  readonly codes: readonly string[]
  /** What to do about it. */
  readonly remedy: string
}

/** A page that refuses something. */
export function renderRefusal(
  system: string,
  { title, codes, remedy }: Refusal,
  session?: Html,
): Html {
  return renderDocument(
    { system, title, ...(session && { session }) },
    html`<h2>${title}</h2>
      <p>${codes.map((code) => html`${mark('bad', code)} `)}</p>
      <p>${remedy}</p>
      ${session && html`<p class="actions"><a href="/">Back to the home page</a></p>`}`,
  )
}

/** Who is signed in, how, until when; and the way out. */
export function sessionBar({ passage, end }: Session, idleMinutes: number): Html {
  const { user, level, console } = passage
  return html`<div class="session">
    <p>
      Signed in as <strong>${escapeControls(user)}</strong> ${mark('good', level)}, vouched for by
      the console with the certificate <code>${console.slice(0, 16)}…</code><br />
      <span class="faint">
        The session ends at ${instant(end)} unless you use it before: ${idleMinutes} minutes without
        a request.
      </span>
    </p>
    <form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>
  </div>`
}
