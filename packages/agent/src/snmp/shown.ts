import type { ListenAddress } from '../running-agent.ts'
import type { SnmpStatements } from './statement.ts'

/** SNMP as the first screen shows it. */
export interface SnmpShown {
  /** Where it listens, UDP. */
  readonly addresses: readonly ListenAddress[]
  /** Names of the users, with how each is protected. */
  readonly users: readonly string[]
  /** How many receivers notifications are sent to. */
  readonly sinks: number
  /** Lines of the policy that were to make users, which are made by the file of users alone. */
  readonly createUserLines: readonly number[]
  /** What is promised of requests now. */
  readonly statements: SnmpStatements
}
