import { ConfigError } from '@gatehouse/core'
import type { KeyObject } from 'node:crypto'
import type * as Ssh2 from 'ssh2'
import type { ParsedKey, ServerConfig } from 'ssh2'

import { isKeyFault } from '../key/model.ts'
import { fromKeyObject } from '../key/node-key.ts'
import { formatPrivateKey } from '../key/private-container.ts'
import { MIN_RSA_BITS } from './login-gate.ts'

type HostKey = ServerConfig['hostKeys'][number]

/** Names by which an RSA key signs. */
const RSA_NAMES = ['rsa-sha2-512', 'rsa-sha2-256'] as const

/**
 * A host key as ssh2 is to offer it. Of an RSA key it always offers SHA-1 as well, unless the key goes by names that
 * are not that of its type.
 *
 * @throws ConfigError for a key that cannot be one of a host.
 */
export function servedHostKeys(ssh2: typeof Ssh2, key: KeyObject): HostKey[] {
  if (key.type !== 'private') throw new ConfigError('a host key is not a private key')
  const publicKey = fromKeyObject(key)
  const text = formatPrivateKey(key)
  if (isKeyFault(publicKey) || isKeyFault(text)) {
    throw new ConfigError('a host key is of a type that SSH does not have')
  }
  if (publicKey.type !== 'ssh-rsa') return [text.expose()]
  if (publicKey.bits < MIN_RSA_BITS) {
    throw new ConfigError(`an RSA host key has less than ${MIN_RSA_BITS} bits`)
  }
  const parsed = ssh2.utils.parseKey(text.expose())
  if (parsed instanceof Error) throw new ConfigError('a host key is of no use to ssh2')
  return RSA_NAMES.map((name) => ({ key: named(parsed, name) }))
}

function named(key: ParsedKey, type: (typeof RSA_NAMES)[number]): ParsedKey {
  return Object.create(key, { type: { value: type } }) as ParsedKey
}
