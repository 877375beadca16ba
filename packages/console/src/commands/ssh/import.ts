import { escapeControls } from '@gatehouse/core'
import { lookupName, type EditRefusal, type ImportedKey } from '@gatehouse/ssh-trust'
import type { FileEdit } from '@gatehouse/ssh-trust/files'
import { answer } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { Terminal } from '../../terminal.ts'
import { confirmed, renderEdit, stateEdit } from './edit-result.ts'
import { filesOf, loadHosts, type KnownHostsOptions } from './known-hosts.ts'
import { nameOf, readHost } from './place.ts'
import { readKeys } from './presented.ts'

/** Options of `ssh import`. */
export interface ImportKeysOptions extends KnownHostsOptions {
  /** Whose keys they are: `HOST[:PORT]`. */
  readonly host: string
  /** Hash the name. */
  readonly hash?: boolean
  /** Remove the keys that the file has for this one name. */
  readonly replace?: boolean
  /** Ask nobody: the fingerprints have been compared. */
  readonly yes?: boolean
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * `gatehouse ssh import KEYFILE`: takes the keys of a file for a host, after their fingerprints were shown and somebody
 * has said yes. All of them or none. Exit code 1 when that is no, or the edit is refused.
 */
export async function importHostKeys(
  keyFile: string,
  options: ImportKeysOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { hash = false, replace = false, json = false } = options
  const host = readHost(options.host)
  const keys = await readKeys(keyFile)
  const hosts = filesOf(options)
  const store = await loadHosts(hosts)
  const former = store
    .entries(lookupName(host)?.name ?? '')
    .filter(({ marker }) => marker === 'none')
    .map(({ key, source }) => ({ fingerprint: key.fingerprint, source }))
  const name = nameOf(host)
  const fields = { command: 'ssh import', host: name, keys: keys.map(stateKey), known: former }
  if (options.yes !== true) {
    const shown = [
      `keys for ${escapeControls(name)}`,
      ...former.map(({ fingerprint }) => fact(replace ? 'removes' : 'known', fingerprint)),
      ...keys.map((key) => fact('adds', `${key.key.fingerprint}  ${key.key.type}  ${key.comment}`)),
      'compare the fingerprints with what the system itself shows',
    ]
    const print = json ? terminal.err : terminal.out
    print(`${shown.join('\n')}\n`)
    if (!(await confirmed('Do they agree? (yes/no) ', terminal))) {
      const object = { ...fields, outcome: 'deny', edits: [] }
      answer(options, { object, lines: ['nothing was written'] }, terminal)
      return EXIT.deny
    }
  }
  const edits: FileEdit<EditRefusal>[] = []
  for (const [index, { key }] of keys.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- each edit of one file comes after the last
    const edit = await hosts.add(host, key, { hash, replace: replace && index === 0 })
    edits.push(edit)
    if (edit.refused !== undefined) break
  }
  const outcome = edits.some(({ refused }) => refused !== undefined) ? 'deny' : 'allow'
  const object = { ...fields, outcome, edits: edits.map(stateEdit) }
  const lines = edits.flatMap((edit, index) =>
    renderEdit(edit, {
      changed: `has ${keys[index]?.key.fingerprint ?? ''}`,
      same: `had ${keys[index]?.key.fingerprint ?? ''} already`,
    }),
  )
  answer(options, { object, lines }, terminal)
  return EXIT[outcome]
}

function stateKey({ key, comment, form, line }: ImportedKey): object {
  return { fingerprint: key.fingerprint, type: key.type, bits: key.bits, comment, form, line }
}
