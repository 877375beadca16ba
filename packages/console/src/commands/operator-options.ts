import { ConfigError } from '@gatehouse/core'
import { actingUser, type Account } from '../exec/account.ts'
import { operatorOf, type Operator } from '../exec/operator.ts'

/** Who a command acts for, and where it stands what that user may do. */
export interface OperatorOptions {
  /** Files of the model toolbox-authorization. */
  readonly toolbox?: readonly string[]
  /** User in those files. Default: the account that runs the command. */
  readonly user?: string
  /** The management server, as those files call it. */
  readonly cms?: string
  /** Characters that those files may hold. Default `ascii`. */
  readonly encoding?: 'ascii' | 'utf-8'
}

/**
 * Who the options name; undefined when they name nobody.
 *
 * @throws ConfigError when the account may not act for that user, and for options without files.
 */
export function operatorIn(
  { toolbox, user, cms, encoding }: OperatorOptions,
  account: Account,
): Operator | undefined {
  if (toolbox === undefined) {
    if (user === undefined && cms === undefined && encoding === undefined) return undefined
    throw new ConfigError('`--user`, `--cms` and `--encoding` go with `--toolbox`')
  }
  return operatorOf(actingUser(account, user), {
    names: toolbox,
    ...(cms !== undefined && { cms }),
    ...(encoding !== undefined && { encoding }),
  })
}
