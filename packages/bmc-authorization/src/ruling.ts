import { allow, deny, type Decision, type FileSource } from '@gatehouse/core'
import type { Code } from './codes.ts'
import { suffices, type Level } from './level.ts'
import type { Permission } from './model.ts'

/** The node whose level applies, with its answers: each is made on first use and handed out from then on. */
export class Ruling {
  /** What it grants. */
  readonly level: Level
  readonly #file: string
  readonly #line: number | undefined
  readonly #path: readonly string[]
  /** The answers by the level that is needed. Fields of their own: a lookup in a large file waits for memory. */
  private NONE: Decision<Code> | undefined
  private VIEW: Decision<Code> | undefined
  private MODIFY: Decision<Code> | undefined
  private MANAGE: Decision<Code> | undefined

  /** @param path - Name of the computer, and of the user, as written; empty for the global level. */
  constructor(file: string, permission: Permission | null, path: readonly string[]) {
    this.level = permission?.level ?? 'NONE'
    this.#file = file
    this.#line = permission?.line
    this.#path = path
  }

  /** The node as the statement of a reason: `global`, `computer NAME`, `computer NAME user NAME`. */
  get decidedBy(): string {
    const [computer, user] = this.#path
    if (computer === undefined) return 'global'
    return user === undefined ? `computer ${computer}` : `computer ${computer} user ${user}`
  }

  answer(needed: Level): Decision<Code> {
    return (this[needed] ??= this.#decide(needed))
  }

  #decide(needed: Level): Decision<Code> {
    const facts = Object.freeze({ granted: this.level, needed })
    const source = this.#source()
    return suffices(this.level, needed)
      ? allow({ code: 'level-suffices', source, facts })
      : deny({ code: this.#refusal(), source, facts })
  }

  #refusal(): Code {
    return this.#line === undefined ? 'no-permission-set' : 'level-too-low'
  }

  #source(): FileSource {
    const file = this.#file
    return Object.freeze(this.#line === undefined ? { file } : { file, line: this.#line })
  }
}
