import { randomNumbers } from '../random.ts'
import { AgentOracle, type Seen } from './agent-oracle.ts'
import { Driver } from './drive.ts'
import { TO_AGENT, TO_RECEIVER } from './good-packets.ts'
import { agentCorpus, mutate, receiverCorpus } from './mutate.ts'
import { ReceiverOracle } from './receiver-oracle.ts'
import type { Target } from './servers.ts'

/** What became of an attack. */
export interface Outcome {
  readonly packets: number
  /** How many were to be answered in which way. */
  readonly kinds: Readonly<Record<Seen['kind'], number>>
  /** Packets that were made in which way. */
  readonly ways: Readonly<Record<string, number>>
  /** Good requests in between that were answered. */
  readonly good: number
  /** Most octets of an answer for each octet that a sender who knows nothing sent. */
  readonly worstRatio: number
  /** Notifications that were to be handed on, the good ones included. */
  readonly taken: number
  /** Answers that should have been otherwise, with their packets. */
  readonly faults: readonly string[]
}

/** What judges the answers of a target that has just been started, and goes on judging it. */
export function oracleOf(target: Target): AgentOracle | ReceiverOracle {
  return target === 'agent' ? new AgentOracle() : new ReceiverOracle()
}

/** Sends well-formed packets and mutated ones, a good request after each, and judges every answer. */
export async function attack(
  port: number,
  target: Target,
  { seed, count }: { readonly seed: number; readonly count: number },
  oracle: AgentOracle | ReceiverOracle = oracleOf(target),
): Promise<Outcome> {
  const random = randomNumbers(seed)
  const whole = target === 'agent' ? TO_AGENT : TO_RECEIVER
  const corpus = target === 'agent' ? agentCorpus(whole) : receiverCorpus(whole)
  const takenBefore = oracle instanceof ReceiverOracle ? oracle.taken : 0
  const kinds = { silence: 0, report: 0, response: 0 }
  const ways: Record<string, number> = {}
  const faults: string[] = []
  let worstRatio = 0
  const driver = await Driver.open(port, target, (octets, answers) => {
    const [answer] = answers
    const { fault, kind, isStranger } = oracle.judge(octets, answer)
    kinds[kind] += 1
    const found = answers.length > 1 ? `${answers.length} answers` : fault
    if (found !== undefined) {
      faults.push(`${found}: ${octets.toString('hex')} -> ${answer?.toString('hex') ?? 'silence'}`)
    }
    if (isStranger && answer !== undefined) {
      worstRatio = Math.max(worstRatio, answer.length / octets.length)
    }
  })
  for (let sent = 0; sent < count; sent += 1) {
    const { octets, way } =
      sent < whole.length ? { octets: whole[sent]!, way: 'good' } : mutate(random, corpus)
    ways[way] = (ways[way] ?? 0) + 1
    // oxlint-disable-next-line no-await-in-loop -- a window at a time
    await driver.send(octets)
  }
  await driver.end()
  const good = driver.answered
  const taken = oracle instanceof ReceiverOracle ? oracle.taken - takenBefore + good : 0
  return { packets: count, kinds, ways, good, worstRatio, taken, faults }
}
