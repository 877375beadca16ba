import { constants } from 'node:crypto'
import { OID } from '../der/oids.ts'
import { constructed, DerReader, TAG, type DerElement } from '../der/reader.ts'
import { objectIdentifier, smallInteger } from '../der/values.ts'
import { readAlgorithm, type AlgorithmIdentifier } from './algorithm.ts'
import type { KeyKind } from './keys.ts'

/** Hashes that a scheme may name. */
type Hash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

interface SchemeForm {
  readonly kind: KeyKind
  /** Hash, where the scheme names it. */
  readonly hash?: Hash
  /** Parameters: NULL or none, none, or those of RSASSA-PSS. */
  readonly parameters: 'null-or-none' | 'none' | 'pss'
}

/** How a signature is checked. */
export interface SignatureScheme {
  /** The kind of key that it needs. */
  readonly kind: KeyKind
  /** `null` where the algorithm has its own. */
  readonly hash: Hash | null
  /** What `crypto.verify` takes beside the key. */
  readonly padding?: { readonly padding: number; readonly saltLength: number }
}

const SCHEMES: Readonly<Record<string, SchemeForm>> = {
  // RFC 4055, 5: NULL, and none must be taken as well.
  [OID.sha1WithRsa]: { kind: 'rsa', hash: 'sha1', parameters: 'null-or-none' },
  [OID.sha224WithRsa]: { kind: 'rsa', hash: 'sha224', parameters: 'null-or-none' },
  [OID.sha256WithRsa]: { kind: 'rsa', hash: 'sha256', parameters: 'null-or-none' },
  [OID.sha384WithRsa]: { kind: 'rsa', hash: 'sha384', parameters: 'null-or-none' },
  [OID.sha512WithRsa]: { kind: 'rsa', hash: 'sha512', parameters: 'null-or-none' },
  [OID.rsassaPss]: { kind: 'rsa', parameters: 'pss' },
  [OID.sha1WithDsa]: { kind: 'dsa', hash: 'sha1', parameters: 'none' },
  [OID.sha256WithDsa]: { kind: 'dsa', hash: 'sha256', parameters: 'none' },
  // RFC 5758, 3.2: none.
  [OID.sha1WithEcdsa]: { kind: 'ec', hash: 'sha1', parameters: 'none' },
  [OID.sha224WithEcdsa]: { kind: 'ec', hash: 'sha224', parameters: 'none' },
  [OID.sha256WithEcdsa]: { kind: 'ec', hash: 'sha256', parameters: 'none' },
  [OID.sha384WithEcdsa]: { kind: 'ec', hash: 'sha384', parameters: 'none' },
  [OID.sha512WithEcdsa]: { kind: 'ec', hash: 'sha512', parameters: 'none' },
  // RFC 8410, 3: none.
  [OID.ed25519]: { kind: 'ed25519', parameters: 'none' },
  [OID.ed448]: { kind: 'ed448', parameters: 'none' },
}

/** The scheme that an algorithm stands for; `undefined` for one that is not accepted, or not in this form. */
export function schemeOf({
  algorithm,
  parameters,
}: AlgorithmIdentifier): SignatureScheme | undefined {
  const form = SCHEMES[algorithm]
  if (form === undefined) return undefined
  if (form.parameters === 'pss') return parameters && pssScheme(parameters)
  const isNull = parameters?.tag === TAG.null && parameters.end === parameters.contents
  const isRight = parameters === undefined || (isNull && form.parameters === 'null-or-none')
  return isRight ? { kind: form.kind, hash: form.hash ?? null } : undefined
}

const PSS_HASHES: Readonly<Record<string, Hash>> = {
  [OID.sha1]: 'sha1',
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
}

/** Parameters of RSASSA-PSS: the mask is made with the hash of the message (RFC 4055, 3.1). */
function pssScheme(parameters: DerElement): SignatureScheme | undefined {
  try {
    const inside = DerReader.inside(parameters)
    const hash = pssHash(inside.optionalInside(constructed(0)))
    const around = inside.optionalInside(constructed(1))
    const mask = around === undefined ? OID.sha1 : maskHash(readAlgorithm(around))
    const salt = inside.optionalInside(constructed(2))
    const saltLength = salt === undefined ? 20 : smallInteger(salt.element(TAG.integer))
    const trailer = inside.optionalInside(constructed(3))
    const isUsualTrailer = trailer === undefined || smallInteger(trailer.element(TAG.integer)) === 1
    inside.finish()
    const name = PSS_HASHES[hash]
    if (parameters.tag !== TAG.sequence || name === undefined || mask !== hash) return undefined
    if (!isUsualTrailer || saltLength > 64) return undefined
    return {
      kind: 'rsa',
      hash: name,
      padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
    }
  } catch {
    return undefined
  }
}

function pssHash(around: DerReader | undefined): string {
  return around === undefined ? OID.sha1 : readAlgorithm(around).algorithm
}

function maskHash({ algorithm, parameters }: AlgorithmIdentifier): string | undefined {
  if (algorithm !== OID.mgf1 || parameters === undefined) return undefined
  return objectIdentifier(DerReader.inside(parameters).element(TAG.oid))
}
