import { addAuthorizedKey, formatKeyOptions, type OptionsToWrite } from '@gatehouse/ssh-trust'
import type { SshConnection, SshLogin } from '@gatehouse/ssh-trust/ssh2'
import { PlacingError, placingFailure, type PlacingFailure } from './codes.ts'
import type { KeyPair } from './key-folder.ts'
import { during, type Account, type Reach } from './reach.ts'
import { editRemote, replaceRemote, type RemoteEdit } from './remote-file.ts'

/** How a key is placed. */
export interface Placement {
  /** The key, and what it proves itself with. */
  readonly pair: KeyPair
  /** How the console gets in now. */
  readonly login: SshLogin
  /** Options of the line. */
  readonly options: OptionsToWrite
  /** Stands behind the key. */
  readonly comment: string
  /** Whether a line of the key with other options is replaced. */
  readonly replaces: boolean
}

/** What came of placing a key in one account. */
export interface Placed {
  /** Name of the system. */
  readonly system: string
  /** Account there. */
  readonly account: string
  /** `there`: the line was there already, and nothing was changed. */
  readonly outcome: 'added' | 'there' | 'failed'
  /** What the server calls itself. Escaped. */
  readonly server?: string
  /** Why it failed. */
  readonly failure?: PlacingFailure
}

/**
 * Puts a key into the authorized_keys of an account, and proves it by a login. Afterwards the line is there and
 * lets the key in, or nothing was changed; `failure.account` says where neither can be promised.
 *
 * Never rejects.
 */
export async function placeKey(
  target: Account,
  placement: Placement,
  reach: Reach,
): Promise<Placed> {
  const named = { system: target.system.name, account: target.account }
  let server: string | undefined
  try {
    return await during(reach(target, placement.login), async (connection) => {
      server = connection.serverVersion
      const edit = await addLine(connection, placement)
      await prove(target, { connection, edit, placement }, reach)
      const outcome = edit.after === edit.before ? 'there' : 'added'
      return { ...named, outcome, server }
    })
  } catch (error) {
    const failure = placingFailure(error)
    return { ...named, outcome: 'failed', failure, ...(server !== undefined && { server }) }
  }
}

async function addLine(
  connection: SshConnection,
  { pair, options, comment, replaces }: Placement,
): Promise<RemoteEdit> {
  const formatted = formatKeyOptions(options, { serverVersion: connection.serverVersion })
  if ('refused' in formatted) {
    const { refused, option, needs } = formatted
    const facts = [refused, option, needs === undefined ? undefined : `needs OpenSSH ${needs}`]
    throw new PlacingError('options-refused', { detail: facts.filter(Boolean).join(', ') })
  }
  return await editRemote(connection, (text) => {
    const { refused, lines, ...edited } = addAuthorizedKey(text, {
      key: pair.publicKey,
      comment,
      options: formatted.text,
      otherOptions: replaces ? 'replace' : 'refuse',
    })
    if (refused === 'key-has-other-options') {
      throw new PlacingError(refused, { detail: `line ${lines?.join(', ')}` })
    }
    if (refused !== undefined) throw new PlacingError('options-refused', { detail: refused })
    return edited.changed ? edited.text : undefined
  })
}

/** What was done, and over which connection it can be taken back. */
interface Done {
  readonly connection: SshConnection
  readonly edit: RemoteEdit
  readonly placement: Placement
}

/** Logs in with the key; if it is not let in, the file is put back as it was. */
async function prove(
  target: Account,
  { connection, edit, placement }: Done,
  reach: Reach,
): Promise<void> {
  try {
    await during(reach(target, { key: placement.pair.privateKey }), () => Promise.resolve())
  } catch (cause) {
    const detail = (cause as Error).message
    const { before, after } = edit
    if (after !== before) await putBack(connection, { before: after, after: before }, detail)
    throw new PlacingError('new-key-refused', { detail, cause })
  }
}

async function putBack(connection: SshConnection, edit: RemoteEdit, detail: string): Promise<void> {
  try {
    await replaceRemote(connection, edit)
  } catch (cause) {
    throw new PlacingError('key-left', { detail, account: 'new-line-left', cause })
  }
}
