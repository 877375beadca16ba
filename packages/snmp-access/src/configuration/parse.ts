import {
  DiagnosticList,
  MAX_POLICY_BYTES,
  ParseError,
  readLines,
  type Diagnostic,
} from '@gatehouse/core'
import type { Configuration, ConfigurationLine, Daemon, Profile } from '../model.ts'
import type { ResolvedNames } from '../source/source.ts'
import type { FaultCode } from './codes.ts'
import { FileReader } from './file-reader.ts'

/** How a configuration is read. */
export interface ParseOptions {
  /** Label of the text in every message and reason, usually the file name. */
  readonly file: string
  /** Which daemon the file is for. Default `snmpd`. */
  readonly daemon?: Daemon
  /** Whose rules `check` decides by; the file is read the same way. Default `net-snmp`. */
  readonly profile?: Profile
  /**
   * Whether a line with a fault is dropped, as the daemon does, with a warning. Default `false`: one
   * such line refuses the file, because a line that was to take something away may be among them.
   */
  readonly lenient?: boolean
  /**
   * What becomes of include, includeFile, includeDir and includeSearch. Default `refused`, also when
   * lenient: the lines they stand for may take something away. `passed-over` leaves a warning.
   */
  readonly includes?: 'refused' | 'passed-over'
  /** Addresses of host names in sources, names in lower case. Default: none, such a source is a fault. */
  readonly resolve?: ResolvedNames
  /** The contexts that the agent has besides the default one. Default: none. */
  readonly contexts?: readonly string[]
  /** Largest text, in bytes (of a string: characters). Default 16 MiB. */
  readonly maxBytes?: number
}

/**
 * Reads an snmpd.conf or snmptrapd.conf, UTF-8.
 *
 * Directives that are not access control are kept and passed over. The text of other files and
 * what the daemon saved in its persistent file are not read.
 *
 * @param text - The file; whoever may write it decides who gets in.
 * @throws ParseError (`ERR_PARSE`) carrying every fault of {@link FaultCode} with file, line and column.
 * @see snmpd.conf(5) and snmptrapd.conf(5) of net-snmp 5.9.3
 */
export function parse(text: string | Uint8Array, options: ParseOptions): Configuration {
  const { file, daemon = 'snmpd', profile = 'net-snmp', contexts = [] } = options
  const errors = new DiagnosticList<FaultCode>(file)
  const warnings = new DiagnosticList<FaultCode>(file)
  const { lines, ends } = split(text, options, errors)
  const reader = new FileReader({ ...options, daemon }, errors, warnings)
  const read = lines.map((line, index) => ({
    line: index + 1,
    text: line,
    end: ends[index] ?? '',
    ...reader.read(line, index + 1),
  }))
  errors.throwIfAny()
  const { entries, settings } = reader
  return {
    file,
    daemon,
    profile,
    communities: entries.communities,
    groups: entries.groups,
    views: entries.views,
    accesses: entries.accesses,
    users: entries.users,
    contexts: [...contexts],
    authTrapEnabled: settings.authTrapEnabled,
    authorizationDisabled: settings.authorizationDisabled,
    trapSinks: settings.trapSinks,
    warnings: inOrder(warnings),
    lines: read,
  }
}

/** The lines, and how each ended. */
function split(
  input: string | Uint8Array,
  { file, maxBytes = MAX_POLICY_BYTES }: ParseOptions,
  errors: DiagnosticList<FaultCode>,
): { lines: readonly string[]; ends: readonly ConfigurationLine['end'][] } {
  const options = { file, maxBytes, encoding: 'utf-8' } as const
  const lines = readLines(input, options, errors)
  if (lines.length === 0) return { lines, ends: [] }
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input)
  const ends = Array.from(text.matchAll(/\r?\n|\r$/g), ([end]) => end as ConfigurationLine['end'])
  return { lines, ends }
}

function inOrder(list: DiagnosticList<FaultCode>): readonly Diagnostic<FaultCode>[] {
  try {
    list.throwIfAny()
    return []
  } catch (error) {
    if (error instanceof ParseError) return error.diagnostics as readonly Diagnostic<FaultCode>[]
    throw error
  }
}
