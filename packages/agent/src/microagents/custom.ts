import { z } from 'zod'
import { Failure } from '../failure.ts'
import { method, microagent, type Microagent } from './method.ts'

/** In the vendor's product a command line; here a name of the allow-list in the config. */
const command = z.string().max(64)

/** Runs programs of the allow-list. Names and impacts are the vendor's; ACTION_INFO counts as ACTION. */
export const custom: Microagent = microagent('runs programs of the allow-list', {
  execute: method({
    impact: 'ACTION',
    description: 'runs a program and drops its output',
    arguments: { command },
    run: async (args, { commands }) => ({ exitCode: (await commands.run(args.command)).exitCode }),
  }),
  executeForString: method({
    impact: 'ACTION_INFO',
    description: 'runs a program and returns its output',
    arguments: { command },
    run: async (args, { commands }) => {
      const { exitCode, output } = await commands.run(args.command)
      return { exitCode, returnString: output }
    },
  }),
  executeForNumber: method({
    impact: 'ACTION_INFO',
    description: 'runs a program and returns the number that it writes',
    arguments: { command },
    run: async (args, { commands }) => {
      const { exitCode, output } = await commands.run(args.command)
      const double = output.trim() === '' ? Number.NaN : Number(output)
      if (!Number.isFinite(double)) {
        throw new Failure('execution-failed', { message: 'the program did not write one number' })
      }
      return { exitCode, double, integer: Math.trunc(double) }
    },
  }),
})
