import { ConfigError } from '@gatehouse/core'

/** Why a command about the console's keys is not carried out at all; nothing was changed. */
const KEYS_CODES = {
  /** Finish it: `gatehouse keys rotate --resume`, and `--forget` for systems that are gone. */
  'rotation-pending': 'a rotation is pending',
  /** Nothing to do. */
  'no-rotation': 'no rotation is pending',
  /** Make one: `gatehouse keys create`. */
  'no-key': 'there is no key',
  /** Look for the key in a backup: the rotation cannot go on without it. */
  'key-missing': 'a key of the pending rotation is missing',
  /** Name the account: `--account`. A key that it gets in with must not be replaced unseen. */
  'no-account-known': 'it is not known which account holds the key',
  /** Let `keyFile` of the systems file be `id_ed25519` of the folder. */
  'key-file-differs': 'the systems file names another key',
} as const

/** A key of {@link KEYS_CODES}. */
export type KeysCode = keyof typeof KEYS_CODES

/** A command about the console's keys is not carried out. */
export class KeysError extends ConfigError {
  /** Why. */
  readonly reason: { readonly code: KeysCode }

  constructor(
    code: KeysCode,
    { detail, file }: { readonly detail: string; readonly file: string },
  ) {
    super(`${KEYS_CODES[code]}: ${detail}`, { source: { file } })
    this.reason = { code }
  }
}
