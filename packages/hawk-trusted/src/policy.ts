import { allow, deny, type Allow, type Deny } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { EntryIndex } from './entry-index.ts'
import type { Entry, Line, LogService, Policy } from './model.ts'

/** What a grant that comes near does not give. */
export type Shortfall = 'impact' | 'group' | 'both'

const SHORTFALL_CODES: Readonly<Record<Shortfall, readonly [Code, ...Code[]]>> = {
  impact: ['impact-not-granted'],
  group: ['group-not-granted'],
  both: ['impact-not-granted', 'group-not-granted'],
}

/** What a policy holds for `check`: its index and the decisions that it hands out. */
export class Decider {
  readonly index: EntryIndex
  /** The user has no line. */
  readonly userNotListed: Deny<Code>
  /** The user's lines do not cover the request. */
  readonly notGranted: Deny<Code>
  readonly #file: string
  readonly #entries: readonly Entry[]
  readonly #granted: Allow<Code>[] = []
  readonly #restricted: Deny<Code>[] = []
  readonly #shortfalls: Partial<Record<Shortfall, Deny<Code>>>[] = []

  constructor(file: string, entries: readonly Entry[]) {
    this.#file = file
    this.#entries = entries
    this.index = new EntryIndex(entries)
    this.userNotListed = deny({ code: 'user-not-listed', source: { file } })
    this.notGranted = deny({ code: 'not-granted', source: { file } })
  }

  /** The allow of one grant, made when the line first decides and then handed out again. */
  granted(index: number): Allow<Code> {
    return (this.#granted[index] ??= allow({ code: 'granted', source: this.#source(index) }))
  }

  /** The deny of one restriction, made when the line first decides and then handed out again. */
  restricted(index: number): Deny<Code> {
    return (this.#restricted[index] ??= deny({ code: 'restricted', source: this.#source(index) }))
  }

  /** The deny of a grant that comes near, with a reason for each thing that it lacks. */
  shortfall(index: number, lacking: Shortfall): Deny<Code> {
    const known = (this.#shortfalls[index] ??= {})
    return (known[lacking] ??= this.#makeShortfall(index, SHORTFALL_CODES[lacking]))
  }

  #makeShortfall(index: number, [first, ...rest]: readonly [Code, ...Code[]]): Deny<Code> {
    const source = this.#source(index)
    return deny({ code: first, source }, ...rest.map((code) => ({ code, source })))
  }

  #source(index: number): { readonly file: string; readonly line: number } {
    return Object.freeze({ file: this.#file, line: (this.#entries[index] as Entry).line })
  }
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
