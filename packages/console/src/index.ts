export {
  askStatement,
  describeCall,
  eachSystem,
  sendCall,
  type Call,
  type CallResult,
} from './calls.ts'
export type { Result } from './result.ts'
export {
  FAILURES,
  type CertificateReason,
  type ClientOptions,
  type Failure,
  type FailureCode,
  type Received,
} from './http-client.ts'
export type { StatedReason } from './kinds/stated.ts'
export { ACCOUNT_CODES, type AccountCode } from './exec/account.ts'
export { type Execution, type ExecutionRequest } from './exec/execution.ts'
export {
  EXEC_CODES,
  operatorOf,
  type ExecCode,
  type Operator,
  type Permission,
  type ToolboxFiles,
} from './exec/operator.ts'
export type { ReplicatedSettings } from './exec/replication.ts'
export { innerKeyPath, loadInnerKey, openInnerKey } from './inner-key.ts'
export { type ConsoleAnswer, type ConsoleRequest } from './server/api.ts'
export {
  CONSOLE_PORT,
  startConsole,
  type ConsoleOptions,
  type ConsoleTls,
  type RunningConsole,
} from './server/console.ts'
export {
  overPlain,
  overTls,
  type Connection,
  type Open,
  type Opened,
  type ReceiverPlace,
} from './signed-client/connection.ts'
export {
  SignedClient,
  type SignedClientOptions,
  type ToSign,
} from './signed-client/signed-client.ts'
export {
  sendLogin,
  sendTask,
  TASK_TIMEOUT_MS,
  webAgentClient,
  type LoginResult,
  type TaskResult,
} from './signed-client/web-agent.ts'
export type { FailedTry, PolledValues } from './snmp/poll.ts'
export {
  readSnmpSettings,
  TRAP_PORT,
  type KnownUser,
  type PollSettings,
  type SnmpSettings,
  type SystemSnmp,
  type TrapSettings,
} from './snmp/settings.ts'
export type { AgentPart } from './snmp/status-table.ts'
export type { StatedVarbind } from './snmp/values.ts'
export type { ReceiverView, SnmpState, SnmpSystemView, SnmpView, TrapEvent } from './snmp/view.ts'
export { startWatch, type SnmpWatch, type WatchOptions } from './snmp/watch.ts'
export {
  ALL_SYSTEMS,
  DAEMON_PORT,
  fixedSystems,
  selectSystems,
  systemsFile,
  WEB_AGENT_PORT,
  type SignedSystem,
  type System,
  type SystemDirectory,
  type SystemTls,
  type WebAgent,
} from './systems.ts'
export { TaskFacility, type FacilityOptions, type Started } from './tasks/facility.ts'
export type { JobListener, JobView, RunResult, RunState } from './tasks/job.ts'
export type { Output } from './tasks/kept-output.ts'
export { TASK_CODES, type TaskCode, type TaskOrder } from './tasks/plan.ts'
export type { Recorder } from './tasks/record.ts'
export {
  RUN_CODES,
  type OutputStream,
  type RunEnd,
  type RunFailure,
  type RunFailureCode,
  type RunHooks,
  type Runner,
  type RunOrder,
} from './tasks/runner.ts'
export { sshRunner, type SshRunnerOptions } from './tasks/ssh-runner.ts'
export type { SshSettings, SystemSsh, WithSsh } from './tasks/ssh-settings.ts'
export { painter, processTerminal, type Paint, type Terminal, type Tone } from './terminal.ts'
