import { TEXT_FIELDS, type AuditEvent } from './record.ts'

/** Largest event that can be encoded, in bytes: 1 MiB less what the chain adds to a line. */
export const MAX_EVENT_BYTES: number = 1024 * 1024 - 1024

const EVENT_NAME = /^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/
const MAX_EVENT_NAME = 64
const OUTCOMES = new Set<unknown>(['allow', 'deny', 'success', 'failure'])
const KNOWN = new Set<string>(['event', 'outcome', 'codes', 'facts', ...TEXT_FIELDS])
const PREFIXES = TEXT_FIELDS.map((field) => `,"${field}":`)

const QUOTE = 0x22
const BACKSLASH = 0x5c
const AT = 0x40
const EXCLAMATION = 0x21
const HEX = Buffer.from('0123456789abcdef')

/**
 * Where an event is encoded. Byte by byte is quicker than joining strings, which are copied once
 * more for the hash and once more for the file. Nothing is written beyond its end, as typed arrays
 * have it.
 */
const scratch = Buffer.alloc(MAX_EVENT_BYTES)
let used = 0

/**
 * The fields of an event as they stand in a line, in their fixed order, with a comma before them.
 *
 * It is ASCII whatever the event holds: nothing in it can pass for the end of a line or hide text,
 * whatever reads it, and `@!@`, which begins a record of mx.log, does not occur.
 *
 * @param maxBytes - At most {@link MAX_EVENT_BYTES}.
 * @returns Nothing when it is larger than that.
 * @throws TypeError when a field is unknown or of a wrong type: a mistake of the program that
 * records.
 */
export function encodeEvent(
  event: AuditEvent,
  maxBytes: number = MAX_EVENT_BYTES,
): string | undefined {
  const { event: name, outcome, codes, facts } = event
  if (typeof name !== 'string' || name.length > MAX_EVENT_NAME || !EVENT_NAME.test(name)) {
    throw new TypeError('`event` is no name of an event')
  }
  for (const field in event) {
    if (!KNOWN.has(field)) throw new TypeError(`\`${field}\` is no field of an event`)
  }
  used = 0
  put(',"event":"')
  put(name)
  put('"')
  if (outcome !== undefined) putOutcome(outcome)
  if (codes !== undefined) putCodes(codes)
  for (let index = 0; index < PREFIXES.length; index += 1) {
    const value = event[TEXT_FIELDS[index] as (typeof TEXT_FIELDS)[number]]
    if (value === undefined) continue
    put(PREFIXES[index] as string)
    putText(value)
  }
  if (facts !== undefined) putFacts(facts)
  return used > maxBytes ? undefined : scratch.toString('latin1', 0, used)
}

function putOutcome(outcome: string): void {
  if (!OUTCOMES.has(outcome)) throw new TypeError('`outcome` is no outcome')
  put(',"outcome":"')
  put(outcome)
  put('"')
}

function putCodes(codes: readonly string[]): void {
  if (!Array.isArray(codes)) throw new TypeError('`codes` is no list')
  put(',"codes":')
  for (let index = 0; index < codes.length; index += 1) {
    put(index === 0 ? '[' : ',')
    putText(codes[index])
  }
  put(codes.length === 0 ? '[]' : ']')
}

function putFacts(facts: Readonly<Record<string, string>>): void {
  if (typeof facts !== 'object' || facts === null) throw new TypeError('`facts` is no record')
  const entries = Object.entries(facts)
  for (let index = 0; index < entries.length; index += 1) {
    const [key, value] = entries[index] as [string, string]
    put(index === 0 ? ',"facts":{' : ',')
    putText(key)
    put(':')
    putText(value)
  }
  put(entries.length === 0 ? ',"facts":{}' : '}')
}

/** Puts ASCII that needs no escape. */
function put(text: string): void {
  for (let index = 0; index < text.length; index += 1)
    scratch[used + index] = text.charCodeAt(index)
  used += text.length
}

function putText(text: unknown): void {
  if (typeof text !== 'string') throw new TypeError('a field holds what is no text')
  scratch[used++] = QUOTE
  // A text that cannot fit is not gone through.
  if (text.length > MAX_EVENT_BYTES) used += text.length
  else for (let index = 0; index < text.length; index += 1) putUnit(text, index)
  scratch[used++] = QUOTE
}

function putUnit(text: string, index: number): void {
  const unit = text.charCodeAt(index)
  if (unit === QUOTE || unit === BACKSLASH) {
    scratch[used++] = BACKSLASH
    scratch[used++] = unit
  } else if (unit < 0x20 || unit > 0x7e || (unit === EXCLAMATION && isKey(text, index))) {
    put('\\u')
    for (let shift = 12; shift >= 0; shift -= 4) {
      scratch[used++] = HEX[(unit >> shift) & 0xf] as number
    }
  } else {
    scratch[used++] = unit
  }
}

function isKey(text: string, index: number): boolean {
  return text.charCodeAt(index - 1) === AT && text.charCodeAt(index + 1) === AT
}
