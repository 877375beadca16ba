import { ConfigError, escapeControls } from '@gatehouse/core'
import { EDIT_REFUSALS, type EditRefusal } from '@gatehouse/ssh-trust'
import type { FileEdit } from '@gatehouse/ssh-trust/files'
import { fact } from '../../certificates/render.ts'
import type { Terminal } from '../../terminal.ts'

/** What came of an edit of a known_hosts file, for programs. */
export function stateEdit({ refused, ...edit }: FileEdit<EditRefusal>): object {
  return refused === undefined ? edit : { ...edit, refused, sentence: EDIT_REFUSALS[refused] }
}

/** The same for people. */
export function renderEdit(
  { file, changed, refused, lines = [] }: FileEdit<EditRefusal>,
  words: { readonly changed: string; readonly same: string },
): string[] {
  const name = escapeControls(file)
  if (refused === undefined) return [`${name}: ${changed ? words.changed : words.same}`]
  const places = lines.length === 0 ? '' : `: line ${lines.join(', ')}`
  return [`${name}: unchanged [${refused}]`, fact('', `${EDIT_REFUSALS[refused]}${places}`)]
}

/** Has a person say yes. @throws ConfigError when nobody is there to ask. */
export async function confirmed(question: string, { ask }: Terminal): Promise<boolean> {
  if (ask === undefined) throw new ConfigError('nobody is there to ask: use `--yes`')
  return /^y(?:es)?$/i.test((await ask(question)).trim())
}
