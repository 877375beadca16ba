import { ConfigError, escapeControls } from '@gatehouse/core'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { OpenedPolicy } from '../kinds/file-kind.ts'
import type { StatedDifference } from '../kinds/stated.ts'
import { readPolicy } from '../policy-source.ts'
import { painter, type Paint, type Terminal } from '../terminal.ts'
import { divideOptions, workThrough, type PolicyOptions } from './each-policy.ts'
import { diffMarkdown } from './diff-markdown.ts'
import { reasonOf } from './review.ts'

/** Options of `diff`. */
export interface DiffOptions extends PolicyOptions {
  /** Whether new access is a failure. */
  readonly failOnNewAccess?: boolean
  /** Print Markdown, for a comment on a pull request. */
  readonly markdown?: boolean
}

/** `gatehouse diff BEFORE AFTER`: the kinds of request whose answer changes, each with an example. */
export async function diffPolicies(
  before: string,
  after: string,
  options: DiffOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const [policyOptions, { failOnNewAccess = false, markdown = false }] = divideOptions(options)
  if (markdown && options.json === true) {
    throw new ConfigError('`--markdown` and `--json` exclude each other')
  }
  const paint = painter(terminal.colour)
  const sources = [await readPolicy(before, options.kind), await readPolicy(after, options.kind)]
  const [first, second] = sources.map(({ kind }) => kind.name)
  if (first !== second) {
    throw new ConfigError(
      `only policies of one kind can be compared: \`${before}\` is ${first}, \`${after}\` is ${second}`,
    )
  }
  let old: OpenedPolicy | undefined
  return workThrough('diff', sources, policyOptions, terminal, ({ kind }, policy) => {
    if (old === undefined) {
      old = policy
      return { exit: EXIT.allow, fields: {} }
    }
    const differences = policy.differencesFrom(old)
    const opens = differences.some((difference) => difference.after.outcome === 'allow')
    const { notCompared } = kind
    const out = markdown
      ? diffMarkdown({ before, after, differences, notCompared })
      : renderDifferences(differences, notCompared, paint)
    return {
      exit: failOnNewAccess && opens ? EXIT.deny : EXIT.allow,
      fields: { differences, ...(notCompared === undefined ? {} : { notCompared }) },
      out,
    }
  })
}

/** Differences for people, line by line. */
export function renderDifferences(
  differences: readonly StatedDifference[],
  notCompared: string | undefined,
  paint: Paint,
): string {
  const lines = differences.map((difference) => renderDifference(difference, paint))
  if (lines.length === 0) lines.push('no request is answered differently')
  if (notCompared !== undefined) lines.push(paint('quiet', `not compared: ${notCompared}`))
  return lines.join('\n')
}

function renderDifference(difference: StatedDifference, paint: Paint): string {
  const { requests, before, after, example } = difference
  const { outcome } = after
  const word = outcome === 'allow' ? 'now allowed' : 'now denied'
  const was = `${before.outcome}: ${reasonOf(before)}`
  return [
    `${paint(outcome, word.padEnd(11))}  ${escapeControls(requests)}`,
    `             was ${was}, is ${outcome}: ${reasonOf(after)}`,
    paint('quiet', `             for example ${escapeControls(JSON.stringify(example))}`),
  ].join('\n')
}
