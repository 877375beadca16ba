import type { Diagnostic, Edit, Finding, LineSource } from '@gatehouse/core'
import type { FaultCode } from '../configuration/codes.ts'
import type { LintCode } from '../lint-codes.ts'
import type { Configuration, ConfigurationLine } from '../model.ts'
import { finding } from './finding.ts'

const CODES: ReadonlyMap<FaultCode, LintCode> = new Map<FaultCode, LintCode>([
  ['community-quoted-again', 'community-cut'],
  ['view-mask-truncated', 'mask-truncated'],
  ['host-bits-set', 'host-bits-set'],
  ['model-any', 'group-any-model'],
])

/** Finds what the daemon drops or misreads, from the warnings of a configuration read leniently. */
export function findFaults({ warnings, lines }: Configuration): Finding<LintCode>[] {
  const byNumber = new Map(lines.map((line) => [line.line, line]))
  return warnings.map((warning) => findFault(warning, byNumber.get(warning.source.line)))
}

function findFault(
  warning: Diagnostic<FaultCode>,
  line: ConfigurationLine | undefined,
): Finding<LintCode> {
  const source: LineSource = { file: warning.source.file, line: warning.source.line }
  const code = CODES.get(warning.code) ?? codeOfLine(line)
  return finding(code, source, { facts: { fault: warning.code }, ...fixOf(warning, line) })
}

function codeOfLine(line: ConfigurationLine | undefined): LintCode {
  if (line?.role !== 'dropped') return 'line-misread'
  return EXCLUDING.test(line.text) ? 'exclusion-dropped' : 'line-dropped'
}

/** A view line with `exclud…` in it, or a source with `!`. */
const EXCLUDING = /^[ \t]*(?:view[ \t].*exclud|com2sec6?[ \t](?:.*[ \t])?!)/i

function fixOf(
  { code, source, width }: Diagnostic<FaultCode>,
  line: ConfigurationLine | undefined,
): { readonly fix?: Edit } {
  if (code !== 'view-mask-truncated' || line === undefined) return {}
  const start = source.column - 1
  const word = line.text.slice(start, start + width)
  const text = line.text.slice(0, start) + spread(word) + line.text.slice(start + width)
  return { fix: [{ change: 'replace', line: line.line, text }] }
}

/** `fff0` as `ff:f0`. An odd digit is padded at its front, as a number is. */
function spread(mask: string): string {
  return mask.replace(/(0x)?([0-9a-f]{3,})/gi, (_, _prefix, digits: string) => {
    const even = digits.length % 2 === 0 ? digits : `0${digits}`
    return (even.match(/../g) ?? []).join(':')
  })
}
