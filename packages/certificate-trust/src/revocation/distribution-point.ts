import { DerFault } from '../der/fault.ts'
import { constructed, primitive, TAG, type DerReader } from '../der/reader.ts'
import { namedBits } from '../der/values.ts'
import { readGeneralNames, type GeneralName } from '../name/general-name.ts'
import { readRelativeName } from '../name/name.ts'

/** How a distribution point is called. */
export type PointName =
  | { readonly names: readonly GeneralName[] }
  /** Behind the name of who signs the list: how that part compares. */
  | { readonly relative: string }

/** Where revocations are published (RFC 5280, 4.2.1.13). */
export interface DistributionPoint {
  /** `null` when it is named by its issuer only. */
  readonly name: PointName | null
  /** Reasons that its list covers, as bits; `null`: all. */
  readonly reasons: number | null
  /** Who signs its list; `null`: who signed the certificate. */
  readonly crlIssuer: readonly GeneralName[] | null
}

/** How many bits ReasonFlags has (RFC 5280, 4.2.1.13). */
export const REASON_FLAGS = 9

/** Reads the points of one extension; there must be one at least. */
export function readDistributionPoints(reader: DerReader): readonly DistributionPoint[] {
  const list = reader.inside(TAG.sequence)
  if (list.isAtEnd) throw new DerFault('extension-malformed', list.offset)
  const points: DistributionPoint[] = []
  while (!list.isAtEnd) points.push(readPoint(list))
  return points
}

function readPoint(list: DerReader): DistributionPoint {
  const { offset } = list
  const inside = list.inside(TAG.sequence)
  const name = readPointName(inside.optionalInside(constructed(0)))
  const reasons = inside.optional(primitive(1))
  const issuer = inside.optionalInside(constructed(2))
  inside.finish()
  if (name === null && issuer === undefined) throw new DerFault('extension-malformed', offset)
  return {
    name,
    reasons: reasons === undefined ? null : namedBits(reasons, REASON_FLAGS),
    crlIssuer: issuer === undefined ? null : readGeneralNames(issuer),
  }
}

/** Reads a DistributionPointName, as points and lists have it. */
export function readPointName(reader: DerReader | undefined): PointName | null {
  if (reader === undefined) return null
  const names = reader.optionalInside(constructed(0))
  const relative = names === undefined ? reader.element(constructed(1)) : undefined
  reader.finish()
  if (relative !== undefined) return { relative: readRelativeName(relative).key }
  return { names: names === undefined ? [] : readGeneralNames(names) }
}
