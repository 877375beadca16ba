import { ANSWER_TIMEOUT_MS } from '@gatehouse/protocol'
import { z } from 'zod'
import type { ProgramResult } from '../tools/program.ts'
import type { ToolTable } from '../tools/table.ts'

/** Schema of `command`: in the vendor's product a command line, here the name of a tool. */
export const toolArgument: z.ZodType<string> = z.string().max(64)

/** Longest run for a request to the daemon, in milliseconds: half of what its callers wait. */
const LONGEST_MS = ANSWER_TIMEOUT_MS / 2

/** Runs the tool that an argument `command` names. Its level is not asked: the guard of Hawk decided. */
export function runTool(tools: ToolTable, command: string): Promise<ProgramResult> {
  return tools.run(command, 'arguments.command', { longestMs: LONGEST_MS })
}
