import { ConfigError } from '@gatehouse/core'
import { EngineFile, NotificationOriginator, type SnmpTarget } from '@gatehouse/snmp-access/engine'
import type { EngineClock, Value, Varbind } from '@gatehouse/snmp-access/message'
import { isIPv4 } from 'node:net'
import { uptime } from 'node:os'
import { answer } from '../../certificates/output.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { TRAP_PORT } from '../../snmp/settings.ts'
import { painter, type Terminal } from '../../terminal.ts'
import { readTarget, type CredentialOptions } from './credentials.ts'
import { attempt, exitOf, renderSnmpFailure } from './get.ts'
import { readOid } from './request.ts'

/** Options of `snmp trap`. */
export interface TrapOptions extends CredentialOptions {
  /** Send an inform, which is acknowledged. Default: a trap, of which nobody knows whether it arrives. */
  readonly inform?: boolean
  /** sysUpTime in hundredths of a second. Default: that of this machine. */
  readonly uptime?: number
  /** Where identity and boots of the sender are kept; version 3 needs it. */
  readonly engine?: string
}

/** `gatehouse snmp trap PLACE OID [OID=TYPE:VALUE …]`: sends a trap, or an inform. */
export async function sendTrap(
  place: string,
  [name = '', ...values]: readonly string[],
  options: TrapOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const trapOid = readOid(name)
  const varbinds = values.map(readVarbind)
  const target = await readTarget(place, options, { usualPort: TRAP_PORT, terminal })
  const kind = options.inform === true ? 'inform' : 'trap'
  if (kind === 'inform' && target.version === '1') {
    throw new ConfigError('version 1 has no informs')
  }
  const engine = await engineFor(target, options)
  const notification = { trapOid, uptime: options.uptime ?? upTicks(), varbinds }
  const failure = await attempt(async (generator) => {
    const originator = new NotificationOriginator({ generator, engine })
    await originator.send({ ...target, kind }, notification)
  })
  const sent = failure === undefined
  const object = { command: 'snmp trap', kind, trapOid: name, sent, ...(failure && { failure }) }
  const told = kind === 'inform' ? 'acknowledged' : 'sent; whether it arrives nobody learns'
  const paint = painter(terminal.colour)
  const lines = failure === undefined ? [told] : renderSnmpFailure(failure, paint)
  answer(options, { object, lines }, terminal)
  return failure === undefined ? EXIT.allow : exitOf(failure)
}

const NO_ENGINE: EngineClock = { id: new Uint8Array(), boots: 0, time: 0 }

/** The identity that version 3 sends under: of a trap it is the sender's engine that counts. */
async function engineFor(
  { version }: SnmpTarget,
  { engine }: TrapOptions,
): Promise<() => EngineClock> {
  if (version !== '3') {
    if (engine === undefined) return () => NO_ENGINE
    throw new ConfigError('`--engine` goes with `--version 3`')
  }
  if (engine === undefined) {
    throw new ConfigError('version 3 needs `--engine FILE`, which keeps identity and boots')
  }
  const file = await EngineFile.open(engine)
  return () => file.clock()
}

function upTicks(): number {
  return Math.floor(uptime() * 100) % 2 ** 32
}

/** `OID=TYPE:VALUE`, TYPE as snmptrap has it: i, u, c, t, s, x, o, a. */
function readVarbind(text: string): Varbind {
  const [, oid, type, value] = /^([0-9.]+)=([a-zA-Z]):(.*)$/s.exec(text) ?? []
  const read = type === undefined ? undefined : readValue(type, value ?? '')
  if (oid !== undefined && read !== undefined) return { oid: readOid(oid), value: read }
  throw new ConfigError(
    `\`${text.slice(0, 64)}\` is no object: write OID=TYPE:VALUE, TYPE one of i, u, c, t, s, x, o, a`,
  )
}

const NUMBERS = { u: 'Gauge32', c: 'Counter32', t: 'TimeTicks' } as const

function readValue(type: string, text: string): Value | undefined {
  switch (type) {
    case 'i': {
      const value = numberIn(text, -(2 ** 31), 2 ** 31 - 1)
      return value === undefined ? undefined : { type: 'Integer32', value }
    }
    case 'u':
    case 'c':
    case 't': {
      const value = numberIn(text, 0, 2 ** 32 - 1)
      return value === undefined ? undefined : { type: NUMBERS[type], value }
    }
    case 's':
      return { type: 'OctetString', value: Buffer.from(text) }
    case 'x':
      return /^(?:[0-9A-Fa-f]{2})*$/.test(text)
        ? { type: 'OctetString', value: Buffer.from(text, 'hex') }
        : undefined
    case 'o':
      return { type: 'ObjectIdentifier', value: readOid(text) }
    case 'a':
      return isIPv4(text)
        ? { type: 'IpAddress', value: Uint8Array.from(text.split('.').map(Number)) }
        : undefined
    default:
      return undefined
  }
}

function numberIn(text: string, least: number, most: number): number | undefined {
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : NaN
  return value >= least && value <= most ? value : undefined
}
