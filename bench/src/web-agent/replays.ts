import { parseArgs } from 'node:util'
import { makeIdentity } from '../signed-requests/console.ts'
import { startAgentProcess } from './agent-process.ts'
import { Asking, taskAnswerOf } from './asking.ts'
import { Sender } from './sender.ts'

const CONNECTIONS = 8
const PROGRESS_MS = 10_000

/** How often each answer came, by its first code; `allow` for what was permitted. */
type Answers = Map<string, number>

/**
 * `replays [--values 1000] [--times 100] [--in file]`: sends each of many signed requests many times
 * over eight connections at once to a running agent, and counts how often each is accepted.
 *
 * @param args - Command line after `replays`.
 * @returns Exit code: 1 when one was accepted not at all or more than once, or the agent's own record
 *   of it says otherwise; 2 for a wrong call.
 */
export async function replays(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      values: { type: 'string', default: '1000' },
      times: { type: 'string', default: '100' },
      in: { type: 'string', default: 'file' },
    },
  })
  const [count = 0, times = 0] = [values.values, values.times].map(Number)
  if (![count, times].every(Number.isSafeInteger) || !['memory', 'file'].includes(values.in)) {
    say('usage: replays [--values N] [--times N] [--in memory|file]')
    return 2
  }
  const trusted = makeIdentity('Ed25519', 'console.example.com')
  const agent = await startAgentProcess({ trusted, webAgent: { usedValues: { in: values.in } } })
  const asking = new Asking(trusted, agent)
  const answers: Answers = new Map()
  const accepted: number[] = []
  const [first, ...others] = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => Sender.open(agent)),
  )
  if (first === undefined) throw new Error('no connection')
  const senders = [first, ...others]
  const start = performance.now()
  let said = start
  for (let done = 0; done < count; done += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one request after the other, each over all connections
    const bytes = asking.signed(await first.value(asking))
    // oxlint-disable-next-line no-await-in-loop -- as above
    accepted.push(await sendAll(senders, bytes, times, answers))
    if (performance.now() - said > PROGRESS_MS) {
      said = performance.now()
      say(`${done + 1} values`)
    }
  }
  const seconds = (performance.now() - start) / 1000
  for (const sender of senders) sender.close()
  const records = await agent.close()
  const recorded = records.filter(
    ({ outcome, operation }) => outcome === 'allow' && operation !== undefined,
  )
  const wrong = accepted.filter((number) => number !== 1).length
  const sent = count * times
  say(
    `${sent.toLocaleString('en')} requests with ${count} values over ${CONNECTIONS} connections, ${Math.round(sent / seconds)}/s`,
  )
  for (const [code, number] of answers) say(`  ${code}: ${number.toLocaleString('en')}`)
  say(
    `values not accepted exactly once: ${wrong}; allowed tasks in the audit log: ${recorded.length}`,
  )
  return wrong === 0 && recorded.length === count ? 0 : 1
}

/** @returns How often the request was accepted. */
async function sendAll(
  senders: readonly Sender[],
  bytes: Buffer,
  times: number,
  answers: Answers,
): Promise<number> {
  let left = times
  let accepted = 0
  const work = async (sender: Sender): Promise<void> => {
    while (left > 0) {
      left -= 1
      // oxlint-disable-next-line no-await-in-loop -- one after the other on each connection
      const answer = taskAnswerOf(await sender.send(bytes))
      const code = answer?.outcome === 'allow' ? 'allow' : (answer?.reasons[0]?.code ?? 'no answer')
      answers.set(code, (answers.get(code) ?? 0) + 1)
      if (code === 'allow') accepted += 1
    }
  }
  await Promise.all(senders.map(work))
  return accepted
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
