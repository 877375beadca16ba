import type { UsmStatus } from '@gatehouse/snmp-access'
import { Unreadable } from './ber.ts'
import { USERS } from './fixture.ts'
import { readScope, type ReadScope } from './message.ts'
import { decrypt, isSigned, keysOf, readSealed, type Keys, type Known, type Sealed } from './usm.ts'

/** What RFC 3414 section 3.2 says of a message; `scope` missing: it is dropped. */
export interface Opened {
  readonly status: UsmStatus
  readonly scope?: ReadScope | undefined
  readonly keys?: Keys | undefined
}

/** Whose clock counts. */
export interface Clock {
  readonly id: Uint8Array
  readonly boots: number
  readonly time: number
}

/** Opens a message to an engine whose clock is the authority. */
export function openHere(sealed: Sealed, engine: Clock): Opened {
  if (!sealed.engineId.equals(engine.id)) return { status: 'unknown-engine' }
  return openFor(sealed, engine.id, () => {
    return sealed.boots === engine.boots && Math.abs(sealed.time - engine.time) <= 150
  })
}

/** Opens a message of a user; `isInTime` is asked once its digest is right. */
export function openFor(sealed: Sealed, engineId: Uint8Array, isInTime: () => boolean): Opened {
  const user = userOf(sealed)
  if (user === undefined) return { status: 'unknown-user' }
  const { level } = sealed
  if (level === 'noAuthNoPriv') return { status: 'accepted', scope: scopeOf(sealed.payload) }
  const keys = keysOf(user, engineId)
  if (keys === undefined || (level === 'authPriv' && user.priv === undefined)) {
    return { status: 'unsupported-level' }
  }
  if (!isSigned(sealed, keys)) return { status: 'wrong-digest' }
  if (!isInTime()) return { status: 'not-in-time-window', keys }
  if (level === 'authNoPriv') return { status: 'accepted', scope: scopeOf(sealed.payload), keys }
  try {
    const plain = decrypt(sealed, keys)
    return { status: 'accepted', scope: scopeOf(plain), keys }
  } catch (error) {
    if (error instanceof Unreadable) return { status: 'decryption-error', keys }
    throw error
  }
}

/** The user that a message names. */
export function userOf({ user }: Sealed): Known | undefined {
  return USERS.find(({ name }) => user.equals(Buffer.from(name)))
}

/** The scope, `undefined` where there is none. */
export function scopeOf(octets: Uint8Array): ReadScope | undefined {
  try {
    return readScope(octets)
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

/** An answer as its receiver would open it. @throws Error for what is not as RFC 3414 says. */
export function openAnswer(octets: Buffer, keys: Keys | undefined): Sealed & { scope: ReadScope } {
  const sealed = readSealed(octets)
  if (sealed.level === 'noAuthNoPriv') return { ...sealed, scope: readScope(sealed.payload) }
  if (keys === undefined || !isSigned(sealed, keys)) throw new Error('answer without right digest')
  const plain = sealed.level === 'authPriv' ? decrypt(sealed, keys) : sealed.payload
  return { ...sealed, scope: readScope(plain) }
}
