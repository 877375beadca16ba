import { escapeControls, type Secret } from '@gatehouse/core'
import type { KeyObject } from 'node:crypto'
import type { AnyAuthMethod, KeyboardInteractiveAuthMethod } from 'ssh2'

import { isKeyFault } from '../key/model.ts'
import { formatPrivateKey } from '../key/private-container.ts'
import type { ConnectOptions } from './options.ts'
import { SshError } from './ssh-error.ts'

/** Longest part of the methods that a host names which goes into an error. */
const MAX_METHODS = 200

/**
 * Gives what is tried next; false: no more.
 *
 * @param offered - Methods that the host takes, as it says after each attempt; null before the first.
 * @param refuse - Ends the connection.
 */
export type NextMethod = (
  offered: readonly string[] | null,
  refuse: (error: SshError) => void,
) => AnyAuthMethod | false

/**
 * What one login tries: its key, once; or its password, once, by the method that the host has for that. Which it has
 * is asked for first, as `ssh` does.
 *
 * @throws SshError `request-malformed` for a key that is no private key of a type that SSH has.
 */
export function loginMethods({ user, login }: ConnectOptions): NextMethod {
  const tries: NextMethod[] =
    'key' in login ? [byKey(user, login.key)] : [byNothing(user), byPassword(user, login.password)]
  return (offered, refuse) => tries.shift()?.(offered, refuse) ?? false
}

function byKey(username: string, privateKey: KeyObject): NextMethod {
  const text = privateKey.type === 'private' ? formatPrivateKey(privateKey) : undefined
  if (text === undefined || isKeyFault(text)) {
    throw new SshError('request-malformed', { message: '`login.key`' })
  }
  return () => ({ type: 'publickey', username, key: text.expose() })
}

function byNothing(username: string): NextMethod {
  return () => ({ type: 'none', username })
}

function byPassword(username: string, password: Secret): NextMethod {
  return (offered, refuse) => {
    const methods = new Set(offered)
    if (methods.has('password')) return { type: 'password', username, password: password.expose() }
    if (methods.has('keyboard-interactive')) {
      return { type: 'keyboard-interactive', username, prompt: answering(password, refuse) }
    }
    const named = escapeControls([...methods].join(', ').slice(0, MAX_METHODS))
    refuse(new SshError('login-refused', { message: `it takes no password, but ${named}` }))
    return false
  }
}

/** Answers one question, whose answer is not to be seen, and no other. */
function answering(
  password: Secret,
  refuse: (error: SshError) => void,
): KeyboardInteractiveAuthMethod['prompt'] {
  let isAnswered = false
  return (_name, _instructions, _language, questions, answer) => {
    const isOfPassword = questions.length === 1 && questions[0]?.echo === false
    if (isAnswered || !isOfPassword) {
      refuse(new SshError('login-refused', { message: 'it asks for more than a password' }))
      return
    }
    isAnswered = true
    answer([password.expose()])
  }
}
