import { escapeControls } from '@gatehouse/core'
import type { Level } from '@gatehouse/signed-request'
import { html } from 'hono/html'
import { factList, mark, renderDocument, type Html } from './document.ts'

/** A tool of the agent's table, as the session may use it. */
export interface ListedTool {
  readonly name: string
  /** Level that it needs. */
  readonly level: Level
  /** Whether the session may run it. */
  readonly isOpen: boolean
}

/** The part of the home page with the tools. */
export function renderTools(tools: readonly ListedTool[]): Html {
  return html`<section aria-labelledby="tools">
    <h2 id="tools">Tools</h2>
    ${
      tools.length === 0
        ? html`<p class="faint">The config of the agent names none.</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">Tool</th>
                <th scope="col">Level needed</th>
                <th scope="col">Run</th>
              </tr>
            </thead>
            <tbody>
              ${tools.map(toolRow)}
            </tbody>
          </table>`
    }
  </section>`
}

function toolRow({ name, level, isOpen }: ListedTool): Html {
  return html`<tr>
    <td><code>${name}</code></td>
    <td>${level}</td>
    <td>
      ${
        isOpen
          ? html`<form method="post" action="/tools/${encodeURIComponent(name)}">
              <button aria-label="Run ${name}">Run</button>
            </form>`
          : html`<span class="faint">your level is too low</span>`
      }
    </td>
  </tr>`
}

/** What came of a run. */
export type ToolOutcome =
  | { readonly exitCode: number; readonly output: string; readonly truncated: boolean }
  /** Code and sentence of why it could not be run to its end. */
  | { readonly code: string; readonly message: string }

/** The page that shows what a tool did. */
export function renderToolResult(
  system: string,
  tool: string,
  outcome: ToolOutcome,
  session: Html,
): Html {
  return renderDocument(
    { system, title: tool, session },
    html`<h2>Tool <code>${tool}</code></h2>
      ${'code' in outcome ? failure(outcome) : result(outcome)}
      <p class="actions"><a href="/">Back to the home page</a></p>`,
  )
}

function failure({ code, message }: { readonly code: string; readonly message: string }): Html {
  return html`<p>${mark('bad', code)} ${escapeControls(message)}</p>`
}

function result({
  exitCode,
  output,
  truncated,
}: {
  readonly exitCode: number
  readonly output: string
  readonly truncated: boolean
}): Html {
  const tone = exitCode === 0 ? 'good' : 'bad'
  return html`${factList([{ term: 'Exit code', value: mark(tone, String(exitCode)) }])}
    <h3>Output${truncated ? html` ${mark('warn', 'cut at the limit')}` : ''}</h3>
    ${output === '' ? html`<p class="faint">None.</p>` : outputOf(output)}`
}

/** Line by line: what a program prints may hold controls. */
function outputOf(output: string): Html {
  return html`<pre>${output.split('\n').map(escapeLine).join('\n')}</pre>`
}

function escapeLine(line: string): string {
  return escapeControls(line.replace(/\r$/, '').replaceAll('\t', '    '))
}
