import { rate, type Measurement } from './measure.ts'

/** One program in a contest: it decides requests of the same form by the same rules. */
export interface Contestant<Request> {
  /** What is measured, such as `hawk.check`. */
  readonly name: string
  /** Whether the request is allowed. */
  readonly decide: (request: Request) => boolean
}

/** Requests that one round of measuring works through before it looks at the clock again. */
const BATCH = 2_000
/** Rule evaluations that a slow contestant may spend on being compared: a few seconds. */
const COMPARED_EVALUATIONS = 20_000_000
/** The same for contestants that interpret an expression for each rule. */
const COMPARED_EXPRESSIONS = 200_000

/**
 * Measures contestants on the same requests and checks that they give the same answers.
 *
 * @param requests - Each decided in turn; strings of their own in each.
 * @param contestants - Ours first, then a linear scan, then the slower ones.
 * @throws Error on the first request that two answer differently.
 */
export function hold<Request>(
  size: number,
  requests: readonly Request[],
  contestants: readonly [Contestant<Request>, Contestant<Request>, ...Contestant<Request>[]],
): Measurement[] {
  const [ours, linear, ...slow] = contestants
  compare(requests.slice(0, Math.ceil(COMPARED_EVALUATIONS / size)), ours, linear)
  for (const one of slow)
    compare(requests.slice(0, Math.ceil(COMPARED_EXPRESSIONS / size)), ours, one)
  return contestants.map((one, index) => ({
    subject: one.name,
    size,
    perSecond: rate(inTurn(requests, one, index === 0 ? BATCH : Math.ceil(BATCH / size))),
  }))
}

function compare<Request>(
  requests: readonly Request[],
  ours: Contestant<Request>,
  other: Contestant<Request>,
): void {
  for (const request of requests) {
    if (ours.decide(request) !== other.decide(request)) {
      const where = JSON.stringify(request)
      throw new Error(`${ours.name} and ${other.name} answer differently: ${where}`)
    }
  }
}

function inTurn<Request>(
  requests: readonly Request[],
  { decide }: Contestant<Request>,
  batch: number,
): () => number {
  let at = 0
  return () => {
    for (let done = 0; done < batch; done += 1) {
      decide(requests[at] as Request)
      at = at + 1 === requests.length ? 0 : at + 1
    }
    return batch
  }
}
