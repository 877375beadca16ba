import { ParseError, type Diagnostic } from '@gatehouse/core'
import * as snmp from '@gatehouse/snmp-access'

/**
 * Reads an snmpd.conf as `parse` does.
 *
 * @throws ParseError whose excerpts are asterisks: errors go to the log, and a line may hold a
 *   community or a passphrase.
 */
export function readPolicy(...read: Parameters<typeof snmp.parse>): snmp.Configuration {
  try {
    return snmp.parse(...read)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const [first, ...rest] = error.diagnostics
    throw new ParseError([masked(first), ...rest.map(masked)], error.total)
  }
}

/** Columns stay. */
function masked(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, excerpt: diagnostic.excerpt.replaceAll(/\S/g, '*') }
}
