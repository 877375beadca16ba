export { unenforceable } from './capabilities.ts'
export { connect } from './connect.ts'
export type {
  ConnectOptions,
  ExecOptions,
  ExecResult,
  HostKeyStore,
  HostTrust,
  SshConnection,
  SshLogin,
} from './options.ts'
export type {
  Capability,
  LoggedIn,
  LoginAsked,
  SessionAnswer,
  SessionRequest,
  SshServer,
  SshServerLimits,
  SshServerOptions,
} from './server-options.ts'
export { describeServer, SERVER_CODES, type ServerCode } from './server-codes.ts'
export { createSshServer } from './server.ts'
export { SSH_ERROR_CODES, SshError, type SshErrorCode, type SshErrorDetails } from './ssh-error.ts'
