import forge from 'node-forge'
import { DerReader, TAG } from '../der/reader.ts'
import { contentsOf } from '../der/values.ts'

/** A value that is going to be written. The library's types stay in this file. */
export interface Asn1 {
  readonly composed: boolean
}

/** The writer, with parts of an identifier octet as the numbers that they are. */
const create = forge.asn1.create as (
  tagClass: number,
  type: number,
  constructed: boolean,
  contents: Asn1[] | string,
) => Asn1

/** Writes a value as DER. */
export function encode(given: Asn1): Uint8Array {
  return bytesOf(forge.asn1.toDer(given as forge.asn1.Asn1).getBytes())
}

/** A value with its identifier octet, around others or with contents of its own. */
function value(tag: number, contents: Asn1[] | string): Asn1 {
  return create(tag & 0xc0, tag & 0x1f, (tag & 0x20) !== 0, contents)
}

/** A SEQUENCE, or whatever else is around values by its tag. */
export function sequence(contents: readonly Asn1[], tag: number = TAG.sequence): Asn1 {
  return value(tag, [...contents])
}

/** A SET of values that are in the order of DER: all that is written here have one. */
export function setOf(one: Asn1): Asn1 {
  return value(TAG.set, [one])
}

/** A value that is written already. */
export function encoded(der: Uint8Array): Asn1 {
  const element = new DerReader(der).any()
  // The whole identifier octet in place of the type: the contents are taken as they are.
  return create(0, element.tag, false, binary(contentsOf(element)))
}

/** A value of bytes: an OCTET STRING, or whatever has its form. */
export function octets(bytes: Uint8Array, tag: number = TAG.octetString): Asn1 {
  return value(tag, binary(bytes))
}

/** An OCTET STRING around the encoding of a value. */
export function octetsAround(inside: Asn1): Asn1 {
  return octets(encode(inside))
}

/** A BIT STRING of whole bytes. */
export function bits(bytes: Uint8Array, unused = 0): Asn1 {
  return octets(Uint8Array.of(unused, ...bytes), TAG.bitString)
}

/** A number that is not negative. */
export function integer(number: number | bigint): Asn1 {
  const digits = number.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return integerOf(bytes)
}

/** A number that is not negative, given as its bytes. */
export function integerOf(bytes: Uint8Array): Asn1 {
  const isHigh = (bytes[0] ?? 0) >= 0x80
  return octets(isHigh ? Uint8Array.of(0, ...bytes) : bytes, TAG.integer)
}

/** An object identifier in dotted form. */
export function objectIdentifier(dotted: string): Asn1 {
  return value(TAG.oid, forge.asn1.oidToDer(dotted).getBytes())
}

/** Text in UTF-8, as a string of any type that has its characters. */
export function text(characters: string, tag: number): Asn1 {
  return value(tag, Buffer.from(characters, 'utf8').toString('latin1'))
}

/** The BOOLEAN that is written; the other is the default wherever it may stand. */
export const TRUE: Asn1 = value(TAG.boolean, '\u00FF')

/** NULL, as parameters of algorithms that have it. */
export const NULL: Asn1 = value(TAG.null, '')

/** First second that is written as GeneralizedTime (RFC 5280, 4.1.2.5): that of the year 2050. */
const FIRST_GENERALIZED = Date.UTC(2050, 0) / 1000

/** A time in whole seconds since 1970, as the type that its year asks for. */
export function time(seconds: number): Asn1 {
  const date = new Date(seconds * 1000)
  return seconds < FIRST_GENERALIZED
    ? value(TAG.utcTime, forge.asn1.dateToUtcTime(date))
    : value(TAG.generalizedTime, forge.asn1.dateToGeneralizedTime(date))
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function bytesOf(characters: string): Uint8Array {
  return new Uint8Array(Buffer.from(characters, 'latin1'))
}
