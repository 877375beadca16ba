import { checkKeyFiles, FILE_CODES } from '@gatehouse/certificate-trust/files'
import { escapeControls } from '@gatehouse/core'
import { answer } from '../../certificates/output.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'

/** Options of `cert check-keys`. */
export interface CheckKeysOptions {
  /** Number of the one group that may read the keys. Default: none may. */
  readonly group?: number
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert check-keys FILE …`: who else can read or change keys, and the command that mends it. */
export async function checkKeys(
  files: readonly string[],
  options: CheckKeysOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { group } = options
  const found = await checkKeyFiles(files, group === undefined ? {} : { group })
  const findings = found.map((finding) => ({ ...finding, sentence: FILE_CODES[finding.code] }))
  const paint = painter(terminal.colour)
  const lines = findings.flatMap(({ code, path, facts, fix, sentence }) => [
    `${paint('warning', code.padEnd(24))} ${escapeControls(path)}`,
    `${' '.repeat(25)}${sentence}${factsText(facts)}`,
    ...(fix === null ? [] : [escapeControls(`${' '.repeat(25)}fix: ${fix}`)]),
  ])
  answer(
    options,
    {
      object: { command: 'cert check-keys', files, findings },
      lines: lines.length === 0 ? ['nobody else can read or change the keys'] : lines,
    },
    terminal,
  )
  return findings.length === 0 ? EXIT.allow : EXIT.deny
}

function factsText(facts: Readonly<Record<string, string>>): string {
  const values = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  return values.length === 0 ? '' : ` (${values.join(', ')})`
}
