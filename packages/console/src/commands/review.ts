import {
  escapeControls,
  formatSource,
  parseExpectations,
  type Decision,
  type ExpectationResult,
  type Severity,
} from '@gatehouse/core'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { placeAfter } from '../kinds/patch.ts'
import type { StatedFinding } from '../kinds/stated.ts'
import { readPolicy, readWhole } from '../policy-source.ts'
import { painter, type Paint, type Terminal } from '../terminal.ts'
import {
  divideOptions,
  eachPolicy,
  refused,
  workThrough,
  type PolicyOptions,
} from './each-policy.ts'

/** `gatehouse lint POLICY …`: findings by line. Exit code 1 when one is more than a note. */
export function lintPolicies(
  names: readonly string[],
  options: PolicyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  return eachPolicy('lint', names, options, terminal, ({ label }, policy) => {
    const findings = policy.lint()
    const exit = findings.some(({ severity }) => severity !== 'note') ? EXIT.deny : EXIT.allow
    const lines = findings.flatMap((finding) => renderFinding(finding, paint))
    const out = lines.length === 0 ? `${escapeControls(label)}: no finding` : lines.join('\n')
    return { exit, fields: { findings }, out }
  })
}

const COLOUR_OF: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  error: 'deny',
  warning: 'warning',
  note: 'quiet',
}

/** A finding for people, with its fix. */
export function renderFinding(finding: StatedFinding, paint: Paint): string[] {
  const { code, severity, source, related, sentence, fix = [] } = finding
  const also = related.map((other) =>
    other.file === source.file ? `line ${other.line}` : formatSource(other),
  )
  return [
    `${paint(COLOUR_OF[severity], severity.padEnd(7))} ${code}  ${formatSource(source)}`,
    `        ${escapeControls(sentence)}${also.length === 0 ? '' : `; see ${also.join(', ')}`}`,
    ...fix.map((change) => {
      if (change.change === 'remove') return `        fix: remove line ${change.line}`
      const isInsert = change.change === 'insert'
      const where = isInsert ? placeAfter(change.after) : `line ${change.line}`
      return escapeControls(`        fix: ${change.change} ${where}: ${change.text.trim()}`)
    }),
  ]
}

/** `gatehouse test POLICY EXPECTATIONS`: which expectations hold. Exit code 1 when one does not. */
export async function testPolicy(
  name: string,
  expectationFile: string,
  options: PolicyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const [policyOptions] = divideOptions(options)
  const source = await readPolicy(name, options.kind)
  return workThrough('test', [source], policyOptions, terminal, async (_, policy) => {
    const text = await readWhole(expectationFile)
    const { encoding = 'ascii' } = options
    let results: readonly ExpectationResult[]
    try {
      results = policy.test(parseExpectations(text, { file: expectationFile, encoding }))
    } catch (error) {
      return refused(expectationFile, error, paint)
    }
    const broken = results.filter(({ holds }) => !holds)
    const out = [
      ...broken.map((result) => renderBroken(result, paint)),
      `${results.length - broken.length} of ${results.length} expectations hold`,
    ]
    const exit = broken.length > 0 || results.length === 0 ? EXIT.deny : EXIT.allow
    return { exit, fields: { expectations: results }, out: out.join('\n') }
  })
}

function renderBroken({ source, expected, decision }: ExpectationResult, paint: Paint): string {
  const answer = `${decision.outcome}: ${reasonOf(decision)}`
  return `${paint('deny', 'BROKEN')}  ${formatSource(source)}: expected ${expected}, got ${answer}`
}

/** Code and place of what decided. */
export function reasonOf({ reasons: [{ code, source }] }: Decision): string {
  return source === undefined ? code : `${code} (${formatSource(source)})`
}
