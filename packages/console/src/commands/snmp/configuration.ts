import { escapeControls } from '@gatehouse/core'
import type * as snmp from '@gatehouse/snmp-access'
import { gravest, type ExitCode } from '../../exit-code.ts'
import { readWhole } from '../../policy-source.ts'
import { daemonOf, parseConfiguration, type ReadOptions } from '../../snmp/configuration-file.ts'
import { painter, type Terminal } from '../../terminal.ts'
import { refused, writeResults, type PolicyResult } from '../each-policy.ts'

/** Options of every command about snmpd.conf and snmptrapd.conf. */
export interface SnmpFileOptions extends ReadOptions {
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** What a command makes of one configuration. */
type Work = (configuration: snmp.Configuration) => PolicyResult | Promise<PolicyResult>

/** Reads configurations in order and says for each what `work` makes of it; one with errors is shown with them. */
export async function eachConfiguration(
  command: string,
  files: readonly string[],
  options: SnmpFileOptions,
  terminal: Terminal,
  work: Work,
): Promise<ExitCode> {
  const results: PolicyResult[] = []
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- results stand in order
    const result = await resultFor(file, options, terminal, work)
    results.push({ ...result, fields: { file, ...result.fields } })
  }
  writeResults(command, results, options.json === true, terminal)
  return gravest(results.map(({ exit }) => exit))
}

async function resultFor(
  file: string,
  options: SnmpFileOptions,
  { colour }: Terminal,
  work: Work,
): Promise<PolicyResult> {
  const bytes = await readWhole(file)
  const daemon = options.daemon ?? daemonOf(file, bytes)
  let configuration: snmp.Configuration
  try {
    configuration = parseConfiguration(file, bytes, { ...options, daemon })
  } catch (error) {
    const result = refused(file, error, painter(colour))
    return { ...result, fields: { daemon, ...result.fields } }
  }
  const result = await work(configuration)
  return { ...result, fields: { daemon, ...result.fields } }
}

/** Says which file it is, for people. */
export function nameOf({ file, daemon }: snmp.Configuration): string {
  return `${escapeControls(file)}: an ${daemon}.conf`
}
