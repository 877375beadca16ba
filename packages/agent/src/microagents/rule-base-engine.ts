import { Failure } from '../failure.ts'
import { method, microagent, nameArgument, type Microagent } from './method.ts'
import { runTool, toolArgument } from './tool.ts'
import { ruleBaseMethods, textOf } from './rulebases.ts'

/** Holds the loaded rulebases; it does not run their rules. Names of methods are the vendor's. */
export const ruleBaseEngine: Microagent = microagent('holds the loaded rulebases', {
  getRuleBaseNames: method({
    impact: 'INFO',
    description: 'names of the loaded rulebases',
    arguments: {},
    run: async (_, { store }) => ({ names: await store.engine.names() }),
  }),
  ...ruleBaseMethods('engine', ({ store }) => store.engine),
  loadRuleBase: method({
    impact: 'ACTION',
    description: 'loads a rulebase of the repository',
    arguments: { name: nameArgument },
    run: async ({ name }, { store }) => {
      const added = await store.engine.add(name, { text: await textOf(store.repository, name) })
      if (!added) throw new Failure('object-exists', { field: 'arguments.name' })
      return { loaded: name }
    },
  }),
  unloadRuleBase: method({
    impact: 'ACTION',
    description: 'unloads a rulebase',
    arguments: { name: nameArgument },
    run: async ({ name }, { store }) => ({ unloaded: await store.engine.remove(name) }),
  }),
  execute: method({
    impact: 'ACTION',
    description: 'runs a tool and drops its output',
    arguments: { command: toolArgument },
    run: async ({ command }, { tools }) => ({ exitCode: (await runTool(tools, command)).exitCode }),
  }),
})
