import { escapeControls } from '@gatehouse/core'
import { CommandGenerator, SnmpError, type SnmpTarget } from '@gatehouse/snmp-access/engine'
import { answer } from '../../certificates/output.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { AGENT_PORT } from '../../snmp/settings.ts'
import { stateVarbind, valueText, type StatedVarbind } from '../../snmp/values.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'
import { readTarget, type CredentialOptions } from './credentials.ts'
import { readOid } from './request.ts'

/** Options of `snmp walk`. */
export interface WalkOptions extends CredentialOptions {
  /** Most objects. Default 10,000. */
  readonly limit?: number
}

const DEFAULT_LIMIT = 10_000

/** `gatehouse snmp get PLACE OID …`: the values of objects. Exit code 1 when one is not there. */
export async function getObjects(
  place: string,
  oids: readonly string[],
  options: CredentialOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const names = oids.map(readOid)
  const target = await readTarget(place, options, { usualPort: AGENT_PORT, terminal })
  const found: StatedVarbind[] = []
  const failure = await attempt(async (generator) => {
    const { errorStatus, errorIndex, varbinds } = await generator.get(target, names)
    if (errorStatus !== 'noError') {
      const message = `${errorStatus}, index ${errorIndex}`
      throw new SnmpError('error-status', { message, errorStatus, errorIndex })
    }
    found.push(...varbinds.map(stateVarbind))
  })
  return report('snmp get', { found, failure, target }, options, terminal)
}

/** `gatehouse snmp walk PLACE OID`: every object of a subtree. Exit code 1 when there is none. */
export async function walkObjects(
  place: string,
  subtree: string,
  options: WalkOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const name = readOid(subtree)
  const target = await readTarget(place, options, { usualPort: AGENT_PORT, terminal })
  const found: StatedVarbind[] = []
  const failure = await attempt(async (generator) => {
    const limit = { maxVarbinds: options.limit ?? DEFAULT_LIMIT }
    for await (const varbind of generator.walk(target, name, limit))
      found.push(stateVarbind(varbind))
  })
  return report('snmp walk', { found, failure, target }, options, terminal)
}

/** Why there is no answer, or no whole one. */
export interface SnmpFailure {
  /** A code of `SNMP_ERROR_CODES`. */
  readonly code: string
  readonly message: string
  /** Of `error-status`. */
  readonly errorStatus?: string
}

/** Does something with a generator, which is closed afterwards. */
export async function attempt(
  work: (generator: CommandGenerator) => Promise<void>,
): Promise<SnmpFailure | undefined> {
  const generator = await CommandGenerator.open()
  try {
    await work(generator)
    return undefined
  } catch (error) {
    return failureOf(error)
  } finally {
    await generator.close()
  }
}

/** What an error of the engine says. @throws whatever is none. */
function failureOf(error: unknown): SnmpFailure {
  if (!(error instanceof SnmpError)) throw error
  const { code, message, errorStatus } = error
  return { code, message, ...(errorStatus !== undefined && { errorStatus }) }
}

/** What a sender cannot tell apart; the peer's own record can. */
const SILENCE =
  'It may be down, not take the version, the community or this address, or a message was lost: its own record says which.'

/** A failure for people. */
export function renderSnmpFailure(
  { code, message, errorStatus }: SnmpFailure,
  paint: Paint,
): string[] {
  const status = errorStatus === undefined ? '' : ` ${errorStatus}`
  return [
    `${paint('warning', 'ERROR ')} ${code}${escapeControls(status)}`,
    `       ${escapeControls(message)}`,
    ...(code === 'timeout' ? [`       ${SILENCE}`] : []),
  ]
}

/** The peer refused: a report, or an error for the whole request. */
const REFUSALS = /^(?:report:|error-status$)/

/** Exit code of a failure: 1 where the peer refused, 2 where it was not reached. */
export function exitOf({ code }: SnmpFailure): ExitCode {
  return REFUSALS.test(code) ? EXIT.deny : EXIT.usage
}

interface Outcome {
  readonly found: readonly StatedVarbind[]
  readonly failure: SnmpFailure | undefined
  readonly target: SnmpTarget
}

function report(
  command: string,
  { found, failure, target }: Outcome,
  options: CredentialOptions,
  terminal: Terminal,
): ExitCode {
  const paint = painter(terminal.colour)
  const inClear = target.version !== '3'
  const lines = [
    ...found.map(renderVarbind),
    ...(failure === undefined ? [] : renderSnmpFailure(failure, paint)),
    ...(found.length === 0 && failure === undefined ? ['nothing there'] : []),
  ]
  const object = { command, varbinds: found, ...(failure && { failure }), inClear }
  answer(options, { object, lines }, terminal)
  if (failure !== undefined) return exitOf(failure)
  const isThere = found.length > 0 && found.every(({ value }) => value !== undefined)
  return isThere ? EXIT.allow : EXIT.deny
}

/** One object for people: name, type, value. */
function renderVarbind(varbind: StatedVarbind): string {
  const { oid, type, value } = varbind
  if (value === undefined) return `${oid}  ${type}`
  return `${oid}  ${type}  ${escapeControls(valueText(varbind))}`
}
