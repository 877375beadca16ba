import { CODES } from '@gatehouse/signed-request'
import { pick, type FuzzFormat } from '../format.ts'
import { ensure, ensureDecision } from '../oracle.ts'
import { AT, AUDIENCES, LIFE_MS, SIGNERS, testValues } from '../signed-requests/genuine.ts'

const VALUES = testValues()
const ISSUED = new Map(
  AUDIENCES.flatMap((audience) =>
    SIGNERS.flatMap(({ sha256: certificate }) =>
      Array.from({ length: 4 }, () => {
        const { value } = VALUES.issue({ certificate, audience }, AT)
        return [value, { certificate, audience }] as const
      }),
    ),
  ),
)
const TEXTS = [...ISSUED.keys()]
/** Milliseconds from {@link AT} at which values are asked about. */
const MOMENTS = [-1e15, -1, 0, 1, LIFE_MS - 1, LIFE_MS, LIFE_MS + 1, 1e12]

/** Single-use values, spliced of good ones: none counts but as it was issued, for whom it was, in time. */
export const SINGLE_USE_VALUE: FuzzFormat = {
  name: 'single-use-value',
  takesBytes: false,
  words: ['A', '-', '_', '=', '+', '/', '.', 'AAAA', ...TEXTS],
  compose: (random) => {
    const [one, other] = [pick(random, TEXTS), pick(random, TEXTS)]
    const at = random(one.length + 1)
    return random(2) === 0 ? one : one.slice(0, at) + other.slice(at)
  },
  examine: (input, random) => {
    const text = input as string
    const issued = ISSUED.get(text)
    const any = { certificate: pick(random, SIGNERS).sha256, audience: pick(random, AUDIENCES) }
    const of = random(3) === 0 ? any : (issued ?? any)
    const offset = random(3) === 0 ? pick(random, MOMENTS) : 0
    const decision = VALUES.check(text, of, new Date(AT.getTime() + offset))
    ensureDecision(decision, CODES)
    const isGood =
      issued !== undefined &&
      issued.certificate === of.certificate &&
      issued.audience === of.audience &&
      offset < LIFE_MS
    ensure(decision.outcome === 'deny' || isGood, 'a value that was not issued for this counts')
    ensure(decision.outcome === 'allow' || !isGood || offset < 0, 'a good value does not count')
    return decision.outcome === 'allow'
  },
}
