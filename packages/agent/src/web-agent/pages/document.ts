import { escapeControls } from '@gatehouse/core'
import { html } from 'hono/html'

/** A piece of HTML in which everything interpolated has been escaped. */
export type Html = ReturnType<typeof html>

/** Where the stylesheet of the pages is. */
export const STYLESHEET_PATH = '/web-agent.css'

/** What stands around the contents of a page. */
export interface Frame {
  /** Name of the system. */
  readonly system: string
  /** What the page is about, before the name of the system in the title. Default: the name alone. */
  readonly title?: string
  /** Who is signed in, and how to sign out. */
  readonly session?: Html
  /** Where the browser goes on to by itself. */
  readonly goOn?: '/'
}

/** A page of the web agent. It has no script, and fetches nothing but its stylesheet. */
export function renderDocument({ system, title, session, goOn }: Frame, main: Html): Html {
  const named = title === undefined ? system : `${title} – ${system}`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${goOn && html`<meta http-equiv="refresh" content="0; url=${goOn}" />`}
        <title>${escapeControls(named)}</title>
        <link rel="stylesheet" href="${STYLESHEET_PATH}" />
      </head>
      <body>
        <header>
          <p class="faint">Managed system</p>
          <h1>${escapeControls(system)}</h1>
        </header>
        ${session ?? ''}
        <main>${main}</main>
      </body>
    </html>`
}

/** How good something is. */
export type Tone = 'good' | 'warn' | 'bad'

/** A short word that stands out. */
export function mark(tone: Tone, text: string): Html {
  return html`<span class="mark ${tone}">${escapeControls(text)}</span>`
}

/** A row of a list of facts. */
export interface Row {
  readonly term: string
  readonly value: Html | string
  readonly tone?: Tone
}

/** A list of facts, one a row. Texts are made printable; pieces of HTML have been made so before. */
export function factList(rows: readonly Row[]): Html {
  return html`<dl>
    ${rows.map(
      ({ term, value, tone = '' }) =>
        html`<div>
          <dt class="${tone}">${term}</dt>
          <dd>${typeof value === 'string' ? escapeControls(value) : value}</dd>
        </div>`,
    )}
  </dl>`
}

/** An instant in UTC to the minute. */
export function instant(at: Date): Html {
  const text = at.toISOString()
  return html`<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 16)} UTC</time>`
}

/** A fingerprint in groups of four digits, so that people can compare it. */
export function fingerprint(sha256: string): Html {
  const groups = sha256.match(/.{1,4}/g) ?? []
  return html`<code class="fingerprint"
    >${groups.map((group) => html`<span>${group}</span> `)}</code
  >`
}
