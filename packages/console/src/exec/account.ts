import { userInfo } from 'node:os'
import {
  allow,
  claimed,
  ConfigError,
  deny,
  verified,
  type Claimed,
  type Decision,
  type Verified,
} from '@gatehouse/core'

/** The account of the operating system that a program runs as. */
export interface Account {
  /** Its name; undefined when the system has none for it. */
  readonly name: string | undefined
  /** Whether it may act as anybody. */
  readonly isRoot: boolean
}

/** Whose authorizations a command may use, and why not. */
export const ACCOUNT_CODES = {
  /** Nothing to do. */
  'own-account': 'the user is the account of the operating system that runs the program',
  /** Nothing to do, if root is to act for others. */
  'named-by-root': 'root names the user',
  /** Run the program as that account, or leave `--user` out. */
  'other-account': 'only root may name another user than the account that runs the program',
} as const

/** A key of {@link ACCOUNT_CODES}. */
export type AccountCode = keyof typeof ACCOUNT_CODES

/** The account of this process. */
export function processAccount(): Account {
  const isRoot = process.geteuid?.() === 0
  try {
    return { name: userInfo().username, isRoot }
  } catch {
    return { name: undefined, isRoot }
  }
}

/** Whether an account may use the authorizations of a user. */
function decideAccount({ name, isRoot }: Account, user: string): Decision<AccountCode> {
  if (name === user) return allow({ code: 'own-account' })
  return isRoot ? allow({ code: 'named-by-root' }) : deny({ code: 'other-account' })
}

/**
 * The user whose authorizations count: the one that is named, else the account itself.
 *
 * @throws ConfigError when the account may not act for that user, or has no name.
 */
export function actingUser(
  account: Account,
  named: string | undefined,
): Claimed<string> | Verified<string> {
  const user = named ?? account.name
  if (user === undefined) throw new ConfigError('the account has no name: `--user` is missing')
  const decision = decideAccount(account, user)
  const [{ code }] = decision.reasons
  if (decision.outcome === 'deny') throw new ConfigError(`${ACCOUNT_CODES[code]} [${code}]`)
  return code === 'own-account' ? verified(claimed(user), decision) : claimed(user)
}
