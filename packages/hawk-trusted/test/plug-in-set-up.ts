import { allow } from '@gatehouse/core'
import * as hawk from '../src/index.ts'
import * as plugIn from '../src/plug-in/index.ts'

export const NODE: hawk.AgentNode = { name: 'web01', dns: 'none', domain: 'default' }
export const OTHER_NODE: hawk.AgentNode = { name: 'db01', dns: 'none', domain: 'default' }
export const CUSTOM = 'COM.TIBCO.hawk.microagent.Custom'

/** What the agents of these tests offer. */
const TABLE: hawk.MicroagentTable = new Map([
  [
    CUSTOM,
    new Map([
      ['execute', 'ACTION' as const],
      ['describe', 'INFO' as const],
    ]),
  ],
])

export const OPERATION: plugIn.NodeOperation = {
  kind: 'node',
  node: NODE,
  microagent: CUSTOM,
  method: 'execute',
}

/** A file of access lines. */
export function fileOf(...lines: string[]): hawk.Policy {
  return hawk.parse(lines.map((line) => `${line}\n`).join(''), { file: 'Trusted.txt' })
}

/** Name of the class of {@link custom}. */
export const CUSTOM_CLASS = 'test.Custom'

/** A policy that allows every {@link OPERATION}, but for what is given. */
export function custom(methods: Partial<plugIn.AgentPolicy> = {}): plugIn.AgentPolicy {
  return {
    describe: () => ({ className: CUSTOM_CLASS, text: 'a test', provides: [], reliesOn: [] }),
    unpack: () => ({ id: new Uint8Array(), user: 'ops', operation: OPERATION }),
    validateId: () => allow({ code: 'let-in' }),
    ...methods,
  }
}

/** An agent with policies, by default on one node. */
export function agentWith(
  policies: readonly plugIn.AgentPolicy[],
  options: Partial<plugIn.AuthorizerOptions> = {},
): Promise<plugIn.Authorizer> {
  return plugIn.openAuthorizer({ policies, nodes: [NODE], microagents: TABLE, ...options })
}

/** A packet for {@link custom}. */
export const PACKET: plugIn.Packet = { policyClass: CUSTOM_CLASS, packed: new Uint8Array(8) }
