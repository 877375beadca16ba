import type { Guard } from '@gatehouse/core'
import { checkLevel, type Level, type LoginCode } from '@gatehouse/signed-request'
import { REPLICATE } from '../config/tools.ts'
import type { ToolTable } from '../tools/table.ts'

/** Somebody at a level wants a tool to be run. */
export interface ToolUse {
  readonly level: Level
  readonly tool: string
}

/**
 * Decides by the level that a console passed, and the level that a tool has in the table, whether it may
 * be run. A name that is not in the table needs the highest level: who has less learns nothing of it.
 */
export function toolGuard(tools: Pick<ToolTable, 'get'>): Guard<ToolUse, LoginCode> {
  return Object.freeze({
    name: 'tool-levels',
    provides: ['authorization'],
    reliesOn: [{ guarantee: 'authentication', of: 'console' }],
    check: ({ level, tool }: ToolUse) => checkLevel(level, neededLevel(tools, tool)),
  } satisfies Guard<ToolUse, LoginCode>)
}

function neededLevel(tools: Pick<ToolTable, 'get'>, name: string): Level {
  return (name === REPLICATE ? undefined : tools.get(name)?.level) ?? 'administrator'
}
