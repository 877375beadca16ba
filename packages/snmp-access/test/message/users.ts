import { Secret } from '@gatehouse/core'

import {
  decodeMessage,
  openMessage,
  SaltSequence,
  sealMessage,
  UserTable,
  type AuthProtocol,
  type EngineClock,
  type MessageParts,
  type OpenedMessage,
  type PrivProtocol,
  type ScopedPdu,
  type SealedMessage,
  type UsmUser,
} from '../../src/message/index.ts'
import { GET, hex } from './octets.ts'

export const AUTH_PROTOCOLS: readonly AuthProtocol[] = [
  'MD5',
  'SHA',
  'SHA-224',
  'SHA-256',
  'SHA-384',
  'SHA-512',
]

export const PRIV_PROTOCOLS: readonly PrivProtocol[] = [
  'AES',
  'AES-192',
  'AES-256',
  'AES-192-C',
  'AES-256-C',
]

export const AUTH_PASSPHRASE = 'for the digest'
export const PRIV_PASSPHRASE = 'for the cipher'

/** A user with both passphrases. */
export function userOf(auth: AuthProtocol, priv?: PrivProtocol): UsmUser {
  return {
    name: `${auth}-${priv ?? 'none'}`,
    auth: { protocol: auth, passphrase: new Secret(AUTH_PASSPHRASE) },
    ...(priv !== undefined && {
      priv: { protocol: priv, passphrase: new Secret(PRIV_PASSPHRASE) },
    }),
  }
}

export const ENGINE: EngineClock = { id: hex('80001f888004030201ff'), boots: 3, time: 1000 }

/** Another engine. */
export const OTHER_ID: Uint8Array = hex('80001f8880aabbccdd')

export const SCOPED: ScopedPdu = {
  contextEngineId: ENGINE.id,
  contextName: 'büro',
  pdu: GET,
}

export const OPERATOR: UsmUser = userOf('SHA-256', 'AES')
export const READER: UsmUser = userOf('SHA-512')
export const GUEST: UsmUser = { name: 'guest' }
export const USERS = new UserTable([OPERATOR, READER, GUEST])

const salts = new SaltSequence()

/** A message to {@link ENGINE}, authPriv by {@link OPERATOR} unless told otherwise. */
export function sealed(parts: Partial<MessageParts> = {}, scoped: ScopedPdu = SCOPED): Uint8Array {
  const user = USERS.get(parts.user ?? OPERATOR.name) ?? OPERATOR
  const whole: MessageParts = {
    messageId: 11,
    maxSize: 1472,
    level: 'authPriv',
    reportable: true,
    engine: ENGINE,
    user: user.name,
    ...parts,
  }
  return sealMessage(whole, scoped, USERS.keysFor(user, whole.engine.id), salts.next())
}

/** A version 3 message as read; fails where it is none. */
export function readSealed(octets: Uint8Array): SealedMessage {
  const message = decodeMessage(octets)
  if (typeof message === 'string') throw new Error(message)
  if (message.version !== '3') throw new Error(message.version)
  return message
}

/** What the engine says of octets that are a version 3 message. */
export function opened(
  octets: Uint8Array,
  engine: EngineClock = ENGINE,
  users: UserTable = USERS,
): OpenedMessage {
  return openMessage(readSealed(octets), users, engine)
}
