import type { AnyAuthMethod } from 'ssh2'

import { isKeyFault } from '../key/model.ts'
import { formatPrivateKey } from '../key/private-container.ts'
import type { ConnectOptions } from './options.ts'
import { SshError } from './ssh-error.ts'

/**
 * The one method that is tried.
 *
 * @throws SshError `request-malformed` for a key that is no private key of a type that SSH has.
 */
export function loginMethod({ user, login }: ConnectOptions): AnyAuthMethod {
  if ('password' in login) {
    return { type: 'password', username: user, password: login.password.expose() }
  }
  const text = login.key.type === 'private' ? formatPrivateKey(login.key) : undefined
  if (text === undefined || isKeyFault(text)) {
    throw new SshError('request-malformed', { message: '`login.key`' })
  }
  return { type: 'publickey', username: user, key: text.expose() }
}
