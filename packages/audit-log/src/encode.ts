import { TEXT_FIELDS, type AuditEvent } from './record.ts'

/** Largest event that can be encoded, in bytes: 1 MiB less what the chain adds to a line. */
export const MAX_EVENT_BYTES: number = 1024 * 1024 - 1024

const EVENT_NAME = /^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/
const MAX_EVENT_NAME = 64
const OUTCOMES = new Set<unknown>(['allow', 'deny', 'success', 'failure'])
const KNOWN = new Set<string>(['event', 'outcome', 'codes', 'facts', ...TEXT_FIELDS])

const QUOTE = 0x22
const BACKSLASH = 0x5c
const AT = 0x40
const EXCLAMATION = 0x21
const HEX = Buffer.from('0123456789abcdef')

/**
 * Where an event is encoded. Byte by byte is quicker than joining strings. Nothing is written beyond
 * its end, as typed arrays have it.
 */
const scratch = Buffer.alloc(MAX_EVENT_BYTES)

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
  let end = put('"', put(name, put(',"event":"', 0)))
  if (outcome !== undefined) end = putOutcome(outcome, end)
  if (codes !== undefined) end = putCodes(codes, end)
  end = putField(',"source":', event.source, end)
  end = putField(',"by":', event.by, end)
  end = putField(',"peer":', event.peer, end)
  end = putField(',"peerName":', event.peerName, end)
  end = putField(',"claimedUser":', event.claimedUser, end)
  end = putField(',"verifiedUser":', event.verifiedUser, end)
  end = putField(',"operation":', event.operation, end)
  end = putField(',"target":', event.target, end)
  end = putField(',"policy":', event.policy, end)
  end = putField(',"message":', event.message, end)
  if (facts !== undefined) end = putFacts(facts, end)
  return end > maxBytes ? undefined : scratch.toString('latin1', 0, end)
}

function putOutcome(outcome: string, at: number): number {
  if (!OUTCOMES.has(outcome)) throw new TypeError('`outcome` is no outcome')
  return put('"', put(outcome, put(',"outcome":"', at)))
}

function putCodes(codes: readonly string[], at: number): number {
  if (!Array.isArray(codes)) throw new TypeError('`codes` is no list')
  let end = put(',"codes":[', at)
  for (let index = 0; index < codes.length; index += 1) {
    end = putText(codes[index], index === 0 ? end : put(',', end))
  }
  return put(']', end)
}

function putFacts(facts: Readonly<Record<string, string>>, at: number): number {
  if (typeof facts !== 'object' || facts === null) throw new TypeError('`facts` is no record')
  const entries = Object.entries(facts)
  let end = put(',"facts":{', at)
  for (let index = 0; index < entries.length; index += 1) {
    const [key, value] = entries[index] as [string, string]
    end = putText(key, index === 0 ? end : put(',', end))
    end = putText(value, put(':', end))
  }
  return put('}', end)
}

function putField(prefix: string, value: unknown, at: number): number {
  return value === undefined ? at : putText(value, put(prefix, at))
}

/** Puts ASCII that needs no escape, and tells where it ends. */
function put(text: string, at: number): number {
  const { length } = text
  for (let index = 0; index < length; index += 1) scratch[at + index] = text.charCodeAt(index)
  return at + length
}

function putText(text: unknown, at: number): number {
  if (typeof text !== 'string') throw new TypeError('a field holds what is no text')
  const { length } = text
  // A text that cannot fit is not gone through.
  if (length > MAX_EVENT_BYTES) return at + length
  let end = at
  scratch[end++] = QUOTE
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit === QUOTE || unit === BACKSLASH) {
      scratch[end++] = BACKSLASH
      scratch[end++] = unit
    } else if (unit < 0x20 || unit > 0x7e || (unit === EXCLAMATION && isKey(text, index))) {
      end = putEscape(unit, end)
    } else {
      scratch[end++] = unit
    }
  }
  scratch[end++] = QUOTE
  return end
}

function putEscape(unit: number, at: number): number {
  let end = put('\\u', at)
  for (let shift = 12; shift >= 0; shift -= 4) scratch[end++] = HEX[(unit >> shift) & 0xf] as number
  return end
}

function isKey(text: string, index: number): boolean {
  return text.charCodeAt(index - 1) === AT && text.charCodeAt(index + 1) === AT
}
