import { z } from 'zod'
import { Failure } from '../failure.ts'
import { method, microagent, type Host, type Microagent } from './method.ts'

const PLAIN = {
  policyClass: '@gatehouse/hawk-trusted',
  description: 'decides by an access control file; takes the user name as the caller states it',
}

/** The agent itself. All names are the vendor's. */
export const self: Microagent = microagent('the agent itself', {
  getMicroAgentInfo: method({
    impact: 'INFO',
    description: 'the microagents of this agent, or the one that is named',
    arguments: { name: z.string().max(256).optional() },
    run: ({ name }, host) => {
      const all = [...host.microagents].map(([key, { description }]) => ({
        name: key,
        description,
      }))
      return { microagents: name === undefined ? all : all.filter((info) => info.name === name) }
    },
  }),
  getUptime: method({
    impact: 'INFO',
    description: 'how long the agent has been running',
    arguments: {},
    run: (_, { startedAt }) => ({ seconds: Math.floor((Date.now() - startedAt) / 1000) }),
  }),
  getAgentTimeZone: method({
    impact: 'INFO',
    description: 'time zone of the agent',
    arguments: {},
    run: () => ({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
  }),
  getSecurityInfo: method({
    impact: 'INFO',
    description: 'the security policy that decides invocations, and those of packed ones',
    arguments: {},
    run: (_, { securityPolicies }) => ({
      ...PLAIN,
      ...(securityPolicies && {
        packed: securityPolicies.map(({ className, text }) => ({
          policyClass: className,
          description: text,
        })),
      }),
    }),
  }),
  describe: method({
    impact: 'INFO',
    description: 'the methods of a microagent with their impacts and arguments',
    arguments: { microagent: z.string().max(256) },
    run: (args, host) => describeMicroagent(args.microagent, host),
  }),
})

function describeMicroagent(name: string, { microagents }: Host): object {
  const found = microagents.get(name)
  if (found === undefined) throw new Failure('no-such-object', { field: 'arguments.microagent' })
  const methods = [...found.methods].map(([methodName, { impact, description, parameters }]) => ({
    name: methodName,
    impact,
    description,
    arguments: parameters,
  }))
  return { name, description: found.description, methods }
}
