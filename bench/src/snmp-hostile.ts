import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Options } from './command.ts'
import { markdownTable } from './markdown-table.ts'
import { report } from './report.ts'
import { heard } from './signed-requests/channel.ts'
import { amplification, type Amplified } from './snmp-hostile/amplification.ts'
import { attack, oracleOf, type Outcome } from './snmp-hostile/attack.ts'
import { FLOODS, flood, type Flooded } from './snmp-hostile/floods.ts'
import type { Figures } from './snmp-hostile/server.ts'
import type { Target } from './snmp-hostile/servers.ts'

const SERVER = fileURLToPath(new URL('./snmp-hostile/server.js', import.meta.url))
const SEED = 20_261_123
/** Mutated packets for each target. */
const PACKETS = 100_000
/** Sent first, so that memory is compared once everything has been compiled. */
const WARM_UP = 20_000
/** How much more memory a process may have at the end, in octets. */
const MOST_GROWTH = 48_000_000

interface Attacked extends Outcome {
  readonly target: Target
  readonly seconds: number
  readonly rss: readonly [before: number, after: number]
  readonly heap: readonly [before: number, after: number]
  readonly notifications: number
}

/**
 * Bad input for the agent and the receiver of notifications, each in a process of its own: mutated
 * packets, every answer judged; floods; and how much larger an answer may be than what asked for it.
 *
 * @throws Error when an answer is not the core's, a process fails or its memory grows.
 */
export async function benchSnmpHostile(options: Options): Promise<void> {
  const attacked: Attacked[] = []
  for (const target of ['agent', 'receiver'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    attacked.push(await attackOf(target))
  }
  const flooded: Flooded[] = []
  for (const kind of FLOODS) {
    // oxlint-disable-next-line no-await-in-loop -- as above
    flooded.push(await withServer(kind.target, (port, figures) => flood(kind, port, figures)))
  }
  const amplified = amplification()
  const figures = { attacked, flooded, amplified }
  const body = [attackTable(attacked), floodTable(flooded), ratioTable(amplified)].join('\n\n')
  report({ name: 'snmp-hostile', body, figures }, options)
}

async function attackOf(target: Target): Promise<Attacked> {
  return withServer(target, async (port, figures) => {
    const oracle = oracleOf(target)
    const first = await attack(port, target, { seed: SEED, count: WARM_UP }, oracle)
    const before = await figures()
    const start = performance.now()
    const outcome = await attack(port, target, { seed: SEED + 1, count: PACKETS }, oracle)
    const seconds = (performance.now() - start) / 1000
    const after = await figures()
    const [fault] = [...first.faults, ...outcome.faults, ...after.failures]
    if (fault !== undefined) throw new Error(`${target}: ${fault}`)
    const taken = target === 'receiver' ? first.taken + outcome.taken : 0
    if (after.notifications !== taken) {
      throw new Error(`${after.notifications} notifications in place of ${taken}`)
    }
    if (after.rss - before.rss > MOST_GROWTH) throw new Error(`${target}: memory grows`)
    return {
      ...outcome,
      target,
      seconds,
      rss: [before.rss, after.rss],
      heap: [before.heapUsed, after.heapUsed],
      notifications: after.notifications,
    }
  })
}

async function withServer<Result>(
  target: Target,
  use: (port: number, figures: () => Promise<Figures>) => Promise<Result>,
): Promise<Result> {
  const child: ChildProcess = fork(SERVER, { execArgv: ['--expose-gc'] })
  try {
    child.send({ start: target })
    const { port } = await heard<{ port: number }>(child)
    return await use(port, () => {
      child.send('figures')
      return heard<Figures>(child)
    })
  } finally {
    child.kill()
  }
}

const count = (value: number): string => Math.round(value).toLocaleString('en')
const megabytes = (octets: number): string => (octets / 2 ** 20).toFixed(1)

function attackTable(attacked: readonly Attacked[]): string {
  return markdownTable([
    ['mutated packets', ...attacked.map(({ target }) => target)],
    ['sent', ...attacked.map(({ packets }) => count(packets))],
    ...['damaged', 'damaged, signed', 'grammar', 'grammar, sealed'].map((way) => [
      `of them ${way}`,
      ...attacked.map(({ ways }) => count(ways[way] ?? 0)),
    ]),
    ['silence', ...attacked.map(({ kinds }) => count(kinds.silence))],
    ['reports', ...attacked.map(({ kinds }) => count(kinds.report))],
    ['responses, acknowledgements', ...attacked.map(({ kinds }) => count(kinds.response))],
    ['answers that the core would not give', ...attacked.map(({ faults }) => count(faults.length))],
    ['good requests between, answered', ...attacked.map(({ good }) => count(good))],
    ['seconds', ...attacked.map(({ seconds }) => seconds.toFixed(1))],
    ['MB before, resident', ...attacked.map(({ rss }) => megabytes(rss[0]))],
    ['MB after, resident', ...attacked.map(({ rss }) => megabytes(rss[1]))],
    ['MB before, heap', ...attacked.map(({ heap }) => megabytes(heap[0]))],
    ['MB after, heap', ...attacked.map(({ heap }) => megabytes(heap[1]))],
  ])
}

function floodTable(flooded: readonly Flooded[]): string {
  return markdownTable([
    [
      'flood',
      'packets',
      'answers',
      'good',
      'CPU µs',
      'of good',
      'keys',
      'events',
      'left out',
      'auth. failures',
      'dropped',
      'MB more',
    ],
    ...flooded.map((one) => [
      one.name,
      count(one.packets),
      count(one.answers),
      `${count(one.good)} of ${count(one.goodSent)}`,
      one.cpu.toFixed(1),
      one.cpuOfGood.toFixed(1),
      count(one.keysAsked),
      count(one.events),
      count(one.eventsLeftOut),
      count(one.authenticationFailures),
      count(one.dropped),
      `${megabytes(one.growth)}, heap ${megabytes(one.heapGrowth)}`,
    ]),
  ])
}

function ratioTable(amplified: readonly Amplified[]): string {
  return markdownTable([
    ['answer', 'octets asked', 'octets answered', 'ratio'],
    ...amplified.map(({ name, asked, answered }) => [
      name,
      count(asked),
      count(answered),
      (answered / asked).toFixed(2),
    ]),
  ])
}
