export { KEY_FAULTS, type KeyFault, type KeyFaultCode } from './key/codes.ts'
export { fingerprintOf, type FingerprintHash } from './key/fingerprint.ts'
export { generateKey, type GeneratedKey, type GeneratedType } from './key/generate.ts'
export {
  importKeys,
  MAX_IMPORT_BYTES,
  type ImportedKey,
  type ImportedKeys,
  type ImportFault,
  type KeyForm,
} from './key/import.ts'
export { formatKeyLine, parseKeyLine } from './key/line.ts'
export { isKeyFault, KEY_TYPES, PublicKey, type KeyType, type PublicKeyParts } from './key/model.ts'
export { fromKeyObject } from './key/node-key.ts'
export { MAX_KEY_BLOB_BYTES, parseKeyBlob, parseKeyFields } from './key/parse.ts'
export { formatPem } from './key/pem.ts'
export { formatPrivateKey } from './key/private-container.ts'
export {
  parsePrivateKey,
  PRIVATE_KEY_FAULTS,
  type PrivateKey,
  type PrivateKeyFault,
  type PrivateKeyFaultCode,
} from './key/private-container-read.ts'
export { readPrivateKey } from './key/private-key.ts'
export { formatRfc4716, type CommentedKey } from './key/rfc4716.ts'

export {
  checkHostCertificate,
  checkUserCertificate,
  isValidAt,
  type CertificateRequest,
  type HostCertificateRequest,
  type UserCertificateAllow,
  type UserCertificateDecision,
  type UserCertificateRequest,
} from './certificate/check.ts'
export {
  CERTIFICATE_CODES,
  CERTIFICATE_FAULTS,
  describeCertificate,
  describeCertificateFault,
  type CertificateCode,
  type CertificateFault,
  type CertificateFaultCode,
} from './certificate/codes.ts'
export { MAX_PRINCIPALS, type CertificateOption, type SshCertificate } from './certificate/model.ts'
export { type CertificatePermissions, type UserOptions } from './certificate/options.ts'
export {
  isCertificateType,
  MAX_CERTIFICATE_BYTES,
  parseCertificateBlob,
  parseCertificateFields,
} from './certificate/parse.ts'
export {
  CERTIFICATE_SWITCHES,
  type CertificateProfile,
  type CertificateSwitch,
} from './certificate/profile.ts'
export {
  verifySignature,
  type SignatureType,
  type VerifiedSignature,
} from './certificate/signature.ts'
export {
  REVOCATION_LIST_FAULTS,
  type RevocationListFault,
  type RevocationListFaultCode,
} from './revocation-list/codes.ts'
export {
  RevocationList,
  type Revocation,
  type RevocationListParts,
  type RevokedBy,
  type RevokedCertificates,
} from './revocation-list/model.ts'
export {
  MAX_REVOCATION_LIST_BYTES,
  parseRevocationList,
  type RevocationListOptions,
} from './revocation-list/parse.ts'
export { type SerialBitmap, type SerialRange } from './revocation-list/serials.ts'
export { parseRevoked } from './revocation-list/either.ts'
export { parseRevokedKeys, revokeKeys, type RevokedKeysCode } from './revocation-list/text.ts'
export {
  describeHost,
  HOST_CODES,
  KNOWN_HOSTS_LOAD_CODES,
  LINE_FAULTS,
  type HostCode,
  type KnownHostsLoadCode,
  type LineFaultCode,
} from './known-hosts/codes.ts'
export {
  describeChange,
  type FormerKey,
  type HostKeyChange,
} from './known-hosts/describe-change.ts'
export {
  explainHostKey,
  type ExplainedHostLine,
  type HostExplanation,
  type HostLineSays,
} from './known-hosts/explain.ts'
export { formatKnownHosts } from './known-hosts/format.ts'
export { hostGuard, type HostGuardOptions } from './known-hosts/guard.ts'
export {
  describeHostFinding,
  HOST_FINDINGS,
  type HostFindingCode,
} from './known-hosts/lint-codes.ts'
export { lintKnownHosts } from './known-hosts/lint.ts'
export { whoCanBe, type HostHolder, type WhoCanBeOptions } from './known-hosts/who-can-be.ts'
export {
  decideHostKey,
  type HostDecision,
  type HostDecisionOptions,
  type HostRequest,
  type HostStatus,
} from './known-hosts/decide.ts'
export { HOST_SWITCHES, type HostSwitch, type HostProfile } from './known-hosts/profile.ts'
export {
  addHostKey,
  EDIT_REFUSALS,
  hashHostNames,
  removeHostName,
  type Edited,
  type EditRefusal,
  type HashOptions,
  type RemovalOptions,
} from './known-hosts/edit.ts'
export {
  insecureAcceptAnyHostKey,
  readFirstUsePolicy,
  type FirstUsePolicy,
} from './known-hosts/first-use.ts'
export type { Presented, ShownCertificate } from './known-hosts/judge.ts'
export type { HostMarker } from './known-hosts/line.ts'
export { listHostKeys, type ListedHostKey } from './known-hosts/list.ts'
export { lookupName, type HostName, type LookupName } from './known-hosts/names.ts'
export {
  parseKnownHosts,
  type FoundLine,
  type HostEntry,
  type HostLine,
  type KnownHosts,
  type KnownHostsFile,
  type KnownHostsOptions,
  type VoidLine,
} from './known-hosts/store.ts'
export {
  ROTATION_REFUSALS,
  updateHostKeys,
  type HostKeyUpdate,
  type HostKeyUpdateOptions,
  type RotationRefusal,
} from './known-hosts/update-host-keys.ts'
export {
  authorize,
  explainLogin,
  type ExplainedLine,
  type LoginAllow,
  type LoginDecision,
  type LoginExplanation,
  type LoginStore,
} from './authorized-keys/authorize.ts'
export {
  describeLogin,
  LOGIN_CODES,
  OPTION_FAULTS,
  type LoginCode,
  type OptionFault,
} from './authorized-keys/codes.ts'
export {
  addAuthorizedKey,
  AUTHORIZED_EDIT_REFUSALS,
  removeAuthorizedKey,
  type AuthorizedEditRefusal,
  type KeyToAdd,
} from './authorized-keys/edit.ts'
export type { ExpiryTime } from './authorized-keys/expiry-time.ts'
export type { FromEntry, FromFault, FromList } from './authorized-keys/from-list.ts'
export { loginGuard, type LoginGuardOptions } from './authorized-keys/guard.ts'
export {
  describeLoginFinding,
  LOGIN_FINDINGS,
  type LoginFindingCode,
} from './authorized-keys/lint-codes.ts'
export { lintAuthorizedKeys } from './authorized-keys/lint.ts'
export type {
  AuthorizedKeys,
  AuthorizedLine,
  CommentLine,
  EnvironmentEntry,
  KeyLine,
  KeyOptions,
  LineFault,
  Permissions,
  RefusedLine,
  UnreadLine,
} from './authorized-keys/model.ts'
export type { Network, NetworkFault } from './authorized-keys/network.ts'
export {
  formatAuthorizedKeys,
  parseAuthorizedKeys,
  type AuthorizedKeysOptions,
} from './authorized-keys/parse.ts'
export {
  LOGIN_SWITCHES,
  type LoginOptions,
  type LoginProfile,
  type LoginSwitch,
} from './authorized-keys/profile.ts'
export type { Credential, LoginEffects, LoginRequest } from './authorized-keys/request.ts'
export {
  OPTION_VERSIONS,
  readServerVersion,
  type OpenSshVersion,
} from './authorized-keys/server-version.ts'
export {
  checkStrictModes,
  describeModes,
  MODES_CODES,
  type AccountFiles,
  type ModesCode,
  type PathFacts,
} from './authorized-keys/strict-modes.ts'
export { whoCan, type KeyHolder, type WhoCanOptions } from './authorized-keys/who-can.ts'
export {
  formatKeyOptions,
  WRITE_OPTION_REFUSALS,
  type FormatOptionsSettings,
  type FormattedOptions,
  type OptionsToWrite,
  type WriteOptionRefusal,
} from './authorized-keys/write-options.ts'
