export {
  editAuthorizedKeys,
  loadAuthorizedKeys,
  type AuthorizedKeysPlace,
} from './authorized-keys-file.ts'
export { type EditFileOptions } from './edit-file.ts'
export { WRITE_REFUSALS, type FileEdit, type WriteRefusal } from './file-edit.ts'
export {
  KnownHostsFiles,
  type AddOptions,
  type KnownHostsFilesOptions,
  type LoadFailure,
  type NameOptions,
} from './known-hosts-files.ts'
export { loadRevokedKeys, type RevokedKeysPlace } from './revoked-keys-file.ts'
