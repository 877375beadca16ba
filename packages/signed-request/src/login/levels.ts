import { allow, deny, type Decision } from '@gatehouse/core'
import type { LoginCode } from './codes.ts'

/** The levels at which a console hands a person over, the lowest first. */
export const LEVELS = ['user', 'operator', 'administrator'] as const

/** A level; what each may do is up to the managed system. */
export type Level = (typeof LEVELS)[number]

/**
 * Decides whether the level that a console passed is at least the one that is needed.
 *
 * @param passed - From the signed request or the session.
 * @param needed - From the managed system's own table.
 * @returns `allow` with `level-sufficient`, else `deny` with `level-too-low`; a word that is no level is too low, and none suffices where it is needed.
 */
export function checkLevel(passed: Level, needed: Level): Decision<LoginCode> {
  const [rank, least] = [LEVELS.indexOf(passed), LEVELS.indexOf(needed)]
  const suffices = rank >= 0 && least >= 0 && rank >= least
  const rest = { source: { request: 'level' }, facts: { passed, needed } }
  return suffices
    ? allow({ code: 'level-sufficient', ...rest })
    : deny({ code: 'level-too-low', ...rest })
}

/**
 * Decides whether a level has a privilege, by the managed system's own map. Levels are looked up as they
 * are: a higher one has what it is given, not what a lower one has.
 *
 * @param privileges - What the managed system gives each level.
 * @returns `allow` with `level-sufficient`, else `deny` with `level-without-privilege`.
 */
export function checkPrivilege<Privilege extends string>(
  privileges: Readonly<Record<Level, readonly Privilege[]>>,
  level: Level,
  privilege: Privilege,
): Decision<LoginCode> {
  const rest = { source: { request: 'level' }, facts: { passed: level, privilege } }
  return LEVELS.includes(level) && privileges[level].includes(privilege)
    ? allow({ code: 'level-sufficient', ...rest })
    : deny({ code: 'level-without-privilege', ...rest })
}
