import { DiagnosticList, readLines, type TextOptions } from '@gatehouse/core'
import type { LoadCode } from './codes.ts'
import type { Policy } from './model.ts'
import { buildPolicy } from './policy.ts'
import { StatementReader } from './statements.ts'

/**
 * Reads an Authorization.cfg.
 *
 * It does not ask whether the policy is wise: the file as shipped, which lets everybody do
 * everything, is read like any other; {@link guard} then states the opening.
 *
 * @param text - The file's text or bytes, ASCII unless `options.encoding` says otherwise.
 * @param options.file - Label for messages and reasons, usually the file name.
 * @returns The policy, frozen.
 * @throws ParseError (`ERR_PARSE`) with every error of the text, each with a code of
 * {@link LOAD_CODES}, file, line and column. No part of a text with errors comes into force.
 * @see docs/models/bmc-authorization.md, rules BMC-1 to BMC-11
 */
export function parse(text: string | Uint8Array, options: TextOptions): Policy {
  const diagnostics = new DiagnosticList<LoadCode>(options.file)
  const lines = readLines(text, options, diagnostics)
  if (lines.length === 0) diagnostics.throwIfAny()
  const reader = new StatementReader(diagnostics)
  for (let index = 0; index < lines.length; index += 1) {
    reader.read(lines[index] as string, index + 1)
  }
  const tree = reader.end()
  diagnostics.throwIfAny()
  return buildPolicy(options.file, tree)
}
