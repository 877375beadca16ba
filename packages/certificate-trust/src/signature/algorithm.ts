import { DerReader, TAG, type DerElement } from '../der/reader.ts'
import { objectIdentifier } from '../der/values.ts'

/** An algorithm with its parameters (RFC 5280, 4.1.1.2). */
export interface AlgorithmIdentifier {
  /** Dotted object identifier. */
  readonly algorithm: string
  /** Parameters; absent when there are none, which is not the same as NULL. */
  readonly parameters: DerElement | undefined
  /** The whole of it. */
  readonly element: DerElement
}

/** Reads an AlgorithmIdentifier. */
export function readAlgorithm(reader: DerReader): AlgorithmIdentifier {
  const element = reader.element(TAG.sequence)
  const inside = DerReader.inside(element)
  const algorithm = objectIdentifier(inside.element(TAG.oid))
  const parameters = inside.isAtEnd ? undefined : inside.any()
  inside.finish()
  return { algorithm, parameters, element }
}
