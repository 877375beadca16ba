import { escapeControls } from '@gatehouse/core'
import { html } from 'hono/html'
import type { JobSummary } from '../tasks/requests.ts'

/** A piece of HTML in which everything interpolated has been escaped. */
type Html = ReturnType<typeof html>

/** The jobs of the console, to look at only. */
export function jobSection(jobs: readonly JobSummary[]): Html {
  return html`<section aria-labelledby="tasks">
    <h2 id="tasks">Tasks by SSH</h2>
    ${jobs.length === 0 ? NO_JOBS : jobTable(jobs)}
  </section>`
}

const NO_JOBS = html`<p class="faint">
  None yet. Start one with <code>gatehouse task run … --console URL</code>.
</p>`

function jobTable(jobs: readonly JobSummary[]): Html {
  return html`<table role="table">
    <caption>
      The latest ${jobs.length}, newest first; times in UTC.
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">Time</th>
        <th role="columnheader" scope="col">Task</th>
        <th role="columnheader" scope="col">State</th>
        <th role="columnheader" scope="col">Systems</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${jobs.map(jobRow)}
    </tbody>
  </table>`
}

function jobRow({ id, tool, user, state, times, runs }: JobSummary): Html {
  const { asked } = times
  const counts = Object.entries(runs).map(([name, count]) => `${count} ${name}`)
  const isGood = Object.keys(runs).every((name) => name === 'done')
  const tone = state === 'ended' ? (isGood ? 'good' : 'bad') : 'warn'
  return html`<tr role="row">
    <td role="cell"><time datetime="${asked}">${asked.slice(11, 19)}</time></td>
    <td role="cell">
      <strong>${escapeControls(tool)}</strong><br />
      <span class="faint">${escapeControls(user)}, <code>${id}</code></span>
    </td>
    <td role="cell"><span class="mark ${tone}">${state}</span></td>
    <td role="cell">${counts.join(', ')}</td>
  </tr>`
}
