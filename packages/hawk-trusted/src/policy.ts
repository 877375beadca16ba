import { allow, deny, type Decision, type Deny } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { EntryIndex } from './entry-index.ts'
import type { Entry, Line, LogService, Policy } from './model.ts'

/** What a grant that comes near does not give. */
export const SHORTFALLS = { impact: 0, group: 1, both: 2 } as const

/** One of {@link SHORTFALLS}. */
export type Shortfall = (typeof SHORTFALLS)[keyof typeof SHORTFALLS]

const SHORTFALL_CODES: Readonly<Record<Shortfall, readonly [Code, ...Code[]]>> = [
  ['impact-not-granted'],
  ['group-not-granted'],
  ['impact-not-granted', 'group-not-granted'],
]

/**
 * What a policy holds for `check`: its index and the decisions that it hands out. The decision of a
 * line is made when the line first decides and then handed out again.
 */
export class Decider {
  readonly index: EntryIndex
  /** The user has no line. */
  readonly userNotListed: Deny<Code>
  /** The user's lines do not cover the request. */
  readonly notGranted: Deny<Code>
  readonly #file: string
  readonly #entries: readonly Entry[]
  /** By index of the line. */
  readonly #own: (Decision<Code> | undefined)[]
  /** By what is lacking, then by index of the line. */
  readonly #shortfalls: (Deny<Code> | undefined)[][] = []

  constructor(file: string, entries: readonly Entry[]) {
    this.#file = file
    this.#entries = entries
    this.index = new EntryIndex(entries)
    this.userNotListed = deny({ code: 'user-not-listed', source: { file } })
    this.notGranted = deny({ code: 'not-granted', source: { file } })
    this.#own = blanks(entries.length)
  }

  /** The allow of a grant, the deny of a restriction. */
  decided(index: number): Decision<Code> {
    return (this.#own[index] ??= this.#decide(index))
  }

  #decide(index: number): Decision<Code> {
    const { effect } = this.#entries[index] as Entry
    const source = this.#source(index)
    if (effect === 'grant') return allow({ code: 'granted', source })
    return deny({ code: 'restricted', source })
  }

  /** The deny of a grant that comes near, with a reason for each thing that it lacks. */
  shortfall(index: number, lacking: Shortfall): Deny<Code> {
    const known = (this.#shortfalls[lacking] ??= blanks(this.#entries.length))
    return (known[index] ??= this.#makeShortfall(index, SHORTFALL_CODES[lacking]))
  }

  #makeShortfall(index: number, [first, ...rest]: readonly [Code, ...Code[]]): Deny<Code> {
    const source = this.#source(index)
    return deny({ code: first, source }, ...rest.map((code) => ({ code, source })))
  }

  #source(index: number): { readonly file: string; readonly line: number } {
    return Object.freeze({ file: this.#file, line: (this.#entries[index] as Entry).line })
  }
}

/** Without holes: an array that is filled here and there would become a slow dictionary. */
function blanks(length: number): undefined[] {
  return Array.from({ length }, () => undefined)
}

const DECIDER = Symbol('decider')

interface DecidingPolicy extends Policy {
  readonly [DECIDER]: Decider
}

/** Puts a policy together and builds its index. */
export function makePolicy(
  file: string,
  lines: readonly Line[],
  logService: LogService | undefined,
): Policy {
  const entries = Object.freeze(lines.filter((line): line is Entry => line.kind === 'entry'))
  const policy: Policy = {
    file,
    lines: Object.freeze(lines),
    entries,
    ...(logService === undefined ? {} : { logService }),
  }
  Object.defineProperty(policy, DECIDER, { value: new Decider(file, entries) })
  return Object.freeze(policy)
}

/** What `check` asks of a policy. @throws TypeError for an object that `parse` did not make. */
export function deciderOf(policy: Policy): Decider {
  const decider = (policy as Partial<DecidingPolicy>)[DECIDER]
  if (decider === undefined) throw new TypeError('not a policy made by `parse`')
  return decider
}
