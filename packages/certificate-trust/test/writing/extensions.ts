import {
  around,
  ascii,
  inPlace,
  integer,
  namedBits,
  octets,
  oid,
  sequence,
  tlv,
  TRUE,
} from './der.ts'

export interface ExtensionOptions {
  readonly critical?: boolean
}

export function extension(type: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(type), ...(critical ? [TRUE] : []), octets(value))
}

export function basicConstraints(
  isCa: boolean,
  { pathLength, critical = true }: ExtensionOptions & { readonly pathLength?: number } = {},
): Uint8Array {
  const length = pathLength === undefined ? [] : [integer(pathLength)]
  return extension('2.5.29.19', sequence(...(isCa ? [TRUE] : []), ...length), critical)
}

/** Bits by number: 0 digitalSignature, 5 keyCertSign, 6 cRLSign. */
export function keyUsage(...bits: readonly number[]): Uint8Array {
  return extension('2.5.29.15', namedBits(...bits), true)
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

export function extKeyUsage(...purposes: readonly string[]): Uint8Array {
  return extension('2.5.29.37', sequence(...purposes.map(oid)))
}

export function dns(name: string): Uint8Array {
  return inPlace(2, ascii(name))
}

export function mail(name: string): Uint8Array {
  return inPlace(1, ascii(name))
}

export function uri(name: string): Uint8Array {
  return inPlace(6, ascii(name))
}

export function ip(...address: readonly number[]): Uint8Array {
  return inPlace(7, Uint8Array.from(address))
}

/** @param name - A Name as DER. */
export function directory(name: Uint8Array): Uint8Array {
  return around(4, name)
}

export function subjectAltName(...names: readonly Uint8Array[]): Uint8Array {
  return extension('2.5.29.17', sequence(...names))
}

export function subjectKeyIdentifier(identifier: Uint8Array): Uint8Array {
  return extension('2.5.29.14', octets(identifier))
}

export function authorityKeyIdentifier(identifier: Uint8Array): Uint8Array {
  return extension('2.5.29.35', sequence(inPlace(0, identifier)))
}

function subtrees(number: number, names: readonly Uint8Array[]): readonly Uint8Array[] {
  return names.length === 0 ? [] : [around(number, ...names.map((name) => sequence(name)))]
}

export function nameConstraints(
  { permitted = [], excluded = [] }: Readonly<Record<string, readonly Uint8Array[]>>,
  critical = true,
): Uint8Array {
  const value = sequence(...subtrees(0, permitted), ...subtrees(1, excluded))
  return extension('2.5.29.30', value, critical)
}

export const ANY_POLICY = '2.5.29.32.0'

export function policies(...names: readonly string[]): Uint8Array {
  return extension('2.5.29.32', sequence(...names.map((name) => sequence(oid(name)))))
}

export function policyMappings(...pairs: readonly (readonly [string, string])[]): Uint8Array {
  const mappings = pairs.map(([issuer, subject]) => sequence(oid(issuer), oid(subject)))
  return extension('2.5.29.33', sequence(...mappings), true)
}

function limit(number: number, value: number | undefined): readonly Uint8Array[] {
  return value === undefined ? [] : [inPlace(number, Uint8Array.of(value))]
}

export function policyConstraints(
  { explicit, mapping }: { readonly explicit?: number; readonly mapping?: number },
  critical = true,
): Uint8Array {
  return extension('2.5.29.36', sequence(...limit(0, explicit), ...limit(1, mapping)), critical)
}

export function inhibitAnyPolicy(after: number): Uint8Array {
  return extension('2.5.29.54', integer(after), true)
}

/** A DistributionPointName: full names, or one relative to the issuer of the list. */
export function pointName(
  name: readonly Uint8Array[] | { readonly relative: Uint8Array },
): Uint8Array {
  const inside = 'relative' in name ? around(1, name.relative) : around(0, ...name)
  return around(0, inside)
}

export interface PointOptions {
  readonly name?: Uint8Array
  readonly reasons?: readonly number[]
  readonly issuer?: readonly Uint8Array[]
}

export function distributionPoints(...points: readonly PointOptions[]): Uint8Array {
  const written = points.map(({ name, reasons, issuer }) =>
    sequence(
      ...(name === undefined ? [] : [name]),
      ...(reasons === undefined ? [] : [reasonFlags(1, reasons)]),
      ...(issuer === undefined ? [] : [around(2, ...issuer)]),
    ),
  )
  return extension('2.5.29.31', sequence(...written))
}

/** ReasonFlags with a tag of its own. */
export function reasonFlags(number: number, reasons: readonly number[]): Uint8Array {
  return tlv(0x80 | number, namedBits(...reasons).subarray(2))
}
