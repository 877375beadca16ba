import type { EntryModel, Level, Oid, ViewType } from '../model.ts'
import { parseOid } from '../oid.ts'

const MODELS: ReadonlySet<string> = new Set<EntryModel>(['v1', 'v2c', 'usm', 'tsm', 'ksm', 'any'])

const LEVELS: ReadonlyMap<string, Level> = new Map<string, Level>([
  ['noauth', 'noAuthNoPriv'],
  ['noauthnopriv', 'noAuthNoPriv'],
  ['auth', 'authNoPriv'],
  ['authnopriv', 'authNoPriv'],
  ['priv', 'authPriv'],
  ['authpriv', 'authPriv'],
])

const VIEW_TYPES: ReadonlySet<string> = new Set<ViewType>([
  'read',
  'write',
  'notify',
  'log',
  'execute',
  'net',
])

/** Most octets that the daemon keeps of a mask. */
const MAX_MASK_OCTETS = 34

/** A security model in any case, `undefined` for an unknown one. */
export function readModel(text: string): EntryModel | undefined {
  const model = text.toLowerCase()
  return MODELS.has(model) ? (model as EntryModel) : undefined
}

/** A security level in any case, short or long. */
export function readLevel(text: string): Level | undefined {
  return LEVELS.get(text.toLowerCase())
}

/** A use of a view, in lower case only. */
export function readViewType(text: string): ViewType | undefined {
  return VIEW_TYPES.has(text) ? (text as ViewType) : undefined
}

/** A subtree in numbers; one dot at its end is dropped. */
export function readSubtree(text: string): Oid | undefined {
  return parseOid(text.endsWith('.') ? text.slice(0, -1) : text)
}

/** The octets of a view's mask, and whether each was written with at most two digits. */
export interface MaskReading {
  readonly mask: Uint8Array
  readonly exact: boolean
}

/**
 * Reads a mask as the daemon does: octets joined by `.`, `:` or blanks, the low eight bits of the
 * hexadecimal digits that each begins with.
 */
export function readMask(text: string): MaskReading | undefined {
  const octets: number[] = []
  let exact = true
  for (const part of text.split(/[ .:]+/)) {
    if (part === '') continue
    const digits = /^[\t]*(?:0x)?([\da-f]+)/i.exec(part)
    if (digits === null || octets.length >= MAX_MASK_OCTETS) return undefined
    octets.push(Number.parseInt((digits[1] as string).slice(-2), 16))
    exact &&= /^(?:0x)?[\da-f]{1,2}$/i.test(part)
  }
  return { mask: Uint8Array.from(octets), exact }
}
