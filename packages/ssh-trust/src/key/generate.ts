import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

import { CURVES, type CurveName } from './curve.ts'
import { isKeyFault, type PublicKey } from './model.ts'
import { fromKeyObject } from './node-key.ts'

/** Type of a key that can be made here. */
export type GeneratedType =
  'ssh-ed25519' | 'ecdsa-sha2-nistp256' | 'ecdsa-sha2-nistp384' | 'ecdsa-sha2-nistp521' | 'ssh-rsa'

/** A new key. */
export interface GeneratedKey {
  /** The half to give away. */
  readonly publicKey: PublicKey
  /** The half to keep; `formatPrivateKey` writes it. */
  readonly privateKey: KeyObject
}

/** Size of a new RSA key in bits: as ssh-keygen makes it. */
const RSA_BITS = 3072

const CURVE_OF: Readonly<Record<Exclude<GeneratedType, 'ssh-ed25519' | 'ssh-rsa'>, CurveName>> = {
  'ecdsa-sha2-nistp256': 'nistp256',
  'ecdsa-sha2-nistp384': 'nistp384',
  'ecdsa-sha2-nistp521': 'nistp521',
}

const generate = promisify(generateKeyPair)

/** Makes a new key with node:crypto. */
export async function generateKey(type: GeneratedType): Promise<GeneratedKey> {
  const { privateKey } = await generatePair(type)
  const publicKey = fromKeyObject(privateKey)
  if (isKeyFault(publicKey)) throw new TypeError(`a new key is malformed: ${publicKey.fault}`)
  return { publicKey, privateKey }
}

function generatePair(type: GeneratedType): Promise<{ readonly privateKey: KeyObject }> {
  if (type === 'ssh-ed25519') return generate('ed25519')
  if (type === 'ssh-rsa') return generate('rsa', { modulusLength: RSA_BITS })
  return generate('ec', { namedCurve: CURVES[CURVE_OF[type]].jwk })
}
