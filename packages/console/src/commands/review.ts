import {
  escapeControls,
  formatSource,
  parseExpectations,
  type Decision,
  type ExpectationResult,
  type Severity,
} from '@gatehouse/core'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { OpenedFile, StatedDifference, StatedFinding } from '../kinds/file-kind.ts'
import { painter, type Paint, type Terminal } from '../terminal.ts'
import { eachFile, readWhole, refused, type FileOptions } from './offline.ts'

/** Options of `diff`. */
export interface DiffOptions extends FileOptions {
  /** Whether new access is a failure. */
  readonly failOnNewAccess?: boolean
}

/** `gatehouse lint FILE …`: findings by line. Exit code 1 when one is more than a note. */
export function lintFiles(
  files: readonly string[],
  options: FileOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  return eachFile('lint', files, options, terminal, ({ file }, policy) => {
    const findings = policy.lint()
    const exit = findings.some(({ severity }) => severity !== 'note') ? EXIT.deny : EXIT.allow
    const lines = findings.flatMap((finding) => renderFinding(finding, paint))
    const out = lines.length === 0 ? `${escapeControls(file)}: no finding` : lines.join('\n')
    return { exit, fields: { findings }, out }
  })
}

const COLOUR_OF: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
  error: 'deny',
  warning: 'warning',
  note: 'quiet',
}

function renderFinding(finding: StatedFinding, paint: Paint): string[] {
  const { code, severity, source, related, sentence, fix = [] } = finding
  const also = related.map(({ line }) => String(line)).join(', ')
  return [
    `${paint(COLOUR_OF[severity], severity.padEnd(7))} ${code}  ${formatSource(source)}`,
    `        ${escapeControls(sentence)}${also === '' ? '' : `; see line ${also}`}`,
    ...fix.map((change) => {
      if (change.change === 'remove') return `        fix: remove line ${change.line}`
      const where =
        change.change === 'insert' ? `after line ${change.after}` : `line ${change.line}`
      return escapeControls(`        fix: ${change.change} ${where}: ${change.text.trim()}`)
    }),
  ]
}

/** `gatehouse diff BEFORE AFTER`: the kinds of request whose answer changes, each with an example. */
export function diffFiles(
  before: string,
  after: string,
  options: DiffOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { failOnNewAccess = false, ...fileOptions } = options
  const paint = painter(terminal.colour)
  let old: OpenedFile | undefined
  return eachFile('diff', [before, after], fileOptions, terminal, (_, policy) => {
    if (old === undefined) {
      old = policy
      return { exit: EXIT.allow, fields: {} }
    }
    const differences = policy.differencesFrom(old)
    const opens = differences.some((difference) => difference.after.outcome === 'allow')
    const out = differences.map((difference) => renderDifference(difference, paint))
    return {
      exit: failOnNewAccess && opens ? EXIT.deny : EXIT.allow,
      fields: { differences },
      out: out.length === 0 ? 'no request is answered differently' : out.join('\n'),
    }
  })
}

function renderDifference({ requests, before, after }: StatedDifference, paint: Paint): string {
  const { outcome } = after
  const word = outcome === 'allow' ? 'now allowed' : 'now denied'
  return [
    `${paint(outcome, word.padEnd(11))}  ${escapeControls(requests)}`,
    `             was ${before.outcome} by ${placeOf(before)}, is ${outcome} by ${placeOf(after)}`,
  ].join('\n')
}

/** `gatehouse test POLICY EXPECTATIONS`: which expectations hold. Exit code 1 when one does not. */
export function testFile(
  policyFile: string,
  expectationFile: string,
  options: FileOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  return eachFile('test', [policyFile], options, terminal, async (_, policy) => {
    const text = await readWhole(expectationFile)
    let results: readonly ExpectationResult[]
    try {
      results = policy.test(parseExpectations(text, { file: expectationFile }))
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
  const answer = `${decision.outcome} by ${placeOf(decision)}`
  return `${paint('deny', 'BROKEN')}  ${formatSource(source)}: expected ${expected}, got ${answer}`
}

function placeOf({ reasons: [{ code, source }] }: Decision): string {
  return source === undefined ? code : formatSource(source)
}
