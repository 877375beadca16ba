import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { makeIdentity } from '../signed-requests/console.ts'
import { Wire } from '../signed-requests/wire.ts'
import { startAgentProcess, type AgentProcess } from './agent-process.ts'
import { Asking, isAllowed } from './asking.ts'

const CONNECTIONS = 8
/** Requests that go out before the first answer is waited for: half of what the agent lets wait. */
const AT_ONCE = 8
const STEPS = 10
/** Pause of the honest client between two exchanges. */
const PAUSE_MS = 50

/** Exchanges of a client that uses the values that it asks for. */
interface Honest {
  /** Milliseconds of each that was carried out. */
  readonly times: number[]
  refused: number
}

/**
 * `unused-values [--values 1000000]`: asks a running agent for values and uses none, while an honest
 * client has its tasks run; prints the agent's memory.
 *
 * @param args - Command line after `unused-values`.
 * @returns Exit code: 1 when the honest client was refused, 2 for a wrong call.
 */
export async function unusedValues(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { values: { type: 'string', default: '1000000' } },
  })
  const count = Number(values.values)
  if (!Number.isSafeInteger(count)) {
    say('usage: unused-values [--values N]')
    return 2
  }
  const trusted = makeIdentity('Ed25519', 'console.example.com')
  const agent = await startAgentProcess({ trusted })
  const asking = new Asking(trusted, agent)
  const alone = await honestFor(agent, asking, setTimeout(2_000))
  say(`memory before: ${residentOf(agent)}, honest client alone: ${timesOf(alone)}`)
  const start = performance.now()
  const asked = askMany(agent, asking, count)
  const honest = await honestFor(agent, asking, asked)
  const seconds = (performance.now() - start) / 1000
  say(`${count.toLocaleString('en')} values asked, ${Math.round(count / seconds)}/s`)
  say(`memory after: ${residentOf(agent)}, honest client meanwhile: ${timesOf(honest)}`)
  await agent.close()
  return honest.refused + alone.refused === 0 && honest.times.length > 0 ? 0 : 1
}

async function askMany(agent: AgentProcess, asking: Asking, count: number): Promise<void> {
  for (let step = 1; step <= STEPS; step += 1) {
    const share = Math.ceil(count / STEPS / CONNECTIONS)
    // oxlint-disable-next-line no-await-in-loop -- memory is looked at in between
    await Promise.all(Array.from({ length: CONNECTIONS }, () => askOver(agent, asking, share)))
    say(`  ${((count / STEPS) * step).toLocaleString('en')}: ${residentOf(agent)}`)
  }
}

/** Asks over one connection, many requests in one piece. */
async function askOver(agent: AgentProcess, asking: Asking, count: number): Promise<void> {
  const wire = await Wire.open(agent)
  for (let left = count; left > 0; left -= AT_ONCE) {
    const pieces = Array.from({ length: Math.min(left, AT_ONCE) }, () => asking.valueRequest)
    // oxlint-disable-next-line no-await-in-loop -- as many as the connection bears
    const answers = await wire.exchangeAll(pieces)
    if (answers.some(({ status }) => status !== 200)) throw new Error('no value')
  }
  wire.close()
}

/** Has one task run after the other until something else has ended. */
async function honestFor(
  agent: AgentProcess,
  asking: Asking,
  until: Promise<unknown>,
): Promise<Honest> {
  const honest: Honest = { times: [], refused: 0 }
  const over = new AbortController()
  const ended = until.finally(() => over.abort())
  while (!over.signal.aborted) {
    const start = performance.now()
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const wire = await Wire.open(agent)
    // oxlint-disable-next-line no-await-in-loop -- as above
    const answer = await wire.exchange(asking.signed(await asking.value(wire)))
    wire.close()
    if (isAllowed(answer)) honest.times.push(performance.now() - start)
    else honest.refused += 1
    // oxlint-disable-next-line no-await-in-loop -- as above
    await setTimeout(PAUSE_MS)
  }
  await ended
  return honest
}

function timesOf({ times, refused }: Honest): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0)
  return `${times.length} exchanges, ${refused} refused, half within ${at(0.5)} ms, 99 of 100 within ${at(0.99)} ms`
}

/** Resident memory, as Linux counts it. */
function residentOf({ pid }: AgentProcess): string {
  const kilobytes = Number(
    /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1],
  )
  return `${(kilobytes / 1024).toFixed(1)} MiB`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
