export type { AuditState } from './audit/journal.ts'
export type {
  AgentConfig,
  AllowedFolders,
  AuditConfig,
  InsecureName,
  PolicyPath,
  Privilege,
  SecurityPolicyConfig,
  SnmpConfig,
  SnmpSinkConfig,
  SshAccountConfig,
  SshConfig,
  TcpWrappersConfig,
  TlsClientsConfig,
  TlsConfig,
  ToolConfig,
  UsedValuesConfig,
  WebAgentConfig,
} from './config/model.ts'
export { loadConfig, parseConfig } from './config/read.ts'
export type { ConnectionLimits } from './listeners/limits.ts'
export type { PeerName } from './listeners/peer-name.ts'
export { openLocal, type LocalAgent } from './local.ts'
export type { LogStream } from './log.ts'
export { impacts } from './microagents/table.ts'
export type { ReloadResult } from './policies.ts'
export { renderStart } from './render.ts'
export type { Reply } from './reply.ts'
export type { SnmpShown } from './snmp/shown.ts'
export type { SnmpStatements } from './snmp/statement.ts'
export type { HostKeyShown } from './ssh/host-keys.ts'
export type { ListenAddress, PolicyState, ResidentAgent, RunningAgent } from './running-agent.ts'
export { startAgent, startResident, type AgentOptions, type LogOptions } from './start.ts'
