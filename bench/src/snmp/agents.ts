import { median } from '../measure.ts'
import type { Effort } from '../snmp.ts'
import { loaded, startDaemon, startServer, type Server } from './processes.ts'
import type { Load } from './protocol.ts'

/** How one agent does under a load. */
export interface AgentTimes {
  readonly subject: string
  /** Requests under way at once. */
  readonly outstanding: number
  /** Requests or walks, by the clock. */
  readonly perSecond: number
  /** CPU time of the agent for each, in microseconds. */
  readonly cpu: number
  /** How many times as long as with snmpd, the median of the rounds; by the clock and by CPU time. */
  readonly ratio: number
  readonly cpuRatio: number
  /** Answers that did not come, in all rounds. */
  readonly lost: number
}

/** Whom all are compared with. */
const DAEMON = 'snmpd'
/** What is ours among the subjects. */
export const OURS = 'ours'

interface Subject {
  readonly subject: string
  readonly server: Server
}

interface Round {
  readonly perSecond: number
  readonly cpu: number
  readonly lost: number
}

/** GETs of a scalar, one at a time and many under way. */
export function getTimes(effort: Effort): Promise<AgentTimes[]> {
  return withAgents(async (agents) => {
    const times: AgentTimes[] = []
    for (const outstanding of [1, 32]) {
      const load = { kind: 'get', outstanding, milliseconds: effort.milliseconds } as const
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      times.push(...(await compare(agents, load, outstanding, effort.rounds)))
    }
    return times
  })
}

/** Walks of a table. */
export function walkTimes(effort: Effort): Promise<AgentTimes[]> {
  return withAgents((agents) => {
    const load = { kind: 'walk', milliseconds: effort.milliseconds } as const
    return compare(agents, load, 1, effort.rounds)
  })
}

async function withAgents<Result>(
  work: (agents: readonly Subject[]) => Promise<Result>,
): Promise<Result> {
  const agents: Subject[] = [{ subject: DAEMON, server: await startDaemon('snmpd') }]
  try {
    for (const agent of [OURS, 'ours, a Mib of net-snmp', 'net-snmp (npm)'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- what fails leaves none behind
      agents.push({ subject: agent, server: await startServer({ agent }) })
    }
    return await work(agents)
  } finally {
    await Promise.all(agents.map(({ server }) => server.close()))
  }
}

type Unplaced<Kind> = Kind extends Load ? Omit<Kind, 'port'> : never

async function compare(
  agents: readonly Subject[],
  load: Unplaced<Load>,
  outstanding: number,
  rounds: number,
): Promise<AgentTimes[]> {
  const found: Round[][] = []
  // The first round warms up, and does not count.
  for (let round = -1; round < rounds; round += 1) {
    const one: Round[] = []
    for (const { server } of agents) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      one.push(await measure(server, load))
    }
    if (round >= 0) found.push(one)
  }
  return agents.map(({ subject }, at) => {
    const middle = (value: (own: Round, daemon: Round) => number): number =>
      median(found.map((round) => value(round[at] as Round, round[0] as Round)))
    return {
      subject,
      outstanding,
      perSecond: middle((own) => own.perSecond),
      cpu: middle((own) => own.cpu),
      ratio: middle((own, daemon) => daemon.perSecond / own.perSecond),
      cpuRatio: middle((own, daemon) => own.cpu / daemon.cpu),
      lost: found.reduce((sum, round) => sum + (round[at]?.lost ?? 0), 0),
    }
  })
}

async function measure(server: Server, load: Unplaced<Load>): Promise<Round> {
  const before = server.cpu()
  const { count, lost, milliseconds } = await loaded({ ...load, port: server.port })
  return { perSecond: (count * 1000) / milliseconds, cpu: (server.cpu() - before) / count, lost }
}
