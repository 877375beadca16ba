import { UserTable, type LocalizedKeys, type UsmUser } from '../../message/index.ts'

/** Kept for as long as the user object is: the first keys of a user cost a megabyte of hashing. */
const tables = new WeakMap<UsmUser, UserTable>()

/** A table with this user alone. @throws TypeError for a user that cannot be one. */
export function tableOf(user: UsmUser): UserTable {
  const table = tables.get(user) ?? new UserTable([user])
  tables.set(user, table)
  return table
}

/** The user's keys for an engine; `undefined` for a user without a digest. */
export function keysFor(user: UsmUser, engineId: Uint8Array): LocalizedKeys | undefined {
  return tableOf(user).keysFor(user, engineId)
}
