import { KEYWORDS } from './keywords.ts'
import type { Level } from './level.ts'
import type { Computer, Permission, Policy } from './model.ts'
import { foldUserName } from './names.ts'

/** What a `PERMISSION`, or the lack of any, grants. */
export function levelOf(permission: Permission | null): Level {
  return permission?.level ?? 'NONE'
}

/** What applies to each user of the peers for which one computer counts, or no computer does. */
export class Standing {
  /** The computer; `null` for peers that match none. */
  readonly computer: Computer | null
  /** What applies to a user without an entry: of `*`, of the computer, or the global one. */
  readonly rest: Permission | null
  /** What applies to each user that has an entry, by the form in which names are compared. */
  readonly named: ReadonlyMap<string, Permission | null>
  #profile: string | undefined

  constructor(policy: Policy, computer: Computer | null) {
    const own = computer?.permission ?? policy.permission
    const entries = (computer?.users ?? []).map((user) => [foldUserName(user.name), user] as const)
    const users = new Map(entries)
    this.computer = computer
    this.rest = users.get(KEYWORDS.any)?.permission ?? own
    users.delete(KEYWORDS.any)
    this.named = new Map([...users].map(([key, user]) => [key, user.permission ?? own]))
  }

  /** What applies to a user, listed or not. */
  permissionOf(key: string): Permission | null {
    return this.named.has(key) ? (this.named.get(key) as Permission | null) : this.rest
  }

  /** The level of a user, listed or not. */
  levelOf(key: string): Level {
    return levelOf(this.permissionOf(key))
  }

  /** A text that standings have in common which give every user the same level. */
  get profile(): string {
    return (this.#profile ??= this.#describe())
  }

  #describe(): string {
    const rest = levelOf(this.rest)
    const others = [...this.named.keys()].filter((key) => this.levelOf(key) !== rest).toSorted()
    return [rest, ...others.map((key) => `${this.levelOf(key)} ${key}`)].join('\n')
  }
}
