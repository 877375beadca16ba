export type { ReplayStore, UsedValue, UseOutcome } from '../replay-store.ts'
export { openFileReplayStore, type FileStoreOptions } from './file-store.ts'
export { openPostgresReplayStore, type PostgresStoreOptions } from './postgres-store.ts'
