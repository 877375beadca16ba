import { MAX_PACKED_BYTES, type Operation } from './model.ts'
import { readOperation } from './operation.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The bytes of an operation in the one encoding that it has: JSON in UTF-8, without blanks, fields in
 * a fixed order, arguments in the order of their names. For policies that sign or pack operations.
 *
 * @throws TypeError for what is no operation.
 */
export function encodeOperation(operation: Operation): Uint8Array {
  return encode(knownOperation(operation))
}

/**
 * Reads what {@link encodeOperation} wrote.
 *
 * @returns undefined for anything that it would not write byte by byte: other fields, fields twice,
 *   another order, blanks, more than {@link MAX_PACKED_BYTES}.
 */
export function decodeOperation(bytes: Uint8Array): Operation | undefined {
  return decode(bytes, (value) => {
    const operation = readOperation(value)
    return 'fault' in operation ? undefined : operation
  })
}

/** An operation of our own side as it is encoded. @throws TypeError for what is none. */
export function knownOperation(operation: Operation): Operation {
  const known = readOperation(operation)
  if ('fault' in known) throw new TypeError(`not an operation: \`${known.field}\``)
  return known
}

/** A value as JSON in UTF-8. */
export function encode(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** Reads JSON that is byte by byte what {@link encode} makes of the value that `read` finds in it. */
export function decode<Value extends object>(
  bytes: Uint8Array,
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  if (bytes.length > MAX_PACKED_BYTES) return undefined
  const value = parseJson(bytes)
  const found = value === undefined ? undefined : read(value)
  return found !== undefined && isEqual(encode(found), bytes) ? found : undefined
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes))
  } catch {
    return undefined
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
