import { answer } from '../../certificates/output.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { Terminal } from '../../terminal.ts'
import { renderEdit, stateEdit } from './edit-result.ts'
import { filesOf, type KnownHostsOptions } from './known-hosts.ts'
import { nameOf, readHost } from './place.ts'

/** Options of `ssh remove`. */
export interface RemoveHostOptions extends KnownHostsOptions {
  /** Leave patterns that cover the name, and remove the rest. */
  readonly leavePatterns?: boolean
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * `gatehouse ssh remove HOST[:PORT]`: removes this one name, and no line with a marker. Exit code 1 when the name is
 * not there, or a pattern covers it.
 */
export async function removeHost(
  place: string,
  options: RemoveHostOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { leavePatterns = false } = options
  const host = readHost(place)
  const edit = await filesOf(options).remove(host, {
    patterns: leavePatterns ? 'leave' : 'refuse',
  })
  const object = { command: 'ssh remove', host: nameOf(host), ...stateEdit(edit) }
  const words = { changed: 'the name is removed', same: 'does not have the name' }
  answer(options, { object, lines: renderEdit(edit, words) }, terminal)
  return edit.changed ? EXIT.allow : EXIT.deny
}
