import { describeTimeWarning, type TimeWarning } from '@gatehouse/certificate-trust'
import { describeProvision, escapeControls, type Statement } from '@gatehouse/core'
import { html } from 'hono/html'
import type { AuditState } from '../../audit/journal.ts'
import type { PolicyState } from '../../running-agent.ts'
import { factList, mark, type Html, type Row } from './document.ts'

/** The machine, as it is now. */
export interface Machine {
  /** Name and version of the operating system. */
  readonly operatingSystem: string
  /** Seconds since it started. */
  readonly uptime: number
  /** Load average over 1, 5 and 15 minutes. */
  readonly load: readonly number[]
  /** Bytes. */
  readonly totalMemory: number
  /** Bytes. */
  readonly freeMemory: number
}

/** A statement and what it is about. */
interface TitledStatement {
  readonly title: string
  readonly statement: Statement
}

/** What the home page tells of the system. */
export interface Status {
  /** Name, DNS part and domain of the agent. */
  readonly identity: string
  readonly machine: Machine
  readonly securityMode: 'basic' | 'advanced'
  readonly policies: readonly PolicyState[]
  readonly audit: AuditState
  /** Names of the protections that are off. */
  readonly insecure: readonly string[]
  readonly timeWarnings: readonly TimeWarning[]
  /** What is promised for each kind of request. */
  readonly statements: readonly TitledStatement[]
}

/** The part of the home page that tells how the system is. */
export function renderStatus(status: Status): Html {
  return html`<section aria-labelledby="status">
      <h2 id="status">Status</h2>
      ${factList([...machineRows(status), ...agentRows(status)])}
    </section>
    <section aria-labelledby="promises">
      <h2 id="promises">What this agent promises</h2>
      <p class="faint">
        For each kind of request: what is provided, what that rests on and nobody provides, and what
        is lacking.
      </p>
      <div class="cards">${status.statements.map(statementCard)}</div>
    </section>`
}

function machineRows({ identity, machine }: Status): readonly Row[] {
  const { operatingSystem, uptime, load, totalMemory, freeMemory } = machine
  return [
    { term: 'Agent', value: identity },
    { term: 'System', value: operatingSystem },
    { term: 'Up for', value: duration(uptime) },
    { term: 'Load', value: load.map((one) => one.toFixed(2)).join(', ') },
    { term: 'Memory', value: `${gibibytes(freeMemory)} of ${gibibytes(totalMemory)} GiB free` },
  ]
}

function agentRows({
  securityMode,
  policies,
  audit,
  insecure,
  timeWarnings,
}: Status): readonly Row[] {
  return [
    { term: 'Security mode', value: securityMode },
    { term: 'Policies', value: lines(policies.map(policyLine)) },
    { term: 'Audit log', value: auditLine(audit) },
    {
      term: 'Insecure',
      value: insecure.length === 0 ? 'nothing' : lines(insecure.map((name) => mark('bad', name))),
    },
    ...(timeWarnings.length === 0
      ? []
      : [{ term: 'Ends', tone: 'warn', value: lines(timeWarnings.map(timeLine)) } as const]),
  ]
}

function lines(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`<br />${part}`))}`
}

function policyLine({ file, inForce }: PolicyState): Html {
  const state = inForce
    ? mark('good', 'in force')
    : html`${mark('bad', 'no policy')} what it decides is denied`
  return html`<code>${escapeControls(file)}</code> ${state}`
}

function auditLine({ file, failing, lost, onFull }: AuditState): Html {
  const otherwise = onFull === 'refuse' ? 'requests are refused' : 'requests are carried out'
  const state =
    failing === undefined
      ? mark('good', 'recording')
      : html`${mark('bad', failing)} while it cannot be written, ${otherwise}`
  const missing = lost === 0 ? '' : html` ${mark('bad', `${lost} records lost`)}`
  return html`<code>${escapeControls(file)}</code> ${state}${missing}`
}

function timeLine(warning: TimeWarning): Html {
  return html`${escapeControls(describeTimeWarning(warning))}`
}

function statementCard({ title, statement }: TitledStatement): Html {
  const { provided, unmet, lacking, openings } = statement
  const rows = [
    { tone: 'good', term: 'Provides', facts: provided.map(describeProvision) },
    {
      tone: 'warn',
      term: 'Rests on',
      facts: unmet.map(({ guarantee, of }) => `${guarantee} of the ${of}`),
    },
    { tone: 'bad', term: 'Lacks', facts: lacking },
    { tone: 'bad', term: 'Open', facts: openings.map(({ opening }) => opening) },
  ] as const
  const stated = rows.filter(({ facts }) => facts.length > 0)
  const guards = new Set(provided.flatMap(({ by }) => by))
  return html`<article>
    <h3>${title}</h3>
    <p class="faint">by ${escapeControls([...guards].join(', '))}</p>
    ${factList(stated.map(({ tone, term, facts }) => ({ tone, term, value: facts.join(', ') })))}
  </article>`
}

/** Days, hours and minutes, the greatest two of them. */
function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  const told = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2)
  return told.map(([count, unit]) => `${count} ${unit}`).join(' ')
}

function gibibytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1)
}
