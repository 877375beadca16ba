import {
  expiryWarnings,
  formatGeneralName,
  formatName,
  insecureTrustAll,
  MAX_TRUSTED_NAMES,
  type Certificate,
  type ExpiryCode,
  type TrustedCertificate,
  type TrustSettings,
} from '@gatehouse/certificate-trust'
import { escapeControls } from '@gatehouse/core'
import { html } from 'hono/html'
import { factList, fingerprint, instant, mark, type Html, type Row, type Tone } from './document.ts'

/** A trust mode as forms and records name it. */
export type ModeName = 'none' | 'certificate' | 'name' | 'all'

/** The name of a trust mode. */
export function nameOfMode(mode: TrustSettings['mode']): ModeName {
  return mode === insecureTrustAll ? 'all' : mode
}

/** What a mode means, for people. */
export interface ModeMeaning {
  readonly tone: Tone
  /** Who is trusted. */
  readonly meaning: string
  /** What to know before it is set. */
  readonly warning?: string
}

/** What the trust modes mean. */
export const MODES: Readonly<Record<ModeName, ModeMeaning>> = {
  certificate: {
    tone: 'good',
    meaning: 'Consoles whose certificate is in the list below. While the list has none, nobody.',
  },
  name: {
    tone: 'warn',
    meaning: 'Whoever claims one of the names below.',
    warning: 'Anybody can claim a name: this keeps out mistakes, and no attacker.',
  },
  none: {
    tone: 'good',
    meaning: 'No console: no tools from consoles, and no sign-in.',
    warning:
      'This page can no longer be reached then, and every session ends. Only a command on the system itself sets another mode.',
  },
  all: {
    tone: 'bad',
    meaning: 'Every caller, whoever it is.',
    warning:
      'This protects nothing: anybody who reaches the agent can sign in as administrator and run every tool.',
  },
}

/** What the trust section shows. */
export interface TrustView {
  readonly mode: ModeName
  /** Modes that may be set. */
  readonly modes: readonly ModeName[]
  readonly settings: TrustSettings
  /** SHA-256 of the certificate of the console that handed this person over. */
  readonly own: string
  readonly at: Date
}

/** The part of the home page with the trust settings. */
export function renderTrust({ mode, modes, settings, own, at }: TrustView): Html {
  const { names = [], list } = settings
  const entries = list?.entries ?? []
  return html`<section aria-labelledby="trust">
    <h2 id="trust">Trust</h2>
    <p>Whom this system takes tools, settings and people from. ${modeMark(mode)}</p>
    ${currentWarning(mode, entries)}
    <div class="cards">
      <article>${modeForm(mode, modes)}</article>
      <article>${namesForm(names)}</article>
    </div>
    <h3>Trusted certificates</h3>
    ${
      entries.length === 0
        ? html`<p class="faint">None.</p>`
        : entries.map((entry) => entryCard(entry, own, at))
    }
    <h3>Trust a further console</h3>
    <p class="faint">
      Either way the certificate is shown first, and trusted only when you confirm.
    </p>
    <div class="cards">
      <article>${importForm()}</article>
      <article>${pullForm()}</article>
    </div>
  </section>`
}

/** A mode as a mark. */
export function modeMark(mode: ModeName): Html {
  return mark(MODES[mode].tone, `mode ${mode}`)
}

function currentWarning(mode: ModeName, entries: readonly TrustedCertificate[]): Html | '' {
  const { tone, warning } = MODES[mode]
  if (warning !== undefined) return html`<p class="notice ${tone}">${warning}</p>`
  const hasConsole = entries.some(({ role }) => role === 'console')
  if (mode !== 'certificate' || hasConsole) return ''
  return html`<p class="notice warn">No console has a trusted certificate: nobody is trusted.</p>`
}

function modeForm(current: ModeName, modes: readonly ModeName[]): Html {
  return html`<form method="post" action="/trust/mode">
    <fieldset>
      <legend>Trust mode</legend>
      ${modes.map((mode) => modeChoice(mode, mode === current))}
    </fieldset>
    <p class="actions"><button>Change mode…</button></p>
  </form>`
}

function modeChoice(mode: ModeName, isCurrent: boolean): Html {
  const { meaning, warning } = MODES[mode]
  return html`<label class="choice">
    <input type="radio" name="mode" value="${mode}" ${isCurrent ? 'checked' : ''} required />
    <span>
      <strong>${mode}</strong> ${meaning}
      ${warning === undefined ? '' : html`<span class="faint">${warning}</span>`}
    </span>
  </label>`
}

function namesForm(names: readonly string[]): Html {
  return html`<form method="post" action="/trust/names">
    <label for="names">
      Names of consoles
      <span class="faint"
        >for mode <code>name</code>, one a line, ${MAX_TRUSTED_NAMES} at most</span
      >
    </label>
    <textarea id="names" name="names" spellcheck="false">${names.join('\n')}</textarea>
    <p class="actions"><button class="quiet">Save names</button></p>
  </form>`
}

const SENTENCES: Readonly<Record<ExpiryCode, readonly [Tone, string]>> = {
  expired: ['bad', 'has ended'],
  'not-yet-valid': ['bad', 'is not valid yet'],
  'trust-ended': ['bad', 'trust has ended'],
  'within-7-days': ['bad', 'ends within 7 days'],
  'within-30-days': ['warn', 'ends within 30 days'],
  'within-90-days': ['warn', 'ends within 90 days'],
  'trust-ends': ['warn', 'trust ends soon'],
}

function entryCard(entry: TrustedCertificate, own: string, at: Date): Html {
  const { certificate, role, until, note } = entry
  const isOwn = certificate.sha256 === own && role === 'console'
  const warnings = expiryWarnings([entry], at).map(({ code }) => mark(...SENTENCES[code]))
  return html`<article>
    <h4>
      ${nameOf(certificate)} ${mark('good', role)} ${isOwn ? mark('warn', 'your console') : ''}
      ${warnings}
    </h4>
    ${factList([
      { term: 'SHA-256', value: fingerprint(certificate.sha256) },
      { term: 'Valid', value: validity(certificate) },
      ...(until === undefined ? [] : [{ term: 'Trusted until', value: instant(until) }]),
      ...(note === undefined ? [] : [{ term: 'Note', value: note }]),
    ])}
    <form method="post" action="/trust/remove" class="actions">
      <input type="hidden" name="sha256" value="${certificate.sha256}" />
      <input type="hidden" name="role" value="${role}" />
      <button class="quiet">Remove…</button>
    </form>
  </article>`
}

function importForm(): Html {
  return html`<form method="post" action="/trust/import" enctype="multipart/form-data">
    <label for="certificate">
      Certificate of the console <span class="faint">in PEM, pasted</span>
    </label>
    <textarea
      id="certificate"
      name="certificate"
      spellcheck="false"
      placeholder="-----BEGIN CERTIFICATE-----"
    ></textarea>
    <label for="file">or as a file <span class="faint">PEM, DER or PKCS#7</span></label>
    <input id="file" type="file" name="file" />
    ${noteField('import-note')}
    <p class="actions"><button>Show certificate…</button></p>
  </form>`
}

function pullForm(): Html {
  return html`<form method="post" action="/trust/fetch">
    <label for="host">
      Fetch the certificate from a console <span class="faint">address or host name</span>
    </label>
    <input id="host" type="text" name="host" required autocomplete="off" spellcheck="false" />
    <label for="port">Port <span class="faint">of HTTPS</span></label>
    <input id="port" type="text" name="port" inputmode="numeric" required autocomplete="off" />
    ${noteField('fetch-note')}
    <p class="actions"><button>Fetch certificate…</button></p>
    <p class="faint">
      Anybody on the way can show another one: you will have to type its SHA-256 as the console
      itself shows it.
    </p>
  </form>`
}

function noteField(id: string): Html {
  return html`<label for="${id}">Note <span class="faint">decides nothing</span></label>
    <input id="${id}" type="text" name="note" maxlength="1000" autocomplete="off" />`
}

/** Subject of a certificate, made printable. */
export function nameOf({ subject }: Certificate): string {
  const name = formatName(subject)
  return name === '' ? 'no subject' : escapeControls(name)
}

/** From when to when it is valid. */
function validity({ notBefore, notAfter }: Certificate): Html {
  return html`${instant(new Date(notBefore * 1000))} to ${instant(new Date(notAfter * 1000))}`
}

/** What a certificate says of itself. */
export function certificateRows(certificate: Certificate): readonly Row[] {
  const issuer = certificate.isSelfIssued
    ? 'itself'
    : escapeControls(formatName(certificate.issuer)) || 'no name'
  return [
    { term: 'Subject', value: nameOf(certificate) },
    { term: 'Issuer', value: issuer },
    ...namesRow(certificate),
    { term: 'Valid', value: validity(certificate) },
    { term: 'Serial number', value: certificate.serialNumber },
    { term: 'SHA-256', value: fingerprint(certificate.sha256) },
  ]
}

/** Most alternative names that are shown. */
const MAX_SHOWN_NAMES = 10

function namesRow({ extensions }: Certificate): readonly Row[] {
  const names = extensions.subjectAltName?.value ?? []
  if (names.length === 0) return []
  const shown = names.slice(0, MAX_SHOWN_NAMES).map(formatGeneralName)
  const rest = names.length - shown.length
  return [{ term: 'Names', value: shown.join(', ') + (rest === 0 ? '' : `, and ${rest} more`) }]
}
