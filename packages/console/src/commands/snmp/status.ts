import { ConfigError, escapeControls } from '@gatehouse/core'
import { answer } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { snmpThroughConsole } from '../../console-client.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { partText } from '../../snmp/status-table.ts'
import { ticksText, valueText } from '../../snmp/values.ts'
import type { ReceiverView, SnmpSystemView, SnmpView, TrapEvent } from '../../snmp/view.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'
import { remoteConsole, type RemoteOptions } from '../remote.ts'

/** Options of `snmp status`. */
export interface StatusOptions extends RemoteOptions {
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse snmp status`: what a running console knows by SNMP. Exit code 1 when a system is not up. */
export async function showStatus(options: StatusOptions, terminal: Terminal): Promise<ExitCode> {
  const url = options.console ?? terminal.env['GATEHOUSE_CONSOLE']
  if (url === undefined) throw new ConfigError('`--console` is missing, or GATEHOUSE_CONSOLE')
  const view = await snmpThroughConsole(await remoteConsole(url, options, terminal))
  const lines = renderView(view, painter(terminal.colour))
  answer(options, { object: { command: 'snmp status', ...view }, lines }, terminal)
  return view.systems.every(({ state }) => state === 'up') ? EXIT.allow : EXIT.deny
}

function renderView(
  { systems, fault, receiver, events, caveats }: SnmpView,
  paint: Paint,
): string[] {
  return [
    ...(fault === undefined ? [] : [paint('warning', escapeControls(`not polled: ${fault}`))]),
    ...systems.flatMap((system) => systemLines(system, paint)),
    ...(receiver === undefined ? ['traps: none are received'] : receiverLines(receiver, paint)),
    ...events.flatMap(eventLines),
    ...caveats.map((caveat) => paint('quiet', caveat)),
  ]
}

function systemLines(system: SnmpSystemView, paint: Paint): string[] {
  const { name, state, ageSeconds, by, values, failed, usersStopped } = system
  const tone = state === 'up' ? 'allow' : 'deny'
  const age = ageSeconds === undefined ? '' : `  seen ${ageSeconds} s ago`
  const { upTime, name: sysName, interfaces, parts = [] } = values ?? {}
  return [
    `${paint(tone, state.padEnd(10))} ${paint('strong', name)}${age}`,
    ...(sysName === undefined ? [] : [fact('name', sysName)]),
    ...(upTime === undefined ? [] : [fact('up', ticksText(upTime))]),
    ...(interfaces === undefined ? [] : [fact('ifNumber', String(interfaces))]),
    ...parts.map((part) => fact('part', partText(part))),
    ...(by === undefined ? [] : [fact('by', `${by.ref}, ${howText(by)}`)]),
    ...failed.map(({ ref, code }) => fact('failed', `${ref}: ${code}`)),
    ...(usersStopped === true ? [fact('stopped', 'users are no longer tried there')] : []),
  ]
}

function howText({ version, level }: NonNullable<SnmpSystemView['by']>): string {
  return version === '3' ? `version 3, ${level ?? ''}` : `version ${version}, in clear`
}

function receiverLines(receiver: ReceiverView, paint: Paint): string[] {
  const { addresses, receiveBufferBytes, droppedByKernel, noPolicy, taken, refused, notReloaded } =
    receiver
  const places = addresses.map(({ address, port }) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
  )
  const lost = droppedByKernel === undefined ? 'unknown' : String(droppedByKernel)
  return [
    `traps on ${places.join(', ')}: taken ${taken}, refused ${refused}`,
    fact('buffer', `${receiveBufferBytes} bytes; dropped by the kernel: ${lost}`),
    ...(noPolicy === undefined
      ? []
      : [paint('deny', fact('nothing', `is taken: ${noPolicy} (${receiver.configurationFile})`))]),
    ...(notReloaded === undefined
      ? []
      : [paint('warning', fact('stale', `${receiver.configurationFile}: ${notReloaded}`))]),
    ...(receiver.lastSocketFault === undefined ? [] : [paint('warning', socketFault(receiver))]),
  ]
}

function socketFault({ socketFaults, lastSocketFault = '' }: ReceiverView): string {
  return fact('faults', `${socketFaults} of a socket, last: ${lastSocketFault}`)
}

function eventLines({ at, source, system, kind, trapOid, varbinds, more }: TrapEvent): string[] {
  return [
    escapeControls(`${at}  ${kind} ${trapOid} from ${system ?? source}`),
    ...varbinds.map((one) => fact('carries', `${one.oid}  ${valueText(one)}`)),
    ...(more === 0 ? [] : [fact('', `and ${more} more`)]),
  ]
}
