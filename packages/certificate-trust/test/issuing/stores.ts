import { createHmac, type KeyObject } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import { PassphraseWork } from '../../src/issuing/derivation.ts'
import { macKey } from '../../src/issuing/store.ts'
import { around, bytes, integer, octets, oid, sequence } from '../writing/der.ts'

const DATA = '1.2.840.113549.1.7.1'
const SHA_256 = '2.16.840.1.101.3.4.2.1'
const SALT = bytes(1, 2, 3, 4, 5, 6, 7, 8)

export interface StoreParts {
  /** ContentInfos. */
  readonly safes?: readonly Uint8Array[]
  readonly type?: string
  /** Hash of the MAC; `null`: there is no MAC. */
  readonly mac?: string | null
  readonly macIterations?: number
  /** Whether the contents are changed behind the MAC's back. */
  readonly tampered?: boolean
}

/** A PKCS#12 store with the passphrase `correct`, and few iterations unless others are given. */
export function encodeStore(parts: StoreParts = {}): Uint8Array {
  const { safes = [], type = DATA, mac = SHA_256, macIterations = 2, tampered = false } = parts
  const contents = sequence(...safes)
  const iterations = macIterations > 0 && macIterations < 1000 ? macIterations : 1
  const work = new PassphraseWork(new Secret('correct'), 'store')
  const key = macKey('sha256', { salt: SALT, iterations }, work)
  const digest = createHmac('sha256', key).update(contents).digest()
  const inside = tampered ? sequence(...safes, sequence()) : contents
  return sequence(
    integer(3),
    sequence(oid(type), around(0, octets(inside))),
    ...(mac === null
      ? []
      : [
          sequence(
            sequence(sequence(oid(mac)), octets(digest)),
            octets(SALT),
            integer(macIterations),
          ),
        ]),
  )
}

/** A ContentInfo of bags in the clear; what protects it is the MAC. */
export function signedSafe(...bags: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(DATA), around(0, octets(sequence(...bags))))
}

export interface KeyBagParts {
  readonly iterations?: number
  /** Scheme instead of PBES2. */
  readonly scheme?: string
  /** A key that is not encrypted: this one, or what is none. */
  readonly key?: KeyObject
  readonly plain?: boolean
}

/** A bag with a key, which is random bytes unless it is given. */
export function keyBag({ iterations = 2, scheme, key, plain = false }: KeyBagParts): Uint8Array {
  if (key !== undefined) {
    const der = new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
    return sequence(oid('1.2.840.113549.1.12.10.1.1'), around(0, der))
  }
  if (plain) {
    const nothing = sequence(integer(0), sequence(oid('1.2.3')), octets(bytes(1)))
    return sequence(oid('1.2.840.113549.1.12.10.1.1'), around(0, nothing))
  }
  const derivation = sequence(octets(SALT), integer(iterations))
  const pbes2 = sequence(
    oid('1.2.840.113549.1.5.13'),
    sequence(
      sequence(oid('1.2.840.113549.1.5.12'), derivation),
      sequence(oid('2.16.840.1.101.3.4.1.42'), octets(new Uint8Array(16))),
    ),
  )
  const algorithm = scheme === undefined ? pbes2 : sequence(oid(scheme), derivation)
  const encrypted = sequence(algorithm, octets(new Uint8Array(32)))
  return sequence(oid('1.2.840.113549.1.12.10.1.2'), around(0, encrypted))
}
