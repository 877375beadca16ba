import { Failure } from '../failure.ts'
import { method, microagent, type Microagent } from './method.ts'
import type { ProgramResult } from '../tools/program.ts'
import type { ToolTable } from '../tools/table.ts'
import { runTool, toolArgument } from './tool.ts'

/** Runs tools. Names and impacts are the vendor's; ACTION_INFO counts as ACTION. */
export const custom: Microagent = microagent('runs tools', {
  execute: method({
    impact: 'ACTION',
    description: 'runs a tool and drops its output',
    arguments: { command: toolArgument },
    run: async ({ command }, { tools }) => ({ exitCode: (await runTool(tools, command)).exitCode }),
  }),
  executeForString: method({
    impact: 'ACTION_INFO',
    description: 'runs a tool and returns its output',
    arguments: { command: toolArgument },
    run: async ({ command }, { tools }) => {
      const { exitCode, output } = await wholeOutput(tools, command)
      return { exitCode, returnString: output }
    },
  }),
  executeForNumber: method({
    impact: 'ACTION_INFO',
    description: 'runs a tool and returns the number that it writes',
    arguments: { command: toolArgument },
    run: async ({ command }, { tools }) => {
      const { exitCode, output } = await wholeOutput(tools, command)
      const double = output.trim() === '' ? Number.NaN : Number(output)
      if (!Number.isFinite(double)) {
        throw new Failure('execution-failed', { message: 'the tool did not write one number' })
      }
      return { exitCode, double, integer: Math.trunc(double) }
    },
  }),
})

/** What is cut is not what the tool said. */
async function wholeOutput(tools: ToolTable, command: string): Promise<ProgramResult> {
  const result = await runTool(tools, command)
  if (!result.truncated) return result
  throw new Failure('execution-failed', { message: 'the tool wrote more than is kept' })
}
