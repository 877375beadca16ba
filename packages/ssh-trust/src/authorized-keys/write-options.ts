import { isDeepStrictEqual } from 'node:util'

import { readFromList } from './from-list.ts'
import { readExpiryTime } from './expiry-time.ts'
import type { EnvironmentEntry, KeyOptions, Permissions } from './model.ts'
import { NO_OPTIONS, readOptions } from './options.ts'
import { readServerVersion, versionLacking } from './server-version.ts'

/** Options to write before a key. What is not given is not written. */
export interface OptionsToWrite extends Partial<Permissions> {
  /** Takes away every permission that is not given as `true`, also those of later versions. */
  readonly restrict?: boolean
  /** The key is an authority. */
  readonly certAuthority?: boolean
  /** Principals of which a certificate must name one; only with `certAuthority`. */
  readonly principals?: readonly string[]
  /** A security key need not be touched. */
  readonly noTouchRequired?: boolean
  /** A security key has to have verified its user. */
  readonly verifyRequired?: boolean
  /** The only command that is run. */
  readonly command?: string
  /** Addresses, networks and patterns that the login may come from; `!` before one keeps it out. */
  readonly from?: readonly string[]
  /** Last second at which the key gets in; written in UTC. Milliseconds are cut off. */
  readonly expires?: Date
  /** Environment of the session, heeded under `PermitUserEnvironment`; each name once. */
  readonly environment?: readonly EnvironmentEntry[]
  /** The only `host:port` that may be connected to. */
  readonly permitOpen?: readonly string[]
  /** The only `host:port` that may be listened on; `*:port` for any address. */
  readonly permitListen?: readonly string[]
  /** The tunnel device that must be used. */
  readonly tunnel?: number | 'any'
}

/** Why options are not written. */
export const WRITE_OPTION_REFUSALS = {
  /** Write no options, or find out what program the system runs and what it understands. */
  'server-unknown': 'the server does not say that it is OpenSSH, and of which version',
  /** Leave the option out, or have the system updated: this sshd would refuse the whole line. */
  'server-too-old': 'the sshd of the system does not know the option, and would refuse the line',
  /** Choose another value: a quoted value cannot end in a backslash or hold a line end. */
  'value-not-writable': 'the value cannot be written in a line',
  /** Correct the value: sshd would refuse the line. */
  'value-malformed': 'sshd would refuse the line for this value, or read another one',
} as const

/** A code of {@link WRITE_OPTION_REFUSALS}. */
export type WriteOptionRefusal = keyof typeof WRITE_OPTION_REFUSALS

/** The options as text, or why there is none. */
export type FormattedOptions =
  | {
      /** What stands before the key; empty for none. */
      readonly text: string
    }
  | {
      /** Why. */
      readonly refused: WriteOptionRefusal
      /** The option at fault, where it is one and known. */
      readonly option?: string
      /** The version that the option needs, such as `7.2`. */
      readonly needs?: string
    }

/** For which server options are written. */
export interface FormatOptionsSettings {
  /** What the target's sshd says of itself: `SSH-2.0-OpenSSH_9.2p1 …`, or `9.2`. */
  readonly serverVersion: string
}

/**
 * Writes the options of a line so that the target's sshd takes them, and reads what was meant.
 *
 * A server can claim a version that it does not have; then it refuses the line. Where the server gets no option
 * its version does not matter.
 *
 * @see sshd(8), AUTHORIZED_KEYS FILE FORMAT
 */
export function formatKeyOptions(
  options: OptionsToWrite,
  { serverVersion }: FormatOptionsSettings,
): FormattedOptions {
  const written = write(options)
  if (written.length === 0) return { text: '' }
  const version = readServerVersion(serverVersion)
  if (version === undefined) return { refused: 'server-unknown' }
  for (const { option } of written) {
    const needs = versionLacking(option, version)
    if (needs !== undefined) return { refused: 'server-too-old', option, needs }
  }
  const unwritable = written.find(({ value }) => value !== undefined && UNWRITABLE.test(value))
  if (unwritable !== undefined) {
    return { refused: 'value-not-writable', option: unwritable.option }
  }
  const text = written.map(textOf).join(',')
  return isReadAs(text, meant(options)) ? { text } : { refused: 'value-malformed' }
}

/** One option on its way into a line. */
interface WrittenOption {
  readonly option: string
  readonly value?: string
}

/** Line ends and other controls, what stands for broken UTF-8, and a last backslash. */
// oxlint-disable-next-line no-control-regex -- they are what must not be written
const UNWRITABLE = /[\0-\x08\x0a-\x1f\x7f\ufffd\p{Cs}]|\\$/u

const FLAGS = [
  ['portForwarding', 'port-forwarding'],
  ['agentForwarding', 'agent-forwarding'],
  ['x11Forwarding', 'X11-forwarding'],
  ['pty', 'pty'],
  ['userRc', 'user-rc'],
] as const satisfies readonly (readonly [keyof Permissions, string])[]

function write(options: OptionsToWrite): WrittenOption[] {
  const { restrict = false, principals, command, from, expires, environment = [] } = options
  const { certAuthority, noTouchRequired, verifyRequired, tunnel } = options
  const { permitOpen = [], permitListen = [] } = options
  return [
    ...flag('cert-authority', certAuthority),
    ...valued('principals', principals?.join(',')),
    ...flag('restrict', restrict),
    ...FLAGS.flatMap(([name, option]) =>
      restrict ? flag(option, options[name]) : flag(`no-${option}`, options[name] === false),
    ),
    ...flag('no-touch-required', noTouchRequired),
    ...flag('verify-required', verifyRequired),
    ...valued('from', from?.join(',')),
    ...valued('expiry-time', expires === undefined ? undefined : timeOf(expires)),
    ...valued('command', command),
    ...valued('environment', ...environment.map(({ name, value }) => `${name}=${value}`)),
    ...valued('permitopen', ...permitOpen),
    ...valued('permitlisten', ...permitListen),
    ...valued('tunnel', tunnel === undefined ? undefined : `${tunnel}`),
  ]
}

function flag(option: string, on: boolean | undefined): WrittenOption[] {
  return on === true ? [{ option }] : []
}

function valued(option: string, ...values: readonly (string | undefined)[]): WrittenOption[] {
  return values.flatMap((value) => (value === undefined ? [] : [{ option, value }]))
}

function textOf({ option, value }: WrittenOption): string {
  return value === undefined ? option : `${option}="${value.replaceAll('"', String.raw`\"`)}"`
}

/** `YYYYMMDDHHMMSSZ`; a year of more digits, or no time at all, is read as none. */
function timeOf(expires: Date): string {
  const isTime = !Number.isNaN(expires.getTime())
  return isTime ? `${expires.toISOString().slice(0, 19).replaceAll(/\D/gu, '')}Z` : ''
}

/** What a reader should make of the text. */
function meant(options: OptionsToWrite): KeyOptions {
  const { restrict = false, principals, command, from, expires, tunnel } = options
  const { environment = [], permitOpen = [], permitListen = [] } = options
  const expiry = expires === undefined ? undefined : readExpiryTime(timeOf(expires))
  const flags = FLAGS.map(([name]) => [name, options[name] ?? !restrict] as const)
  return {
    ...NO_OPTIONS,
    ...Object.fromEntries(flags),
    certAuthority: options.certAuthority === true,
    noTouchRequired: options.noTouchRequired === true,
    verifyRequired: options.verifyRequired === true,
    command: command ?? null,
    principals: principals ?? null,
    from: from === undefined ? null : readFromList(from.join(',')),
    expiryTimes: expiry === undefined ? [] : [expiry],
    environment,
    permitOpen,
    permitListen,
    tunnel: tunnel ?? null,
  }
}

/** Whether sshd takes the text, and reads what was meant: an odd value changes what it says. */
function isReadAs(text: string, wanted: KeyOptions): boolean {
  const read = readOptions(text)
  if (typeof read === 'string' || !isDeepStrictEqual(read, wanted)) return false
  const { from, principals, certAuthority } = read
  if (principals !== null && (!certAuthority || principals.includes(''))) return false
  return from === null || (from.fault === null && !from.entries.some(isSplit))
}

/** A blank makes an entry match nothing that was meant. */
function isSplit({ text }: { readonly text: string }): boolean {
  return /[\t ]/u.test(text)
}
