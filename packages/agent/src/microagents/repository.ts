import { method, microagent, type Microagent } from './method.ts'
import { ruleBaseMethods } from './rulebases.ts'

/** Keeps rulebases for agents, in a folder of the `dataDir`. Names of methods are the vendor's. */
export const repository: Microagent = microagent('keeps rulebases for agents', {
  getRepositoryName: method({
    impact: 'INFO',
    description: 'name of the repository',
    arguments: {},
    run: (_, { node }) => ({ name: `${node.name}:${node.dns}:${node.domain}` }),
  }),
  ...ruleBaseMethods('repository', ({ store }) => store.repository),
})
