import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from '../measure.ts'
import type { Effort } from '../snmp.ts'
import { loaded, startDaemon, startServer, type Server } from './processes.ts'

/** What one receiver loses of the traps that are sent to it. */
export interface TrapLoss {
  readonly subject: string
  /** Traps a second, as asked for, and as the sender came to: the median of the rounds. */
  readonly rate: number
  readonly sent: number
  /** Part of them that did not come to the file: the median of the rounds, and the worst. */
  readonly lost: number
  readonly worst: number
  /** CPU time of the receiver for each that came, in microseconds. */
  readonly cpu: number
  readonly receiveBufferBytes: number | undefined
}

/** Traps a second. */
export const RATES: readonly number[] = [20_000, 40_000]
/** Whom all are compared with. */
export const DAEMON = 'snmptrapd'
/** What is ours, with the buffer that is advised. */
export const OURS = 'ours, 4 MiB asked for'

const LARGE_BUFFER = 4_194_304
/** A file that has not grown for so long has all that came. */
const QUIET_MS = 500

interface Subject {
  readonly subject: string
  readonly log: string
  readonly server: Server
}

/** Sends traps at the rates, in turn, and counts the lines that each receiver writes. */
export async function trapLosses(effort: Effort, folder: string): Promise<TrapLoss[]> {
  const receivers: Subject[] = []
  const add = async (subject: string, start: (log: string) => Promise<Server>): Promise<void> => {
    const log = join(folder, `${receivers.length}.log`)
    writeFileSync(log, '')
    receivers.push({ subject, log, server: await start(log) })
  }
  try {
    await add(DAEMON, (log) => startDaemon('snmptrapd', log))
    await add(OURS, (log) =>
      startServer({ receiver: 'ours', log, receiveBufferBytes: LARGE_BUFFER }),
    )
    await add('ours', (log) => startServer({ receiver: 'ours', log }))
    await add('net-snmp (npm)', (log) => startServer({ receiver: 'net-snmp (npm)', log }))
    const losses: TrapLoss[] = []
    for (const rate of RATES) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      losses.push(...(await atRate(receivers, rate, effort)))
    }
    return losses
  } finally {
    await Promise.all(receivers.map(({ server }) => server.close()))
  }
}

interface Round {
  readonly lost: number
  readonly sent: number
  readonly cpu: number
}

async function atRate(
  receivers: readonly Subject[],
  rate: number,
  { rounds, milliseconds }: Effort,
): Promise<TrapLoss[]> {
  const found: Round[][] = receivers.map(() => [])
  // The first round warms up, and does not count.
  for (let round = -1; round < rounds; round += 1) {
    for (const [at, receiver] of receivers.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      const one = await measure(receiver, rate, milliseconds)
      if (round >= 0) found[at]?.push(one)
    }
  }
  return receivers.map(({ subject, server: { receiveBufferBytes } }, at) => {
    const own = found[at] ?? []
    const losses = own.map(({ lost }) => lost)
    return {
      subject,
      rate,
      sent: median(own.map(({ sent }) => sent)),
      lost: median(losses),
      worst: Math.max(...losses),
      cpu: median(own.map(({ cpu }) => cpu)),
      receiveBufferBytes,
    }
  })
}

async function measure(
  { log, server }: Subject,
  perSecond: number,
  milliseconds: number,
): Promise<Round> {
  const [linesBefore, cpuBefore] = [linesOf(log), server.cpu()]
  const load = { kind: 'traps', port: server.port, perSecond, milliseconds } as const
  const { count, lost, milliseconds: spent } = await loaded(load)
  if (lost > 0) throw new Error(`${lost} traps could not be sent`)
  await quiet(log)
  const came = linesOf(log) - linesBefore
  const cpu = (server.cpu() - cpuBefore) / came
  return { lost: (count - came) / count, sent: (count * 1000) / spent, cpu }
}

async function quiet(log: string): Promise<void> {
  let size = -1
  while (size !== statSync(log).size) {
    ;({ size } = statSync(log))
    // oxlint-disable-next-line no-await-in-loop -- it is waited for
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
  }
}

/** Traps that were written down. */
function linesOf(log: string): number {
  return readFileSync(log, 'latin1').split('TRAP ').length - 1
}
