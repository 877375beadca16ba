import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from './command.ts'
import { markdownTable } from './markdown-table.ts'
import { cpuSince, median } from './measure.ts'
import { report } from './report.ts'
import { CALL } from './secure-task/call.ts'
import { PLAIN_PATH, type ServerTask } from './secure-task/protocol.ts'
import { ServerProcess } from './secure-task/server-process.ts'
import { makeIdentity } from './signed-requests/console.ts'
import { TASK } from './signed-requests/messages.ts'
import { requestBytes, Wire, type WireAnswer } from './signed-requests/wire.ts'
import { startAgentProcess, type AgentProcess, type Place } from './web-agent/agent-process.ts'
import { Asking, nextValue, plainFields, taskOf, type Asked } from './web-agent/asking.ts'

/** What one request takes: plain, and signed with a value that the answer before it brought. */
export interface TaskTimes extends Pick<ServerTask, 'store'> {
  /** What is done before the answer; `agent`: what a whole agent does for a call. */
  readonly handler: ServerTask['handler'] | 'agent'
  /** Kept connections at work at once. */
  readonly connections: number
  /** Microseconds of CPU time of the server, for a plain request and for a signed one. */
  readonly plain: number
  readonly signed: number
  /** How many times the plain one, by CPU time of the server, and of server and client. */
  readonly ratio: number
  readonly ratioOfBoth: number
  /** Requests by the clock. */
  readonly plainPerSecond: number
  readonly signedPerSecond: number
}

/** What one kind of request took in one round. */
interface Spent {
  readonly server: number
  readonly both: number
  readonly perSecond: number
}

/** Many short ones, in turns: both sides are measured in the same slow and fast moments of the machine. */
const ROUNDS = 41
/** Before the first figure of two servers: the compiler is at work for the first ten thousand requests or so. */
const WARM_UP_ROUNDS = 60
/** Before figures with more connections to the same servers. */
const FURTHER_WARM_UP_ROUNDS = 8
const ROUND_MS = 250
const CONNECTIONS = [1, 8]

/**
 * Signed tasks over kept connections, Ed25519, beside the same requests without a signature to the same
 * server, which runs in a process of its own. Both are read and checked as tasks, and answered in as
 * many bytes; the handler answers at once, or makes a durable audit record first.
 */
export async function benchSecureTask(options: Options): Promise<void> {
  const figures: TaskTimes[] = []
  for (const handler of ['answers', 'records'] as const) {
    for (const store of ['memory', 'file'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      figures.push(...(await timesOf({ store, handler })))
    }
  }
  figures.push(...(await timesOfAgent()))
  const rows = figures.map((one) => [
    `${HANDLERS[one.handler]}, values ${STORES[one.store]}`,
    String(one.connections),
    `${one.plain.toFixed(0)} µs`,
    `${one.signed.toFixed(0)} µs`,
    `${one.ratio.toFixed(2)} ×`,
    `${one.ratioOfBoth.toFixed(2)} ×`,
    one.plainPerSecond.toFixed(0),
    one.signedPerSecond.toFixed(0),
  ])
  const body = markdownTable([
    ['handler', 'connections', 'plain', 'signed', 'server', 'both', 'plain/s', 'signed/s'],
    ...rows,
  ])
  report({ name: 'secure-task', body, figures }, options)
}

const HANDLERS = {
  answers: 'answers at once',
  records: 'records first',
  agent: 'a whole agent says its host name',
}
const STORES = { memory: 'in memory', file: 'on disk' }

async function timesOf(task: Pick<ServerTask, 'store' | 'handler'>): Promise<TaskTimes[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-secure-task-'))
  const console = makeIdentity('Ed25519', 'console.example.com')
  const own = makeIdentity('P-256', 'web-1.example.com')
  const server = await ServerProcess.start({ ...task, folder }, own, console)
  try {
    const sides: Sides = {
      plain: { server, next: plainly(server, { target: PLAIN_PATH, body: TASK }) },
      signed: { server, next: signing(new Asking(console, server, taskOf(TASK))) },
    }
    const times: TaskTimes[] = []
    for (const connections of CONNECTIONS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      times.push({ ...task, connections, ...(await compare(sides, connections)) })
    }
    return times
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Two whole agents that differ in `callers` alone, and the same call to their daemons. */
async function timesOfAgent(): Promise<TaskTimes[]> {
  const trusted = makeIdentity('Ed25519', 'console.example.com')
  const agents: AgentProcess[] = []
  try {
    for (const callers of ['claimed', 'signed'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- so that each that has started is closed
      agents.push(await startAgentProcess({ trusted, callers }))
    }
    const [claimed, signed] = agents.map((agent) => ({
      ...agent.daemon,
      cpu: () => agent.cpu(),
    })) as [Measured, Measured]
    const sides: Sides = {
      plain: { server: claimed, next: plainly(claimed, CALL) },
      signed: { server: signed, next: signing(new Asking(trusted, signed, CALL)) },
    }
    const times: TaskTimes[] = []
    for (const connections of CONNECTIONS) {
      const task = { store: 'memory', handler: 'agent', connections } as const
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      times.push({ ...task, ...(await compare(sides, connections)) })
    }
    return times
  } finally {
    await Promise.all(agents.map((agent) => agent.close()))
  }
}

/** A server whose CPU time can be asked. */
type Measured = Place & { cpu(): Promise<number> }

/** One kind of request, and who takes it. */
interface Side {
  readonly server: Measured
  readonly next: Next
}

interface Sides {
  readonly plain: Side
  readonly signed: Side
}

async function compare(
  sides: Sides,
  connections: number,
): Promise<Omit<TaskTimes, 'store' | 'handler' | 'connections'>> {
  const open = ({ server }: Side): Promise<Wire[]> =>
    Promise.all(Array.from({ length: connections }, () => Wire.open(server)))
  const wires = { plain: await open(sides.plain), signed: await open(sides.signed) }
  const plain: Spent[] = []
  const signed: Spent[] = []
  const warmUp = connections === CONNECTIONS[0] ? WARM_UP_ROUNDS : FURTHER_WARM_UP_ROUNDS
  for (let round = -warmUp; round < ROUNDS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    const [one, other] = [
      await spend(sides.plain, wires.plain),
      await spend(sides.signed, wires.signed),
    ]
    if (round < 0) continue
    plain.push(one)
    signed.push(other)
  }
  for (const wire of [...wires.plain, ...wires.signed]) wire.close()
  const ratios = (part: 'server' | 'both'): number[] =>
    signed.map((spent, round) => spent[part] / (plain[round]?.[part] ?? Number.NaN))
  return {
    plain: median(plain.map((spent) => spent.server)),
    signed: median(signed.map((spent) => spent.server)),
    ratio: median(ratios('server')),
    ratioOfBoth: median(ratios('both')),
    plainPerSecond: median(plain.map(({ perSecond }) => perSecond)),
    signedPerSecond: median(signed.map(({ perSecond }) => perSecond)),
  }
}

/** Makes the next request of a connection, of the answer to the one before it. */
type Next = (wire: Wire, last: WireAnswer | undefined) => Promise<Buffer> | Buffer

function plainly({ authority }: Place, { target, body }: Pick<Asked, 'target' | 'body'>): Next {
  const bytes = requestBytes('POST', target, plainFields(authority, body), body)
  return () => bytes
}

function signing(asking: Asking): Next {
  return async (wire, last) =>
    asking.signed(last === undefined ? await asking.value(wire) : nextValue(last))
}

async function spend({ server, next }: Side, wires: readonly Wire[]): Promise<Spent> {
  const serverBefore = await server.cpu()
  const before = process.cpuUsage()
  const start = performance.now()
  let count = 0
  const work = async (wire: Wire): Promise<void> => {
    let last: WireAnswer | undefined
    while (performance.now() - start < ROUND_MS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other on each connection
      last = await wire.exchange(await next(wire, last))
      if (last?.status !== 200 || !last.body.includes('"outcome":"allow"'))
        throw new Error(`not answered: ${last?.status} ${last?.body}`)
      count += 1
    }
  }
  await Promise.all(wires.map(work))
  const seconds = (performance.now() - start) / 1000
  const own = cpuSince(before)
  const others = (await server.cpu()) - serverBefore
  return { server: others / count, both: (own + others) / count, perSecond: count / seconds }
}
