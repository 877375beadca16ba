export { loadCertificateLists } from './certificate-list-file.ts'
export { importConfiguration } from './configuration.ts'
export {
  checkKeyFiles,
  checkTrustFiles,
  describeFileFinding,
  FILE_CODES,
  type FileCode,
  type FileFinding,
  type KeyFileOptions,
} from './permissions.ts'
export { shareIdentity, writeKeyFile, type Sharing } from './key-file.ts'
export { loadTrustList, TrustListFile, writeTrustList } from './trust-list-file.ts'
