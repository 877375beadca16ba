export type { AllowedNames } from './allowed-names.ts'
export type { AlternativeNames, SubjectNames } from './alternative-names.ts'
export {
  createAuthority,
  issueFromRequest,
  type Authority,
  type AuthorityOptions,
  type IssueOptions,
} from './authority.ts'
export { describeIssuing, ISSUING_CODES, IssuingError, type IssuingCode } from './codes.ts'
export { createKey, KEY_TYPES, type KeyType } from './key.ts'
export {
  encodeBundle,
  formatBundle,
  formatCertificate,
  formatCertificateList,
  formatRequest,
} from './pem.ts'
export { formatKey, readPrivateKey, type KeyOptions } from './private-key.ts'
export {
  planRenewal,
  renewalDue,
  renewSelfSigned,
  type Renewal,
  type RenewalOptions,
} from './renewal.ts'
export { acceptReply, type Reply, type ReplyOptions } from './reply.ts'
export { createRequest, type RequestOptions } from './request.ts'
export {
  createRevocationList,
  type RevocationEntry,
  type RevocationListOptions,
} from './revocation-list.ts'
export { issueSelfSigned, type SelfSignedLike, type SelfSignedOptions } from './self-signed.ts'
export { importPkcs12, type KeyStore } from './store.ts'
export { exportPkcs12, type KeyStoreOptions } from './store-writer.ts'
export type { SubjectAttributes } from './subject.ts'
