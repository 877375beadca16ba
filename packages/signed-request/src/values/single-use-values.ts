import { allow, type Decision, type Deny } from '@gatehouse/core'
import { refuse, type Code } from '../codes.ts'
import { isAudience, isSha256 } from '../syntax.ts'
import type { RandomSource } from './memory-replay-store.ts'
import { pooledRandom } from './pooled-random.ts'
import type { ReplayStore, UsedValue } from '../replay-store.ts'
import { RANDOM_BYTES, ValueForm, type ValueBinding } from './value-form.ts'

/** Options of {@link SingleUseValues}. */
export interface SingleUseValuesOptions {
  /** Remembers the values that were used, and has the key. */
  readonly store: ReplayStore
  /** How long a value is of use, in milliseconds: 1,000 to 300,000. Default 60,000. */
  readonly lifeMs?: number
  /** Source of what makes a value its own. Default: that of `node:crypto`. */
  readonly random?: RandomSource
}

/** A value as it is given to whoever asked. */
export interface IssuedValue {
  /** Letters, digits, `-` and `_`, fewer than 160. */
  readonly value: string
  /** From then on it is refused. */
  readonly end: Date
}

/** A value that may be used up. */
export interface FoundValue {
  readonly outcome: 'found'
  readonly value: UsedValue
}

/**
 * Issues values, each of which one request may be signed with, once.
 *
 * Nothing is stored for a value that is issued: it carries its end and an authentication code (HMAC with
 * SHA-256) over all of it, by the key of the store. Only values that were used are remembered.
 */
export class SingleUseValues {
  readonly #store: ReplayStore
  readonly #form: ValueForm
  readonly #lifeMs: number
  readonly #random: RandomSource

  /** @throws RangeError for a life outside its bounds. */
  constructor({ store, lifeMs = 60_000, random = pooledRandom() }: SingleUseValuesOptions) {
    if (!Number.isInteger(lifeMs) || lifeMs < 1_000 || lifeMs > 300_000) {
      throw new RangeError('`lifeMs` is not between 1,000 and 300,000')
    }
    this.#store = store
    this.#form = new ValueForm(store.key)
    this.#lifeMs = lifeMs
    this.#random = random
  }

  /**
   * Issues a value. Anybody may have one: it is of use only to whoever has the key of the certificate.
   *
   * @throws TypeError for what is no SHA-256 or no audience; RangeError when `at` is no date.
   */
  issue(to: ValueBinding, at: Date): IssuedValue {
    if (!isSha256(to.certificate)) throw new TypeError('the certificate is named by no SHA-256')
    if (!isAudience(to.audience)) throw new TypeError('the audience has no form of one')
    const end = timeOf(at) + this.#lifeMs
    return { value: this.#form.write(this.#random(RANDOM_BYTES), end, to), end: new Date(end) }
  }

  /**
   * Whether a value was issued here, for that certificate, by that receiver, and has not ended. Uses
   * nothing up, and does not ask whether it was used.
   *
   * @returns `allow` with `value-valid`, or `deny` with `value-unknown`, `value-of-other-certificate`,
   *   `value-of-other-audience` or `value-expired`.
   * @throws RangeError when `at` is no date.
   */
  check(value: string, of: ValueBinding, at: Date): Decision<Code> {
    const found = this.find(value, of, at)
    return found.outcome === 'found' ? VALID : found
  }

  /** As {@link check}; what it finds can be given to {@link useUp}, so that it is opened once. */
  find(value: string, of: ValueBinding, at: Date): FoundValue | Deny<Code> {
    const now = timeOf(at)
    const opened = this.#form.open(value, of)
    if (opened === undefined) return refuse('value-unknown', 'nonce')
    const { id, end, isOfCertificate, isOfAudience } = opened
    if (!isOfCertificate) return refuse('value-of-other-certificate', 'nonce')
    if (!isOfAudience) return refuse('value-of-other-audience', 'nonce')
    if (end <= now) return refuse('value-expired', 'nonce')
    return { outcome: 'found', value: { id, end } }
  }

  /**
   * Uses a value up, whomever it was issued for: {@link check} says that.
   *
   * @returns `allow` with `value-accepted`, or `deny` with `value-unknown`, `value-used`,
   *   `value-expired`, `store-full` or `store-failed`.
   * @throws RangeError when `at` is no date.
   */
  async use(value: string, at: Date): Promise<Decision<Code>> {
    const found = this.#form.identify(value)
    return found === undefined ? refuse('value-unknown', 'nonce') : this.useUp(found, at)
  }

  /** Uses up what {@link find} found; answers as {@link use}. */
  async useUp(value: UsedValue, at: Date): Promise<Decision<Code>> {
    timeOf(at)
    try {
      switch (await this.#store.use(value, at)) {
        case 'first':
          return ACCEPTED
        case 'used':
          return refuse('value-used', 'nonce')
        case 'expired':
          return refuse('value-expired', 'nonce')
        case 'full':
          return refuse('store-full', 'nonce')
        default:
          return refuse('store-failed', 'nonce')
      }
    } catch {
      return refuse('store-failed', 'nonce')
    }
  }
}

const VALID = allow<Code>({ code: 'value-valid', source: { request: 'nonce' } })
const ACCEPTED = allow<Code>({ code: 'value-accepted', source: { request: 'nonce' } })

function timeOf(at: Date): number {
  const time = at.getTime()
  if (Number.isNaN(time)) throw new RangeError('`at` is no date')
  return time
}
