import { loadIdentity } from '@gatehouse/certificate-trust/tls'
import { ConfigError, escapeControls } from '@gatehouse/core'
import type { Account } from '../exec/account.ts'
import { authorityOf } from '../host-names.ts'
import { openInnerKey } from '../inner-key.ts'
import { startConsole, type ConsoleTls, type RunningConsole } from '../server/console.ts'
import { readSnmpSettings } from '../snmp/settings.ts'
import { CAVEATS } from '../snmp/view.ts'
import { startWatch, type SnmpWatch } from '../snmp/watch.ts'
import { systemsFile } from '../systems.ts'
import { TaskFacility } from '../tasks/facility.ts'
import { sshRunner } from '../tasks/ssh-runner.ts'
import { painter, type Terminal } from '../terminal.ts'
import { operatorIn, type OperatorOptions } from './operator-options.ts'
import { innerKeyFile, systemsPath } from './remote.ts'
import { openRecorder } from './task.ts'

/** Options of `serve`. */
export interface ServeOptions extends OperatorOptions {
  /** TCP port, 0 for a free one. */
  readonly port: number
  /** Path of the systems file. */
  readonly systems?: string
  /** Certificate of the page. */
  readonly certificate?: string
  /** Its private key. */
  readonly key?: string
  /** TCP port that sends plain HTTP to HTTPS. */
  readonly redirectPort?: number
  /** Path of the key that commands sign with. */
  readonly innerKey?: string
  /** Path of an audit log that takes the tasks of the console, and traps that are refused. */
  readonly audit?: string
  /** Path of the settings for SNMP. */
  readonly snmp?: string
}

/** What `serve` needs from the process it runs in. */
export interface ServeSurroundings {
  readonly terminal: Terminal
  readonly account: Account
  /** Resolves when the process is asked to end. */
  readonly untilStopped: () => Promise<void>
}

/** `gatehouse serve`: runs a console until it is asked to end. */
export async function serve(
  options: ServeOptions,
  { terminal, account, untilStopped }: ServeSurroundings,
): Promise<void> {
  const systems = systemsFile(systemsPath(options.systems, terminal))
  const known = await systems.list()
  const tls = await pageTls(options)
  const operator = operatorIn(options, account)
  // Files with errors are told now, and on the page when they come later.
  await operator?.state()
  const innerKey = await openInnerKey(innerKeyFile(options, terminal))
  const snmpFile = options.snmp ?? terminal.env['GATEHOUSE_SNMP']
  const snmpSettings = snmpFile === undefined ? undefined : await readSnmpSettings(snmpFile)
  if (options.audit !== undefined && operator === undefined && snmpSettings === undefined) {
    throw new ConfigError('`--audit` goes with `--toolbox` or `--snmp`: else there is no record')
  }
  const { record, close } = await openRecorder(options.audit)
  const facility = { systems, runner: sshRunner(), ...(record && { record }) }
  let snmp: SnmpWatch | undefined
  try {
    snmp =
      snmpSettings &&
      (await startWatch({
        settings: snmpSettings,
        directory: systems,
        ...(record && { record }),
      }))
    const running = await startConsole({
      systems,
      port: options.port,
      innerKey,
      ...(tls && { tls }),
      ...(operator && { operator, tasks: new TaskFacility(facility) }),
      ...(snmp && { snmp }),
    })
    tell(running)
    if (snmp !== undefined) tellOfSnmp(snmp)
    await untilStopped()
    await running.close()
  } finally {
    await snmp?.close()
    await close()
  }

  function tellOfSnmp({ view: { receiver } }: SnmpWatch): void {
    terminal.out(`SNMP: ${snmpSettings?.systems.size ?? 0} polled; ${CAVEATS.join(' ')}\n`)
    if (receiver === undefined) return
    const { addresses, receiveBufferBytes, noPolicy, configurationFile } = receiver
    const places = addresses.map(({ address, port }) => authorityOf(address, port, 0)).join(', ')
    terminal.out(`traps on ${places}, receive buffer ${receiveBufferBytes} bytes\n`)
    if (noPolicy === undefined) return
    const why = `\`${escapeControls(configurationFile)}\` [${noPolicy}]`
    terminal.err(`gatehouse: no trap is taken: ${why}\n`)
  }

  function tell(running: RunningConsole): void {
    const { operatorUrl = running.url, redirectUrl } = running
    const url = painter(terminal.colour)('strong', operatorUrl)
    const from = redirectUrl === undefined ? '' : `, where ${redirectUrl} leads`
    terminal.out(
      `console on ${url}${from} with ${known.length} ${known.length === 1 ? 'system' : 'systems'}; Ctrl-C ends it\n`,
    )
  }
}

async function pageTls({
  certificate: certificateFile,
  key: keyFile,
  redirectPort,
}: ServeOptions): Promise<ConsoleTls | undefined> {
  if (certificateFile !== undefined && keyFile !== undefined) {
    const identity = await loadIdentity({ certificateFile, keyFile })
    return { identity, ...(redirectPort !== undefined && { redirectPort }) }
  }
  if (certificateFile === undefined && keyFile === undefined && redirectPort === undefined) {
    return undefined
  }
  throw new ConfigError('`--certificate` and `--key` go together, `--redirect-port` with them')
}
