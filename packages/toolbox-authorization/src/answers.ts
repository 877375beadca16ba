import { allow, deny, type Allow, type Deny, type Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Authorization, State, Tool } from './model.ts'
import { webAgentAccess } from './web-agent-access.ts'

/** The decisions that a state hands out: each is made when it is first given, and then given again. */
export class Answers {
  readonly #state: State
  /** What a run of each tool comes with. */
  readonly #extras: readonly (readonly Reason<Code>[])[]
  /** Allows by one authorization, for tools that come with nothing. */
  readonly #plain: (Allow<Code> | undefined)[]
  /** Allows by one authorization, for each other tool. */
  readonly #furnished: readonly Map<number, Allow<Code>>[]
  /** Denies for systems where a caller has no toolbox. */
  readonly #without: (Deny<Code> | undefined)[]
  /** Denies for a tool that is not in the toolbox of an authorization, and the system each is for. */
  readonly #notIn: (Deny<Code> | undefined)[]
  readonly #notInOn: Int32Array

  constructor(state: State) {
    const { authorizations, systems, tools } = state
    this.#state = state
    this.#extras = tools.map(extrasOf)
    this.#plain = blanks(authorizations.length)
    this.#furnished = tools.map(() => new Map())
    this.#without = blanks(systems.length)
    this.#notIn = blanks(authorizations.length)
    this.#notInOn = new Int32Array(authorizations.length)
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
      source: { file: this.#state.files.authorizations ?? 'authorizations' },
      facts: Object.freeze({ target: this.#nameOf(system) }),
    }))
  }

  /** The deny for a tool that is not in the toolbox of an authorization; that for the last system is kept. */
  denyNotIn(rank: number, system: number): Deny<Code> {
    const known = this.#notIn[rank]
    if (known !== undefined && this.#notInOn[rank] === system) return known
    const { toolbox, source } = this.#state.authorizations[rank] as Authorization
    const facts = Object.freeze({ target: this.#nameOf(system), toolbox })
    const answer = deny<Code>({ code: 'tool-not-in-toolbox', source, facts })
    this.#notIn[rank] = answer
    this.#notInOn[rank] = system
    return answer
  }

  /** The reason that one authorization gives. */
  reasonBy(rank: number): Reason<Code> {
    const { source, toolbox } = this.#state.authorizations[rank] as Authorization
    return { code: 'authorized', source, facts: Object.freeze({ toolbox }) }
  }

  /** What a run of a tool comes with. */
  extrasOf(tool: number): readonly Reason<Code>[] {
    return this.#extras[tool] as readonly Reason<Code>[]
  }

  #nameOf(system: number): string {
    return this.#state.systems[system]?.name ?? ''
  }
}

/** Without holes: an array that is filled here and there would become a slow dictionary. */
function blanks(length: number): undefined[] {
  return Array.from({ length }, () => undefined)
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
