import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { markdownTable } from '../markdown-table.ts'
import { randomNumbers } from '../random.ts'
import { CONTESTANTS, OURS, type Contestant } from './contestants.ts'
import { killOnce, type Round } from './round.ts'

/** Kills that one log goes through before the next begins with an empty folder. */
const KILLS_OF_A_LOG = 5
const PROGRESS_MS = 10_000

/** What the rounds of a contestant come to. */
interface Total {
  readonly name: string
  readonly rounds: number
  readonly acknowledged: number
  readonly lost: number
  readonly roundsWithLoss: number
  readonly halves: number
  readonly repaired: number
}

/**
 * `kills [--rounds 1000] [--peer-rounds 50] [--seed 1]`: kills processes that append to a log, at
 * random moments, and counts what is lost of what they had acknowledged.
 *
 * @param args - Command line after `kills`.
 * @returns Exit code: 1 when our log lost a record, kept half a one, or is not intact; 2 for a wrong call.
 */
export async function kills(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '1000' },
      'peer-rounds': { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
    },
  })
  const numbers = [values.rounds, values['peer-rounds'], values.seed].map(Number)
  const [rounds = 0, peerRounds = 0, seed = 0] = numbers
  if (!numbers.every(Number.isSafeInteger)) {
    say('usage: kills [--rounds N] [--peer-rounds N] [--seed S]')
    return 2
  }
  const totals: Total[] = []
  for (const contestant of CONTESTANTS) {
    const count = contestant === OURS ? rounds : peerRounds
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    if (count > 0) totals.push(await killMany(contestant, count, seed))
  }
  say(`\n${tableOf(totals)}`)
  const ours = totals.find(({ name }) => name === OURS.name)
  return ours === undefined || ours.lost + ours.halves === 0 ? 0 : 1
}

async function killMany(contestant: Contestant, rounds: number, seed: number): Promise<Total> {
  const random = randomNumbers(seed)
  const results: Round[] = []
  const base = mkdtempSync(join(tmpdir(), 'gatehouse-kills-'))
  let said = performance.now()
  try {
    for (let round = 0; round < rounds; round += 1) {
      const folder = join(base, String(Math.floor(round / KILLS_OF_A_LOG)))
      mkdirSync(folder, { recursive: true })
      // oxlint-disable-next-line no-await-in-loop -- each kill meets the log that the one before left
      results.push(await killOnce(contestant, folder, String(round), random))
      if (round % KILLS_OF_A_LOG === KILLS_OF_A_LOG - 1) rmSync(folder, { recursive: true })
      if (performance.now() - said > PROGRESS_MS) {
        said = performance.now()
        say(summaryOf(totalOf(contestant, results)))
      }
    }
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
  const total = totalOf(contestant, results)
  say(summaryOf(total))
  return total
}

function totalOf({ name }: Contestant, results: readonly Round[]): Total {
  const sum = (value: (round: Round) => number): number =>
    results.reduce((total, round) => total + value(round), 0)
  return {
    name,
    rounds: results.length,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost),
    roundsWithLoss: sum(({ lost }) => Number(lost > 0)),
    halves: sum(({ halves }) => Number(halves > 0)),
    repaired: sum(({ repaired }) => Number(repaired)),
  }
}

function summaryOf({ name, rounds, acknowledged, lost, halves, repaired }: Total): string {
  const count = `${rounds} kills, ${acknowledged.toLocaleString('en')} records acknowledged`
  return `${name}: ${count}, ${lost} lost, ${halves} times half a record kept, ${repaired} times one cut off`
}

function tableOf(totals: readonly Total[]): string {
  const promises = new Map(CONTESTANTS.map(({ name, promise }) => [name, promise]))
  const header = [
    '',
    'acknowledged when',
    'kills',
    'acknowledged',
    'lost',
    'kills with a loss',
    'half records left',
  ]
  const rows = totals.map((total) => [
    total.name,
    promises.get(total.name) ?? '',
    ...[total.rounds, total.acknowledged, total.lost, total.roundsWithLoss, total.halves].map(
      (value) => value.toLocaleString('en'),
    ),
  ])
  return markdownTable([header, ...rows])
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
