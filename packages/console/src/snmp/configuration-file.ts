import { basename } from 'node:path'
import * as snmp from '@gatehouse/snmp-access'
import { maskedError } from './mask.ts'

/** How an snmpd.conf or snmptrapd.conf is read. */
export interface ReadOptions {
  /** Which daemon the files are for. Default: by name and content. */
  readonly daemon?: snmp.Daemon
  /** Whose rules decide. Default `net-snmp`. */
  readonly profile?: snmp.Profile
  /** Lines with a fault are dropped, as the daemon does. Default: they refuse the file. */
  readonly lenient?: boolean
  /** Include lines are passed over. Default: they refuse the file. */
  readonly passIncludes?: boolean
  /** Contexts that the agent has besides the default one. */
  readonly contexts?: readonly string[]
}

/** Reads one configuration. @throws ParseError whose excerpts show no community. */
export function parseConfiguration(
  file: string,
  bytes: Uint8Array,
  { daemon, profile, lenient, passIncludes, contexts }: ReadOptions,
): snmp.Configuration {
  try {
    return snmp.parse(bytes, {
      file,
      ...(daemon !== undefined && { daemon }),
      ...(profile !== undefined && { profile }),
      ...(lenient !== undefined && { lenient }),
      ...(passIncludes === true && { includes: 'passed-over' }),
      ...(contexts !== undefined && { contexts }),
    })
  } catch (error) {
    throw maskedError(error)
  }
}

/** Directives of snmptrapd that snmpd does not have. */
const TRAP_DIRECTIVE =
  /^[ \t]*(?:disableAuthorization|traphandle|snmpTrapdAddr|doNotLogTraps|doNotFork|forward)\b/im

/** Which daemon a file is for: by its name, else by directives that only snmptrapd has. */
export function daemonOf(file: string, bytes: Uint8Array): snmp.Daemon {
  const name = basename(file).toLowerCase()
  if (name.includes('snmptrapd')) return 'snmptrapd'
  if (name.includes('snmpd')) return 'snmpd'
  const text = new TextDecoder('latin1').decode(bytes)
  return TRAP_DIRECTIVE.test(text) ? 'snmptrapd' : 'snmpd'
}
