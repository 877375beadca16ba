/** What an agent of a bench is asked over its channel. */
export type AgentQuestion = 'cpu' | 'end'

/** What it says. */
export type AgentSaying = AgentPorts | { readonly cpu: NodeJS.CpuUsage }

/** Where it listens on 127.0.0.1. */
interface AgentPorts {
  readonly daemonPort: number
  readonly webAgentPort: number
}
