import type { Owner } from '../store.ts'

/** The life of the agent behind the service daemon. A local command has none to control. */
export interface AgentControl {
  /** Whether the agent listens. */
  readonly running: boolean
  /** Who started it; nobody when it came up with the daemon. */
  readonly startedBy: Owner | undefined
  /** Starts the agent; false when it runs already, and then whoever started it stays so. */
  start(by: Owner): Promise<boolean>
  /** Lets the agent take no further request; those under way are answered. */
  stop(): void
}
