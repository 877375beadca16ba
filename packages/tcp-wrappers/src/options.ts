import { readInteger, readOctal } from './c-numbers.ts'
import type { LoadCode } from './codes.ts'
import { findOutsideBrackets } from './fields.ts'
import type { Option } from './model.ts'

/** Why an option is at fault, as a code of `LOAD_CODES`. */
export type OptionFault = Extract<
  LoadCode,
  | 'option-missing'
  | 'option-unknown'
  | 'option-value-missing'
  | 'option-value-unexpected'
  | 'option-value-malformed'
  | 'option-not-last'
>

interface OptionKind {
  readonly value: 'required' | 'optional' | 'none'
  readonly mustBeLast?: true
  /** Whether libwrap replaces `%` and a letter in the value. */
  readonly expands?: true
  /** Whether the value is one that it takes, after the replacement. Default: any is. */
  readonly takes?: (value: string) => boolean
}

const FACILITIES = new Set(
  'kern user mail daemon auth lpr news uucp cron local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  ),
)
const LEVELS = new Set('emerg alert crit err warning notice info debug'.split(' '))

const KINDS: ReadonlyMap<string, OptionKind> = new Map<string, OptionKind>([
  ['user', { value: 'required' }],
  ['group', { value: 'required' }],
  ['umask', { value: 'required', takes: isUmask }],
  ['linger', { value: 'required', takes: (value) => (readInteger(value) ?? -1) >= 0 }],
  ['keepalive', { value: 'none' }],
  ['spawn', { value: 'required', expands: true }],
  ['twist', { value: 'required', expands: true, mustBeLast: true }],
  ['rfc931', { value: 'optional', takes: (value) => (readInteger(value) ?? 0) > 0 }],
  ['setenv', { value: 'required', expands: true, takes: isVariable }],
  ['nice', { value: 'optional', takes: (value) => readInteger(value) !== undefined }],
  ['severity', { value: 'required', takes: isSeverity }],
  ['allow', { value: 'none', mustBeLast: true }],
  ['deny', { value: 'none', mustBeLast: true }],
  ['banners', { value: 'required' }],
  ['aclexec', { value: 'required', expands: true }],
])

/** The options whose verdict is what a command answers. */
export const EXECUTING: ReadonlySet<string> = new Set(['twist', 'aclexec'])

/** Whether libwrap replaces `%` and a letter in the value of an option. */
export function expands({ name }: Option): boolean {
  return KINDS.get(name)?.expands === true
}

/** Reads a field between two colons: a word and its value, with blanks or one `=` between them. */
export function readOption(field: string): Option {
  const text = chop(field)
  const [name = ''] = /^[^= \t\r\n]*/.exec(text) as RegExpExecArray
  const rest = text.slice(name.length).replace(/^[ \t\r\n]*=?[ \t\r\n]*/, '')
  return Object.freeze({ name: name.toLowerCase(), value: rest === '' ? null : rest })
}

/**
 * What libwrap would find wrong with an option.
 *
 * Whether the account of `user` and `group` exists, and can be changed to, it does not ask.
 *
 * @param value - The value, after the replacement if there is one.
 */
export function findOptionFault(
  { name, value: written }: Option,
  value: string | null,
  isLast: boolean,
): OptionFault | undefined {
  if (name === '') return 'option-missing'
  const kind = KINDS.get(name)
  if (kind === undefined) return 'option-unknown'
  if (written === null && kind.value === 'required') return 'option-value-missing'
  if (written !== null && kind.value === 'none') return 'option-value-unexpected'
  if (kind.mustBeLast === true && !isLast) return 'option-not-last'
  if (value === null || kind.takes === undefined) return undefined
  return kind.takes(value) ? undefined : 'option-value-malformed'
}

/** A text without the blanks around it. */
export function chop(text: string): string {
  return text.replace(/^[ \t-\r]+/, '').replace(/[ \t-\r]+$/, '')
}

function isSeverity(value: string): boolean {
  const text = value.toLowerCase()
  const dot = findOutsideBrackets(text, '.', 0)
  if (dot === -1) return LEVELS.has(text)
  return FACILITIES.has(text.slice(0, dot)) && LEVELS.has(text.slice(dot + 1))
}

function isUmask(value: string): boolean {
  const mask = readOctal(value)
  return mask !== undefined && mask <= 0o777
}

/** The name is what stands before the first blank; the C library takes none that is empty or has a `=`. */
function isVariable(value: string): boolean {
  const [name = ''] = /^[^ \t\r\n]*/.exec(value) as RegExpExecArray
  return chop(name) !== '' && !name.includes('=')
}
