import { makeIdentity } from '../signed-requests/console.ts'
import { Wire } from '../signed-requests/wire.ts'
import { startAgentProcess, type AgentProcess } from './agent-process.ts'
import { Asking, isAllowed } from './asking.ts'

const CONNECTIONS = 8
const PROGRESS = 2_000
/** How long an answer may take before the agent is taken to wait, in milliseconds. */
const QUIET_MS = 1_000
/** The request has to be as good at the end as it was at the beginning. */
const LONGEST_LIFE = 300

/**
 * `flips`: sends a signed request to a running agent once for every bit of it, with that bit turned
 * over, then as it was made, twice.
 *
 * @returns Exit code: 1 when one of the changed was accepted, the original was not, or was twice.
 */
export async function flips(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    say('usage: flips')
    return 2
  }
  const trusted = makeIdentity('Ed25519', 'console.example.com')
  const agent = await startAgentProcess({ trusted, webAgent: { valueLifeSeconds: LONGEST_LIFE } })
  const asking = new Asking(trusted, agent)
  const wire = await Wire.open(agent)
  const original = asking.signed(await asking.value(wire))
  const { session } = wire
  wire.close()
  const accepted = await flipAll(agent, original, session)
  const genuine = [await sendOnce(agent, original), await sendOnce(agent, original)]
  const records = await agent.close()
  const allowed = records.filter(
    ({ outcome, operation }) => outcome === 'allow' && operation !== undefined,
  )
  const bits = original.length * 8
  say(`${bits.toLocaleString('en')} requests with one bit changed, ${accepted.length} accepted`)
  for (const bit of accepted) say(`  ${shown(original, bit)}`)
  say(`the original: ${genuine.map((isGood) => (isGood ? 'accepted' : 'refused')).join(', then ')}`)
  say(`allowed tasks in the audit log: ${allowed.length}`)
  const [first, second] = genuine
  return accepted.length === 0 && first === true && second === false && allowed.length === 1 ? 0 : 1
}

/** @returns The bits whose change was not noticed. */
async function flipAll(
  agent: AgentProcess,
  original: Buffer,
  session: Buffer | undefined,
): Promise<readonly number[]> {
  const accepted: number[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < original.length * 8) {
      const bit = next
      next += 1
      const changed = Buffer.from(original)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      // oxlint-disable-next-line no-await-in-loop -- one after the other on each connection
      if (await sendOnce(agent, changed, session)) accepted.push(bit)
      if (next % PROGRESS === 0) say(`${next.toLocaleString('en')} bits`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  return accepted
}

/**
 * Sends it over a connection of its own. Where nothing is answered for a while the agent waits for more,
 * and sees the end instead. A request that is taken, and whose answer does not come, shows all the same:
 * the original is refused then.
 */
async function sendOnce(
  agent: AgentProcess,
  bytes: Uint8Array,
  session?: Buffer,
): Promise<boolean> {
  const wire = await Wire.open(agent, session)
  const quiet = setTimeout(() => wire.end(), QUIET_MS)
  const silent = setTimeout(() => wire.close(), 2 * QUIET_MS)
  const answer = await wire.exchange(bytes)
  clearTimeout(quiet)
  clearTimeout(silent)
  wire.close()
  return isAllowed(answer)
}

/** Where the bit is, with what stands around it. */
function shown(original: Buffer, bit: number): string {
  const at = bit >> 3
  const around = original.toString('latin1', Math.max(0, at - 12), at + 12)
  return `bit ${bit & 7} of byte ${at}, in ${JSON.stringify(around)}`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
