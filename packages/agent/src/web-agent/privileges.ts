import { allow, deny, type Decision } from '@gatehouse/core'
import type { Level, LoginCode } from '@gatehouse/signed-request'
import type { Privilege, WebAgentConfig } from '../config/model.ts'

/**
 * Decides whether a level has a privilege, by the agent's own config.
 *
 * @returns `allow` with `level-sufficient`, or `deny` with `level-too-low`; the facts say both.
 */
export function checkPrivilege(
  levels: WebAgentConfig['levels'],
  level: Level,
  privilege: Privilege,
): Decision<LoginCode> {
  const facts = { passed: level, privilege }
  return levels[level].includes(privilege)
    ? allow({ code: 'level-sufficient', facts })
    : deny({ code: 'level-too-low', facts })
}
