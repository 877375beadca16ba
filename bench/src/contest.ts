import { rate, type Measurement, type Work } from './measure.ts'
import type { Game, Model } from './model.ts'
import { PEERS } from './peers/index.ts'
import type { Decide, Peer } from './rule-table.ts'

const REQUESTS = 100_000
/** A batch is what is decided in some 20 milliseconds, and no more than these. */
const BATCH_MS = 20
const MOST_A_BATCH = 20_000
/** How long a comparison of answers takes at most, once it has seen the fewest. */
const COMPARING_MS = 1_000
const FEWEST_COMPARED = 3
/** A peer that takes so long for one decision is left out at the sizes that follow. */
const TOO_SLOW_MS = 1_000

/** Decides one request. */
type DecideRequest<Request> = (request: Request) => boolean | Promise<boolean>

/** One size of a model, and our package ready to decide. */
interface Round<Request> {
  readonly size: number
  readonly game: Game<Request>
  readonly requests: readonly string[]
  readonly ours: (request: Request) => boolean
}

/**
 * Measures our package and its peers on the same rules and requests, and checks that they give the
 * same answers.
 *
 * @throws Error on the first request that two answer differently.
 */
export async function contest<Request>(
  model: Model<Request>,
  sizes: readonly number[],
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const tooSlow = new Set<Peer>()
  for (const size of sizes) {
    const game = model.generate(size)
    const requests = game.requests(REQUESTS)
    const round = { size, game, requests, ours: game.load() }
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    const perSecond = await rate(batchesOf(requests, MOST_A_BATCH, round.ours))
    measurements.push({ subject: model.subject, size, perSecond, compared: 0 })
    for (const peer of PEERS) {
      const isLeftOut = tooSlow.has(peer) || size > (peer.mostRules ?? size)
      // oxlint-disable-next-line no-await-in-loop -- as above
      const result = isLeftOut ? { perSecond: null, compared: 0 } : await measure(round, peer)
      if (result.perSecond !== null && 1000 / result.perSecond > TOO_SLOW_MS) tooSlow.add(peer)
      measurements.push({ subject: peer.name, size, ...result })
    }
  }
  return measurements
}

async function measure<Request>(
  { game, requests, ours }: Round<Request>,
  peer: Peer,
): Promise<Pick<Measurement, 'perSecond' | 'compared'>> {
  const decide = await peer.load(game.table())
  const all = (request: Request): boolean | Promise<boolean> =>
    allowAll(game.questions(request), decide)
  const { compared, milliseconds } = await compare(requests, ours, all, peer.name)
  const asked = peer.hitsOnly === true ? requests.slice(0, compared) : requests
  const batch = peer.hitsOnly === true ? MOST_A_BATCH : Math.ceil(BATCH_MS / milliseconds)
  return { perSecond: await rate(batchesOf(asked, Math.min(batch, MOST_A_BATCH), all)), compared }
}

function allowAll(
  questions: ReturnType<Game<never>['questions']>,
  decide: Decide,
): boolean | Promise<boolean> {
  for (const [index, question] of questions.entries()) {
    const answer = decide(question)
    if (answer === false) return false
    if (answer !== true) return allowRest(answer, questions.slice(index + 1), decide)
  }
  return true
}

async function allowRest(
  first: Promise<boolean>,
  questions: ReturnType<Game<never>['questions']>,
  decide: Decide,
): Promise<boolean> {
  return (await first) && allowAll(questions, decide)
}

/** Asks both, until there are no more requests or no more time. */
async function compare<Request>(
  requests: readonly string[],
  ours: (request: Request) => boolean,
  theirs: DecideRequest<Request>,
  name: string,
): Promise<{ readonly compared: number; readonly milliseconds: number }> {
  const start = performance.now()
  let compared = 0
  let spent = 0
  for (const text of requests) {
    const request = JSON.parse(text) as Request
    const expected = ours(request)
    // oxlint-disable-next-line no-await-in-loop -- one decision after the other
    if ((await theirs(request)) !== expected) {
      throw new Error(`${name} does not answer ${expected ? 'allow' : 'deny'} as we do: ${text}`)
    }
    compared += 1
    spent = performance.now() - start
    if (spent > COMPARING_MS && compared >= FEWEST_COMPARED) break
  }
  return { compared, milliseconds: spent / compared }
}

/** Batches of requests, each read anew from its text: no string is asked about twice. */
function batchesOf<Request>(
  requests: readonly string[],
  size: number,
  decide: DecideRequest<Request>,
): () => Work {
  let at = 0
  return () => {
    const batch = Array.from({ length: size }, () => {
      const request = JSON.parse(requests[at] as string) as Request
      at = at + 1 === requests.length ? 0 : at + 1
      return request
    })
    return () => decideAll(batch, decide)
  }
}

/** Waits for promises only where there are any. */
function decideAll<Request>(
  batch: readonly Request[],
  decide: DecideRequest<Request>,
): number | Promise<number> {
  for (let index = 0; index < batch.length; index += 1) {
    const answer = decide(batch[index] as Request)
    if (typeof answer !== 'boolean') return decideRest(batch, index, answer, decide)
  }
  return batch.length
}

async function decideRest<Request>(
  batch: readonly Request[],
  from: number,
  pending: Promise<boolean>,
  decide: DecideRequest<Request>,
): Promise<number> {
  await pending
  for (let index = from + 1; index < batch.length; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one decision after the other
    await decide(batch[index] as Request)
  }
  return batch.length
}
