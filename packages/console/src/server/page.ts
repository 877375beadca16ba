import { describeProvision, escapeControls, formatSource, type Statement } from '@gatehouse/core'
import type { AnswerReason, PassedLevel, StatementAnswer } from '@gatehouse/protocol'
import { html } from 'hono/html'
import type { Result } from '../result.ts'
import type { SnmpView } from '../snmp/view.ts'
import type { System } from '../systems.ts'
import type { JobSummary } from '../tasks/requests.ts'
import { jobSection } from './job-section.ts'
import type { Entry } from './journal.ts'
import { snmpSection } from './snmp-section.ts'
import { SIGN_IN_PATH, type Offers } from './sign-in.ts'

/** A piece of HTML in which everything interpolated has been escaped. */
type Html = ReturnType<typeof html>

/** A system, and what it said about itself when it was asked for this page. */
export interface SystemState {
  /** As the directory has it. */
  readonly system: System
  /** What it promises, or why that is not known. */
  readonly statement: Result<StatementAnswer>
}

/** What a console has done. */
export interface Done {
  /** Calls and secure tasks, the newest first. */
  readonly entries: readonly Entry[]
  /** Jobs of the task facility, the newest first; undefined without one. */
  readonly jobs: readonly JobSummary[] | undefined
  /** What is known by SNMP; undefined where nothing is asked. */
  readonly snmp: SnmpView | undefined
}

/** The console's one page. It shows what systems answered, and offers to sign in to them. */
export function renderPage(
  states: readonly SystemState[],
  { entries, jobs, snmp }: Done,
  offers: Offers,
): Html {
  return document(html`
    <header>
      <h1>Gatehouse console</h1>
      <p class="faint">It asks systems and shows what they answer. Each decides for itself.</p>
    </header>
    <main>
      <section aria-labelledby="systems">
        <h2 id="systems">Systems</h2>
        <p class="faint">
          What each provides, what that rests on and nobody provides, and what it lacks.
        </p>
        ${states.some(({ system }) => system.webAgent !== undefined) ? signInState(offers) : ''}
        <div class="systems">${states.map((state) => systemCard(state, offers))}</div>
      </section>
      <section aria-labelledby="decisions">
        <h2 id="decisions">Decisions</h2>
        ${entries.length === 0 ? NO_DECISIONS : decisionTable(entries)}
      </section>
      ${jobs === undefined ? '' : jobSection(jobs)} ${snmp === undefined ? '' : snmpSection(snmp)}
    </main>
    <footer>Kept in memory only. Reload the page to see what is new.</footer>
  `)
}

/** A page that says why a person was not signed in to a system. */
export function renderProblem(code: string, sentence: string): Html {
  return document(html`
    <header><h1>Not signed in</h1></header>
    <main>
      <p><code>${escapeControls(code)}</code> ${escapeControls(sentence)}</p>
    </main>
    <footer>Go back, reload the page and try again.</footer>
  `)
}

function document(body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Gatehouse console</title>
        <link rel="stylesheet" href="/console.css" />
      </head>
      <body>
        ${body}
      </body>
    </html>`
}

/** Who can sign in from here, or why nobody can. */
function signInState(offers: Offers): Html {
  switch (offers.state) {
    case 'open':
      return html`<p class="faint">
        Buttons sign <strong>${escapeControls(offers.user)}</strong> in to a system, as far as the
        toolboxes allow.
      </p>`
    case 'no-operator':
      return html`<p class="faint">
        No buttons to sign in: the console was started without <code>--toolbox</code>.
      </p>`
    case 'not-the-operator':
      return html`<p class="faint">
        No buttons to sign in: they are on the page whose link the console printed.
      </p>`
    case 'files-unusable':
      return html`<p>
        ${mark('bad', 'no buttons to sign in')} ${escapeControls(offers.message ?? '')}
      </p>`
  }
}

function signInForm(system: string, offers: Offers): Html {
  const levels = offers.state === 'open' ? (offers.levels.get(system) ?? []) : []
  if (offers.state !== 'open' || levels.length === 0) return html``
  return html`<form method="post" action="${SIGN_IN_PATH}">
    <input type="hidden" name="key" value="${offers.key}" />
    <input type="hidden" name="system" value="${system}" />
    <span class="faint">Sign in</span>
    ${levels.map((level) => html`<button name="level" value="${level}">${AS_LEVEL[level]}</button>`)}
  </form>`
}

/** The three levels in the vendor's words. */
const AS_LEVEL: Readonly<Record<PassedLevel, string>> = {
  user: 'As User',
  operator: 'As Operator',
  administrator: 'As Administrator',
}

const NO_DECISIONS = html`<p class="faint">
  None yet. Send one with <code>gatehouse call … --console URL</code>.
</p>`

function systemCard({ system, statement }: SystemState, offers: Offers): Html {
  const { name, address, port } = system
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return html`<article>
    <header>
      <h3>${name}</h3>
      ${stateMark(statement)}
    </header>
    <p class="faint place">
      ${place}${'failure' in statement ? '' : html`<br />${identity(statement.answer)}`}
    </p>
    ${certificateWarning(statement)} ${signInForm(name, offers)}
    ${'failure' in statement ? html`<p>${statement.failure.message}</p>` : statements(statement.answer)}
  </article>`
}

function stateMark(statement: SystemState['statement']): Html {
  if (!('failure' in statement)) return mark('good', 'reachable')
  const isRefused = statement.failure.code === 'certificate-refused'
  return mark('bad', isRefused ? 'certificate refused' : 'not reachable')
}

/** Monitoring goes on with a system that is not trusted; whoever reads it should know. */
function certificateWarning(statement: SystemState['statement']): Html {
  if (!('untrusted' in statement) || statement.untrusted === undefined) return html``
  const sentences = statement.untrusted.map(({ sentence }) => html`<li>${sentence}</li>`)
  return html`<p>${mark('bad', 'certificate not trusted')} It is sent no command.</p>
    <ul>
      ${sentences}
    </ul>`
}

function identity({ system: { name, dns, domain } }: StatementAnswer): string {
  return escapeControls(`${name}:${dns}:${domain}`)
}

function statements({ actions, invocations, operations, tasks }: StatementAnswer): Html {
  return html`${statementList('Actions', actions)}${statementList('Invocations', invocations)}${
    operations === undefined ? '' : statementList('Packed operations', operations)
  }${tasks === undefined ? '' : statementList('Tasks and sign-in', tasks)}`
}

function statementList(title: string, { provided, unmet, lacking, openings }: Statement): Html {
  const rows = [
    { tone: 'good', term: 'Provides', facts: provided.map(describeProvision) },
    {
      tone: 'warn',
      term: 'Rests on',
      facts: unmet.map((rest) => `${rest.guarantee} of the ${rest.of}`),
    },
    { tone: 'bad', term: 'Lacks', facts: lacking },
    { tone: 'bad', term: 'Open', facts: openings.map(({ opening }) => opening) },
  ]
  const stated = rows.filter(({ facts }) => facts.length > 0)
  const guards = new Set(provided.flatMap(({ by }) => by))
  return html`<h4>
      ${title} <span class="faint">by ${escapeControls([...guards].join(', '))}</span>
    </h4>
    <dl>
      ${stated.map(
        ({ tone, term, facts }) =>
          html`<div>
            <dt class="${tone}">${term}</dt>
            <dd>${escapeControls(facts.join(', '))}</dd>
          </div>`,
      )}
    </dl>`
}

type Tone = 'good' | 'warn' | 'bad'

function mark(tone: Tone, text: string): Html {
  return html`<span class="mark ${tone}">${escapeControls(text)}</span>`
}

function decisionTable(entries: readonly Entry[]): Html {
  return html`<table role="table">
    <caption>
      The latest ${entries.length}, newest first; user names as claimed, times in UTC.
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">Time</th>
        <th role="columnheader" scope="col">Request</th>
        <th role="columnheader" scope="col">Outcome</th>
        <th role="columnheader" scope="col">Ground</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${entries.map(decisionRow)}
    </tbody>
  </table>`
}

function decisionRow({ at, user, what, result }: Entry): Html {
  const from = 'failure' in result ? '' : ` from ${result.from}`
  const time = at.toISOString()
  return html`<tr role="row">
    <td role="cell"><time datetime="${time}">${time.slice(11, 19)}</time></td>
    <td role="cell">
      ${result.system}: <strong>${what}</strong><br />
      <span class="faint">${escapeControls(`${user}${from}`)}</span>
    </td>
    <td role="cell">${outcomeMark(result)}</td>
    <td role="cell">${ground(result)}</td>
  </tr>`
}

function outcomeMark(result: Entry['result']): Html {
  if ('failure' in result) return mark('warn', 'no answer')
  const { outcome, error } = result.answer
  if (error !== undefined) return mark('warn', 'allowed, failed')
  return outcome === 'allow' ? mark('good', 'allowed') : mark('bad', 'denied')
}

function ground(result: Entry['result']): Html {
  if ('failure' in result) {
    const { code, message } = result.failure
    return html`<code>${code}</code><br />${message}`
  }
  const { reasons, error } = result.answer
  const failure = error === undefined ? '' : `${error.code}: ${error.message}`
  return html`${reasons.map(reasonLine)}${escapeControls(failure)}`
}

function reasonLine(reason: AnswerReason): Html {
  const { code, source, sentence = '' } = reason
  const place = source === undefined ? '' : formatSource(source)
  return html`<div>
    <code>${escapeControls(code)}</code> <span class="place faint">${place}</span><br />
    ${escapeControls(sentence)}
  </div>`
}
