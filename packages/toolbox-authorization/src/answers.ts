import { allow, deny, type Allow, type Deny, type Reason } from '@gatehouse/core'
import type { AuthorizationTable } from './authorization-table.ts'
import type { Code } from './codes.ts'
import type { Tool } from './model.ts'
import type { StateParts } from './state.ts'
import { webAgentAccess } from './web-agent-access.ts'

/** How many denies for pairs of authorization and system are kept; a power of two. */
const KEPT = 4096

/** The decisions that a state hands out: most are made when they are first given, and then given again. */
export class Answers {
  readonly #parts: StateParts
  readonly #authorizations: AuthorizationTable
  /** What a run of each tool comes with. */
  readonly #extras: readonly (readonly Reason<Code>[])[]
  /** Allows by one authorization, for tools that come with nothing. */
  readonly #plain: (Allow<Code> | undefined)[]
  /** Allows by one authorization, for each other tool. */
  readonly #furnished: readonly Map<number, Allow<Code>>[]
  /** Denies for systems where a caller has no toolbox. */
  readonly #without: (Deny<Code> | undefined)[]
  /** Denies for a tool that is not in the toolbox of an authorization, and the pair each is for. */
  readonly #notIn: (Deny<Code> | undefined)[] = blanks(KEPT)
  readonly #notInBy = new Int32Array(KEPT)
  readonly #notInOn = new Int32Array(KEPT)
  /** The facts of an allow, by toolbox. */
  readonly #facts: readonly NonNullable<Reason['facts']>[]

  constructor(parts: StateParts) {
    const { authorizations, systems, toolboxes, tools } = parts
    this.#parts = parts
    this.#authorizations = authorizations
    this.#extras = tools.map(extrasOf)
    this.#plain = blanks(authorizations.size)
    this.#furnished = tools.map(() => new Map())
    this.#without = blanks(systems.length)
    this.#facts = toolboxes.map(({ name }) => Object.freeze({ toolbox: name }))
  }

  /** The allow for a tool by one authorization. */
  allowBy(tool: number, rank: number): Allow<Code> {
    const extras = this.#extras[tool] as readonly Reason<Code>[]
    if (extras.length === 0) return (this.#plain[rank] ??= allow(this.reasonBy(rank)))
    const answers = this.#furnished[tool] as Map<number, Allow<Code>>
    let answer = answers.get(rank)
    if (answer === undefined) {
      answer = allow(this.reasonBy(rank), ...extras)
      answers.set(rank, answer)
    }
    return answer
  }

  /** The deny for a system where a caller has no toolbox. */
  denyWithout(system: number): Deny<Code> {
    return (this.#without[system] ??= deny({
      code: 'no-toolbox-on-system',
      source: { file: this.#parts.files.authorizations ?? 'authorizations' },
      facts: Object.freeze({ target: this.#nameOf(system) }),
    }))
  }

  /** The deny for a tool that is not in the toolbox of an authorization; of pairs with one place the last is kept. */
  denyNotIn(rank: number, system: number): Deny<Code> {
    const at = (Math.imul(rank, 0x9e3779b1) ^ system) & (KEPT - 1)
    const known = this.#notIn[at]
    if (known !== undefined && this.#notInBy[at] === rank && this.#notInOn[at] === system) {
      return known
    }
    const toolbox = this.#parts.toolboxes[this.#authorizations.toolboxOf(rank)]?.name ?? ''
    const facts = Object.freeze({ target: this.#nameOf(system), toolbox })
    const source = this.#authorizations.sourceOf(rank)
    const answer = deny<Code>({ code: 'tool-not-in-toolbox', source, facts })
    this.#notIn[at] = answer
    this.#notInBy[at] = rank
    this.#notInOn[at] = system
    return answer
  }

  /** The reason that one authorization gives. */
  reasonBy(rank: number): Reason<Code> {
    const facts = this.#facts[this.#authorizations.toolboxOf(rank)] as NonNullable<Reason['facts']>
    return { code: 'authorized', source: this.#authorizations.sourceOf(rank), facts }
  }

  /** What a run of a tool comes with. */
  extrasOf(tool: number): readonly Reason<Code>[] {
    return this.#extras[tool] as readonly Reason<Code>[]
  }

  #nameOf(system: number): string {
    return this.#parts.systems[system]?.name ?? ''
  }
}

/** Without holes: an array that is filled here and there would become a slow dictionary. */
function blanks(length: number): undefined[] {
  return Array<undefined>(length).fill(undefined)
}

function extrasOf(tool: Tool): Reason<Code>[] {
  const { executeAsUser, source } = tool
  const access = webAgentAccess(tool)
  const reasons: Reason<Code>[] = []
  if (executeAsUser !== null) {
    reasons.push({ code: 'runs-as', source, facts: Object.freeze({ account: executeAsUser }) })
  }
  if (access !== null) {
    const { kind, level } = access
    reasons.push({ code: 'web-agent-access', source, facts: Object.freeze({ kind, level }) })
  }
  return reasons
}
