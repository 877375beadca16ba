import { rate, type Measurement } from './measure.ts'

/** One program in a contest: it decides requests of the same form by the same rules. */
export interface Contestant<Request> {
  /** What is measured, such as `hawk.check`. */
  readonly name: string
  /** Whether the request is allowed. */
  readonly decide: (request: Request) => boolean
}

/** A contestant that is made when its turn comes, so that its memory is no burden to the others. */
export interface Entrant<Request> {
  /** Makes the contestant. */
  readonly enter: () => Contestant<Request> | Promise<Contestant<Request>>
  /** How many rules it evaluates in about a millisecond; those that do not read every rule: any number. */
  readonly rulesPerMillisecond: number
}

/** Requests of one batch for a contestant whose cost does not grow with the rules. */
const BATCH = 2_000
/** How long a comparison of answers may take, about. */
const COMPARING_MS = 2_000

/**
 * Measures entrants on the same requests and checks that they give the same answers.
 *
 * @param requests - Each decided in turn; strings of their own in each.
 * @param ours - What the others are compared with.
 * @throws Error on the first request that two answer differently.
 */
export async function hold<Request>(
  size: number,
  requests: readonly Request[],
  ours: Contestant<Request>,
  others: readonly Entrant<Request>[],
): Promise<Measurement[]> {
  const measurements = [
    { subject: ours.name, size, perSecond: rate(inTurn(requests, ours, BATCH)) },
  ]
  for (const { enter, rulesPerMillisecond } of others) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    const other = await enter()
    const perMillisecond = rulesPerMillisecond / size
    compare(requests.slice(0, Math.ceil(perMillisecond * COMPARING_MS)), ours, other)
    const perSecond = rate(inTurn(requests, other, Math.ceil(perMillisecond)))
    measurements.push({ subject: other.name, size, perSecond })
  }
  return measurements
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
