export {
  askStatement,
  describeCall,
  eachSystem,
  sendCall,
  type Call,
  type CallResult,
  type Result,
} from './calls.ts'
export {
  FAILURES,
  type CertificateReason,
  type ClientOptions,
  type Failure,
  type FailureCode,
} from './http-client.ts'
export type { StatedReason } from './kinds/stated.ts'
export { type ConsoleAnswer, type ConsoleRequest } from './server/api.ts'
export {
  CONSOLE_PORT,
  startConsole,
  type ConsoleOptions,
  type ConsoleTls,
  type RunningConsole,
} from './server/console.ts'
export {
  ALL_SYSTEMS,
  DAEMON_PORT,
  fixedSystems,
  selectSystems,
  systemsFile,
  type System,
  type SystemDirectory,
  type SystemTls,
} from './systems.ts'
export { painter, processTerminal, type Paint, type Terminal, type Tone } from './terminal.ts'
