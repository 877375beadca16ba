export { bmcAuthorization } from './bmc-authorization.ts'
export { FormError } from './form.ts'
export { hawkTrusted } from './hawk-trusted.ts'
export type { Answer, Kind } from './kind.ts'
export { KINDS, kindNamed } from './kinds.ts'
export { runVectors, type Difference, type Report } from './run.ts'
export { snmpAccess } from './snmp-access.ts'
export { snmpTraps } from './snmp-traps.ts'
export {
  sshSwitches,
  sshTrust,
  strictDifferences,
  type SshSwitch,
  type StrictDifference,
} from './ssh-trust.ts'
export { tcpWrappers } from './tcp-wrappers.ts'
export { toolboxAuthorization } from './toolbox-authorization.ts'
export {
  readVectors,
  type Given,
  type GivenFile,
  type GivenFiles,
  type GivenText,
  type Question,
  type Vector,
} from './vector.ts'
export type { Validator } from './x509/judge.ts'
export {
  runLimbo,
  summarize,
  VALIDATOR_NEEDS,
  type Fault,
  type LimboDifference,
  type LimboReport,
} from './x509/limbo.ts'
