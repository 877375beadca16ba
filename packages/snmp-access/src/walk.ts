import type { Instance, Mib } from './mib.ts'
import { compareOids, type Oid } from './oid.ts'
import type { View } from './view/view.ts'

/** Bounds of the work that one message can cause. */
export interface WalkLimits {
  /** Most objects of a GETBULK response; default 100, as snmpd's maxGetbulkResponses. */
  readonly maxResponses?: number
  /** Most instances that one message may step over or on to; default 100,000. */
  readonly maxSteps?: number
}

/** Default of {@link WalkLimits.maxResponses}. */
const MAX_RESPONSES = 100

/** Default of {@link WalkLimits.maxSteps}: some ten milliseconds of work. */
const MAX_STEPS = 100_000

/** One walk of one message: its view, and what it has left to spend. */
export class Walk {
  readonly maxResponses: number
  /** Excluded instances stepped over so far. */
  excluded = 0
  readonly #mib: Mib
  readonly #view: View | null
  readonly #skipsCounter64: boolean
  #steps: number

  /** @param view - `null` shows nothing. */
  constructor(mib: Mib, view: View | null, skipsCounter64: boolean, limits: WalkLimits) {
    this.#mib = mib
    this.#view = view
    this.#skipsCounter64 = skipsCounter64
    this.maxResponses = limits.maxResponses ?? MAX_RESPONSES
    this.#steps = limits.maxSteps ?? MAX_STEPS
  }

  /** Whether the steps are spent. */
  get spent(): boolean {
    return this.#steps <= 0
  }

  /** The first instance in the view after a name; none also when the steps are spent. */
  next(after: Oid): Instance | undefined {
    if (this.#view === null) return undefined
    let from = after
    while (this.#steps > 0) {
      this.#steps -= 1
      const instance = this.#mib.next(from)
      // A MIB that does not move on would be walked without end.
      if (instance === undefined || compareOids(instance.oid, from) <= 0) return undefined
      if (this.#shows(this.#view, instance)) return instance
      from = instance.oid
    }
    return undefined
  }

  #shows(view: View, { oid, counter64 }: Instance): boolean {
    if (this.#skipsCounter64 && counter64 === true) return false
    const { state } = view.ask(oid)
    if (state === 'excluded') this.excluded += 1
    return state === 'included'
  }
}
