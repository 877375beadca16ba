import { isNoPolicy, type NoPolicy } from '@gatehouse/core'
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

import { type KeyType } from '../key/model.ts'
import { lookupName, type HostName } from '../known-hosts/names.ts'
import { type KnownHosts } from '../known-hosts/store.ts'

/**
 * What both sides offer. Left out of what ssh2 has: group exchange, which takes seconds in Node; SHA-1; CBC;
 * compression; and chacha20 and the etm MACs, which are unsafe where the peer lacks strict key exchange
 * (CVE-2023-48795): ssh2 cannot take them back once it knows.
 */
export function transportAlgorithms(): Omit<Algorithms, 'serverHostKey'> {
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
    ],
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
    ],
    hmac: ['hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none'],
  }
}

/** Key types of hosts that ssh2 can carry, the best first, and how each may sign. */
const SIGNED_BY: ReadonlyMap<KeyType, readonly ServerHostKeyAlgorithm[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
])

/**
 * Host key algorithms in the order in which to ask for them: first those of the keys that the host is known by, so
 * that it shows one of these and no other key of its own, which would look like a changed one.
 *
 * @see `HostKeyAlgorithms` in ssh_config(5)
 */
export function hostKeyAlgorithms(
  host: HostName,
  store: KnownHosts | NoPolicy,
): ServerHostKeyAlgorithm[] {
  const known = isNoPolicy(store) ? new Set<KeyType>() : knownTypes(host, store)
  const types = [...SIGNED_BY.keys()]
  const ordered = [
    ...types.filter((type) => known.has(type)),
    ...types.filter((type) => !known.has(type)),
  ]
  return ordered.flatMap((type) => SIGNED_BY.get(type) ?? [])
}

function knownTypes(host: HostName, store: KnownHosts): ReadonlySet<KeyType> {
  const names = lookupName(host)
  if (names === undefined) return new Set()
  const own = typesOf(names.name, store)
  return own.size > 0 || names.bareName === undefined ? own : typesOf(names.bareName, store)
}

function typesOf(name: string, store: KnownHosts): ReadonlySet<KeyType> {
  const plain = store
    .entries(name)
    .filter(({ marker, certified }) => marker === 'none' && !certified)
  return new Set(plain.map(({ key }) => key.type))
}
