import { parseCertificateLists, type CertificateList } from '../../src/index.ts'
import { around, inPlace, integer, sequence, time, tlv } from './der.ts'
import type { Holder } from './certificate.ts'
import { authorityKeyIdentifier, extension, reasonFlags } from './extensions.ts'
import { signed } from './keys.ts'

/** One entry: serial number as DER, and what else stands in it. */
interface Entry {
  readonly serial: Uint8Array
  readonly reason?: number
  readonly extensions?: readonly Uint8Array[]
}

export interface ListOptions {
  readonly entries?: readonly Entry[]
  readonly number?: number | null
  readonly base?: number
  readonly from?: string
  readonly until?: string | null
  /** Contents of the IssuingDistributionPoint. */
  readonly scope?: readonly Uint8Array[]
  readonly extensions?: readonly Uint8Array[]
}

/** A revocation list as DER. */
export function encodeList(issuer: Holder, options: ListOptions = {}): Uint8Array {
  const { entries = [], number = 1, base, scope, extensions = [] } = options
  const { from = '2026-11-01T00:00:00Z', until = '2027-11-01T00:00:00Z' } = options
  const own = [
    authorityKeyIdentifier(issuer.key.identifier),
    ...(number === null ? [] : [extension('2.5.29.20', integer(number))]),
    ...(base === undefined ? [] : [extension('2.5.29.27', integer(base), true)]),
    ...(scope === undefined ? [] : [extension('2.5.29.28', sequence(...scope), true)]),
    ...extensions,
  ]
  const body = sequence(
    integer(1),
    issuer.key.algorithm,
    issuer.name,
    time(from),
    ...(until === null ? [] : [time(until)]),
    ...(entries.length === 0 ? [] : [tlv(0x30, Buffer.concat(entries.map(encodeEntry)))]),
    around(0, sequence(...own)),
  )
  return signed(issuer.key, body)
}

export function list(issuer: Holder, options: ListOptions = {}): CertificateList {
  const [found] = parseCertificateLists(encodeList(issuer, options), { file: 'list' })
  if (found === undefined) throw new Error('there is no list')
  return found
}

function encodeEntry({ serial, reason, extensions = [] }: Entry): Uint8Array {
  const own = reason === undefined ? [] : [extension('2.5.29.21', tlv(0x0a, Uint8Array.of(reason)))]
  const all = [...own, ...extensions]
  return sequence(
    serial,
    time('2026-11-02T00:00:00Z'),
    ...(all.length === 0 ? [] : [sequence(...all)]),
  )
}

const YES = Uint8Array.of(0xff)
export const ONLY_PEERS: Uint8Array = inPlace(1, YES)
export const ONLY_AUTHORITIES: Uint8Array = inPlace(2, YES)
export const INDIRECT: Uint8Array = inPlace(4, YES)
export const ONLY_ATTRIBUTES: Uint8Array = inPlace(5, YES)

export function onlyReasons(...reasons: readonly number[]): Uint8Array {
  return reasonFlags(3, reasons)
}
