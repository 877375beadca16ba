import { around, integer, octets, oid, sequence, set } from './der.ts'

const DATA = '1.2.840.113549.1.7.1'
const SIGNED_DATA = '1.2.840.113549.1.7.2'

export interface BundleParts {
  readonly type?: string
  readonly version?: number
  readonly digests?: readonly Uint8Array[]
  readonly contents?: Uint8Array
  readonly certificates?: readonly Uint8Array[]
  readonly lists?: readonly Uint8Array[]
  readonly signers?: readonly Uint8Array[]
}

/** A PKCS#7 message of signed data, by default with nothing in it. */
export function encodeBundle(parts: BundleParts = {}): Uint8Array {
  const { type = SIGNED_DATA, version = 1, digests = [], signers = [] } = parts
  const { contents, certificates, lists } = parts
  const body = sequence(
    integer(version),
    set(...digests),
    sequence(oid(DATA), ...(contents === undefined ? [] : [around(0, octets(contents))])),
    ...(certificates === undefined ? [] : [around(0, ...certificates)]),
    ...(lists === undefined ? [] : [around(1, ...lists)]),
    set(...signers),
  )
  return sequence(oid(type), around(0, body))
}
