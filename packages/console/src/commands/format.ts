import { ConfigError, escapeControls } from '@gatehouse/core'
import { replaceFile } from '@gatehouse/core/files'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { PolicySource } from '../policy-source.ts'
import { escapeText } from '../render.ts'
import type { Terminal } from '../terminal.ts'
import { divideOptions, eachPolicy, type PolicyOptions, type PolicyResult } from './each-policy.ts'

/** Options of `format`. */
export interface FormatOptions extends PolicyOptions {
  /** Replace the files. */
  readonly write?: boolean
  /** Say whether the files are in their canonical form, change nothing. */
  readonly check?: boolean
}

/** `gatehouse format POLICY …`: the canonical text of files, printed, written or only compared. */
export function formatPolicies(
  names: readonly string[],
  options: FormatOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const [policyOptions, { write = false, check = false }] = divideOptions(options)
  if (write && check) throw new ConfigError('`--write` and `--check` exclude each other')
  return eachPolicy('format', names, policyOptions, terminal, async (source, policy) => {
    const formatted = policy.format()
    const results: PolicyResult[] = []
    for (const { file, text } of formatted) {
      const changed = !Buffer.from(text).equals(bytesOf(source, file))
      // oxlint-disable-next-line no-await-in-loop -- one file is written at a time
      if (write && changed) await replaceFile(file, text)
      const word = check ? CHECKED : WRITTEN
      const said = `${escapeControls(file)}: ${changed ? word.changed : word.same}`
      const shown = terminal.interactive === true ? escapeText(text) : text
      const printed = formatted.length === 1 ? shown : `==> ${escapeControls(file)} <==\n${shown}`
      const out = write || check ? said : printed.replace(/\n$/, '')
      results.push({
        exit: check && changed ? EXIT.deny : EXIT.allow,
        fields: { file, changed, ...(write || check ? {} : { text }) },
        out,
      })
    }
    return results
  })
}

const CHECKED = { changed: 'would change', same: 'canonical' }
const WRITTEN = { changed: 'written', same: 'unchanged' }

function bytesOf({ texts }: PolicySource, file: string): Uint8Array {
  const text = [...texts.values()].find((candidate) => candidate.file === file)
  return text?.bytes ?? new Uint8Array()
}
