export { NET_SNMP_VERSION } from './ensure-net-snmp.ts'
export {
  createGuardedAgent,
  objectsOf,
  type GuardedAgent,
  type GuardedAgentOptions,
  type MibOptions,
} from './guarded-agent.ts'
export type { ReportFault } from './mib-objects.ts'
export { NET_SNMP_ERROR_CODES, NetSnmpError, type NetSnmpErrorCode } from './net-snmp-error.ts'
