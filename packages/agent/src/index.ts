export {
  loadConfig,
  parseConfig,
  type AgentConfig,
  type AllowedCommand,
  type AllowedFolders,
  type InsecureName,
  type PolicyPath,
} from './config.ts'
export type { ConnectionLimits } from './listeners/limits.ts'
export { openLocal, type LocalAgent } from './local.ts'
export type { LogStream } from './log.ts'
export type { Reply } from './managed-system.ts'
export { impacts } from './microagents/table.ts'
export type { ReloadResult } from './policies.ts'
export { renderStart } from './render.ts'
export {
  startAgent,
  startResident,
  type AgentOptions,
  type ListenAddress,
  type LogOptions,
  type PolicyState,
  type ResidentAgent,
  type RunningAgent,
} from './start.ts'
