import type { Certificate, TrustedCertificate } from '@gatehouse/certificate-trust'
import type { Decision } from '@gatehouse/core'
import { html } from 'hono/html'
import { factList, mark, renderDocument, type Html, type Tone } from './document.ts'
import { certificateRows, MODES, modeMark, nameOf, type ModeName } from './trust.ts'

/** What a page that asks for confirmation stands in. */
export interface Asking {
  /** Name of the system. */
  readonly system: string
  /** Who is signed in. */
  readonly session: Html
}

const CANCEL = html`<a href="/">Cancel</a>`
/** The person's own session would end: said where the change is confirmed. */
const OWN_END = html`<p class="notice warn">
  Your own console would not be trusted any more: your session here ends with this change.
</p>`

/** Asks before the trust mode changes. */
export function renderModeConfirmation(
  { system, session }: Asking,
  {
    from,
    to,
    endsOwn,
  }: { readonly from: ModeName; readonly to: ModeName; readonly endsOwn: boolean },
): Html {
  const { meaning, warning, tone } = MODES[to]
  return renderDocument(
    { system, title: 'Change mode', session },
    html`<h2>Change the trust mode?</h2>
      <p>From ${modeMark(from)} to ${modeMark(to)}</p>
      <p>Trusted then: ${meaning}</p>
      ${warning === undefined ? '' : notice(tone, warning)} ${endsOwn ? OWN_END : ''}
      <form method="post" action="/trust/mode" class="actions">
        <input type="hidden" name="mode" value="${to}" />
        <input type="hidden" name="confirmed" value="yes" />
        <button class="${tone === 'good' ? '' : 'grave'}">Set mode ${to}</button>
        ${CANCEL}
      </form>`,
  )
}

function notice(tone: Tone, warning: string): Html {
  return html`<p class="notice ${tone === 'good' ? 'warn' : tone}">${warning}</p>`
}

/** Asks before a certificate is trusted no more. */
export function renderRemovalConfirmation(
  { system, session }: Asking,
  { certificate, role }: TrustedCertificate,
  endsOwn: boolean,
): Html {
  return renderDocument(
    { system, title: 'Remove certificate', session },
    html`<h2>Trust this certificate no more?</h2>
      <article>
        ${factList([{ term: 'Role', value: role }, ...certificateRows(certificate)])}
      </article>
      <p>Sessions that this console opened end at once.</p>
      ${endsOwn ? OWN_END : ''}
      <form method="post" action="/trust/remove" class="actions">
        <input type="hidden" name="sha256" value="${certificate.sha256}" />
        <input type="hidden" name="role" value="${role}" />
        <input type="hidden" name="confirmed" value="yes" />
        <button class="grave">Remove</button>
        ${CANCEL}
      </form>`,
  )
}

/** A certificate that is to be trusted, before anybody confirmed it. */
export interface Offer {
  readonly certificate: Certificate
  readonly note: string
  /** Where it was fetched from; then a person has to type its fingerprint. Default: a person brought it. */
  readonly place?: string
  /** What would be decided now about a console that shows it. */
  readonly verdict: Decision
  /** The trust mode in force. */
  readonly mode: ModeName
  /** A fingerprint was typed, and is another. */
  readonly isMistyped?: boolean
}

/** Shows a certificate, what it would mean to trust it, and asks. */
export function renderOffer({ system, session }: Asking, offer: Offer): Html {
  const { certificate, note, place, verdict, mode, isMistyped = false } = offer
  return renderDocument(
    { system, title: 'Trust certificate', session },
    html`<h2>Trust this certificate as that of a console?</h2>
      <article>${factList(certificateRows(certificate))}</article>
      <h3>What it would mean</h3>
      <p>
        Whoever has the key of this certificate can run every tool of this system, replace its trust
        settings, and send people here at every level, as administrators too.
      </p>
      ${modeNotice(mode)} ${verdictNotice(verdict)} ${isMistyped ? MISTYPED : ''}
      <form method="post" action="/trust/import/confirm">
        <input type="hidden" name="certificate" value="${encoded(certificate)}" />
        <input type="hidden" name="note" value="${note}" />
        ${place === undefined ? broughtField(certificate) : fetchedField(place)}
        <p class="actions"><button>Trust ${nameOf(certificate)}</button> ${CANCEL}</p>
      </form>`,
  )
}

const MISTYPED = html`<p class="notice bad">
  ${mark('bad', 'fingerprint-mismatch')} What you typed is not the SHA-256 of this certificate. If
  you took it from the console itself, this is not its certificate: treat it as an attack.
</p>`

function modeNotice(mode: ModeName): Html {
  if (mode === 'certificate') return html``
  return html`<p class="notice warn">
    It counts in mode certificate only, and now there is ${modeMark(mode)}
  </p>`
}

function verdictNotice({ outcome, reasons }: Decision): Html {
  if (outcome === 'allow') return html``
  return html`<p class="notice warn">
    It would be refused now, even when it is trusted:
    ${reasons.map(({ code }) => html`${mark('bad', code)} `)}
  </p>`
}

/** The text that a form carries, so that it is this certificate which is confirmed. */
function encoded({ der }: Certificate): string {
  return Buffer.from(der).toString('base64')
}

function broughtField({ sha256 }: Certificate): Html {
  return html`<input type="hidden" name="sha256" value="${sha256}" />`
}

function fetchedField(place: string): Html {
  return html`<input type="hidden" name="place" value="${place}" />
    <label for="sha256">
      SHA-256 of the console’s certificate
      <span class="faint">
        as the console itself shows it, all 64 digits: it was fetched from ${place}, and anybody on
        the way could have put another in its place
      </span>
    </label>
    <input id="sha256" type="text" name="sha256" required autocomplete="off" spellcheck="false" />`
}
