import type { LineSource } from '@gatehouse/core'
import { AuthorizationSet } from './authorization-set.ts'
import type { AuthorizationTable, Particulars } from './authorization-table.ts'
import type { LoadCode } from './load-codes.ts'
import type { PrincipalKind, Scope } from './model.ts'
import type { NameTable, Names } from './name-table.ts'
import { EVERY } from './names.ts'
import { quoted, type TextPlaces } from './text-places.ts'

/** A name as a piece of a text. */
export interface Piece {
  readonly text: string
  /** Index of its first character. */
  readonly start: number
  /** Index behind its last character. */
  readonly end: number
  /** Offset in the file, for errors. */
  readonly offset: number
}

/** An authorization whose names are not looked up yet. */
export interface WrittenAuthorization extends Particulars {
  readonly principalKind: PrincipalKind
  readonly principal: Piece
  readonly toolbox: Piece
  readonly scopeKind: Scope['kind']
  /** `*` stands for all that are configured now. */
  readonly scope: Piece
}

/**
 * Looks up what the authorizations of one file name, and puts what is configured now in place of each
 * `*`. What is not defined is an error that counts when all files are sound.
 */
export class AuthorizationResolver {
  readonly #names: Names
  readonly #places: TextPlaces
  readonly #limit: number
  readonly #set = new AuthorizationSet()
  readonly #wildcards: LineSource[] = []
  #resolved = 0

  /** @param limit - Most authorizations that may come of it; more are an error at the one that exceeds it. */
  constructor(names: Names, places: TextPlaces, limit: number) {
    this.#names = names
    this.#places = places
    this.#limit = limit
  }

  /** What was resolved, each once, in the order of the file. */
  table(): AuthorizationTable {
    return this.#set.table()
  }

  /** Places of the wildcards. */
  get wildcards(): readonly LineSource[] {
    return this.#wildcards
  }

  /** Adds the authorizations that a written one stands for. */
  add(written: WrittenAuthorization): void {
    const isEvery = isWildcard(written.scope)
    if (isEvery) this.#wildcards.push(Object.freeze(written.source))
    if (this.#resolved > this.#limit) return
    const { systems, groups } = this.#names
    const isSystem = written.scopeKind === 'system'
    const scopes = isSystem ? systems : groups
    const number = isEvery ? 0 : this.#find(written.scope, scopes, UNDEFINED[written.scopeKind])
    const count = isEvery ? scopes.entries.length : 1
    this.#resolved += count
    if (this.#resolved > this.#limit) {
      const { offset, start, end } = written.scope
      this.#places.defer('too-many-authorizations', offset, end - start, `${this.#limit}`)
      return
    }
    const principal = this.#findPrincipal(written)
    const toolbox = this.#find(written.toolbox, this.#names.toolboxes, 'toolbox-undefined')
    if (number === -1 || principal === -1 || toolbox === -1) return
    const first = isSystem ? number : systems.entries.length + number
    let particulars: Particulars = written
    for (let scope = first; scope < first + count; scope += 1) {
      this.#set.add({ principal, toolbox, scope }, particulars)
      if (isEvery) particulars = { ...written, comments: NO_COMMENTS }
    }
  }

  #findPrincipal({ principalKind, principal }: WrittenAuthorization): number {
    const { users, userGroups } = this.#names
    const isUser = principalKind === 'user'
    const number = this.#find(principal, isUser ? users : userGroups, UNDEFINED[principalKind])
    return isUser || number === -1 ? number : users.entries.length + number
  }

  #find({ text, start, end, offset }: Piece, table: NameTable, code: LoadCode): number {
    const number = table.find(text, start, end)
    if (number === -1) this.#places.defer(code, offset, end - start, quoted(text.slice(start, end)))
    return number
  }
}

function isWildcard({ text, start, end }: Piece): boolean {
  return end - start === EVERY.length && text[start] === EVERY
}

const NO_COMMENTS: readonly string[] = Object.freeze([])

const UNDEFINED = {
  user: 'user-undefined',
  'user-group': 'user-group-undefined',
  system: 'system-undefined',
  group: 'group-undefined',
} as const
