import {
  addAuthorizedKey,
  parseAuthorizedKeys,
  removeAuthorizedKey,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import type { SshConnection } from '@gatehouse/ssh-trust/ssh2'
import { PlacingError } from './codes.ts'
import { editRemote } from './remote-file.ts'

/** Writes the new key beside the old one, with the options of its line. @throws PlacingError, SshError. */
export async function addBeside(
  connection: SshConnection,
  keys: { readonly from: PublicKey; readonly to: PublicKey; readonly comment: string },
): Promise<void> {
  await editRemote(connection, (text) => {
    const options = optionsOf(text, keys.from)
    const added = addAuthorizedKey(text, { key: keys.to, comment: keys.comment, options })
    if (added.refused === 'key-has-other-options') throw new PlacingError(added.refused)
    if (added.refused !== undefined) {
      throw new PlacingError('options-refused', { detail: added.refused })
    }
    return added.changed ? added.text : undefined
  })
}

/** Takes the old key out, whatever its options. @throws PlacingError, SshError. */
export async function takeOut(connection: SshConnection, key: PublicKey): Promise<void> {
  await editRemote(connection, (text) => {
    const removed = removeAuthorizedKey(text, key)
    return removed.changed ? removed.text : undefined
  })
}

/** The options that all lines of a key have. */
function optionsOf(text: Uint8Array, key: PublicKey): string {
  const { linesByKey } = parseAuthorizedKeys(text, { file: 'authorized_keys' })
  const own = linesByKey.get(key.fingerprint) ?? []
  const options = new Set(
    own.map((line) =>
      line.kind === 'key' && !line.options.certAuthority ? line.writtenOptions : undefined,
    ),
  )
  if (own.length === 0) throw new PlacingError('old-line-missing')
  const [one, ...others] = options
  if (one === undefined || others.length > 0) throw new PlacingError('old-line-ambiguous')
  return one
}
