export { MAX_BUNDLE_BYTES, parseBundle } from './bundle/parse.ts'
export { DEFAULT_LIMITS, type Limits } from './budget.ts'
export type { Certificate, Deviation } from './certificate/certificate.ts'
export {
  KEY_USAGES,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type ExtensionName,
  type Extensions,
  type ExtensionValues,
  type KeyUsage,
  type NameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
} from './certificate/extensions.ts'
export { CODES, describe, type Code } from './codes.ts'
export { MALFORMED_CODES, type MalformedCode } from './malformed-codes.ts'
export { parseCertificateFile } from './input/certificate-file.ts'
export { parseCertificate, parseCertificateLists, parseCertificates } from './input/parse.ts'
export type { ReadOptions } from './input/source.ts'
export { formatGeneralName, type GeneralName, type GeneralNameKind } from './name/general-name.ts'
export { formatName, type Name, type NameAttribute } from './name/name.ts'
export type { PeerName } from './name/peer-name.ts'
export {
  MAX_INTERMEDIATES,
  type Purpose,
  type RevocationOptions,
  type VerifyOptions,
} from './options.ts'
export type { PolicyInputs } from './path/policy-graph.ts'
export type { Profile } from './path/rules.ts'
export type { CertificateRequest } from './request/certificate-request.ts'
export { checkRequest, type CheckRequestOptions } from './request/check.ts'
export { describeRequest, REQUEST_CODES, type RequestCode } from './request/codes.ts'
export { parseRequest } from './request/parse.ts'
export type {
  CertificateList,
  ListScope,
  Revocation,
  RevocationReason,
} from './revocation/certificate-list.ts'
export type { DistributionPoint, PointName } from './revocation/distribution-point.ts'
export type { AlgorithmIdentifier } from './signature/algorithm.ts'
export type { WeakAlgorithm } from './signature/keys.ts'
export type { PublicKeyInfo } from './signature/public-key.ts'
export type { Signed } from './signature/signed.ts'
export { verify, verifyEncoded, type Verification } from './verify.ts'
export { BROWSER_ERRORS, type BrowserError } from './diagnosis/browser.ts'
export {
  describeRemedy,
  REMEDY_CODES,
  WARNINGS,
  type Remedy,
  type RemedyCode,
  type Warning,
} from './diagnosis/codes.ts'
export { diagnose, type DiagnoseOptions, type Diagnosis } from './diagnosis/diagnose.ts'
export { LINK_FORMATS, type LinkFit, type LinkFormat, type SystemNames } from './diagnosis/links.ts'
export type { EncodedChain } from './input/encoded.ts'
export {
  decideCaller,
  trustGuard,
  type Caller,
  type CallerOptions,
  type TrustGuardOptions,
} from './trust/caller.ts'
export { describeTrust, TRUST_CODES, type TrustCode } from './trust/codes.ts'
export {
  parseTrustConfiguration,
  type ConfiguredCertificate,
  type TrustConfiguration,
} from './trust/configuration.ts'
export {
  EXPIRY_CODES,
  expiryWarnings,
  type ExpiryCode,
  type ExpiryOptions,
  type ExpiryStage,
  type ExpiryWarning,
} from './trust/expiry.ts'
export {
  LIST_EXPIRY_CODES,
  listWarnings,
  type ListExpiryCode,
  type ListWarning,
} from './trust/list-expiry.ts'
export { describeTimeWarning, newWarnings, type TimeWarning } from './trust/time-warning.ts'
export { formatTrustList, parseTrustList } from './trust/list-text.ts'
export { decideOperation, type Operation } from './trust/operation.ts'
export { confirmPull, decidePull, offerPulled, type PullOffer } from './trust/pull.ts'
export { rotationProgress, type HoldingReport, type RotationProgress } from './trust/rotation.ts'
export {
  insecureTrustAll,
  MAX_TRUSTED_NAMES,
  NO_TRUST,
  trustOpenings,
  trustSettings,
  type TrustMode,
  type TrustSettings,
} from './trust/settings.ts'
export { TRUST_TEXT_CODES, type TrustTextCode } from './trust/text-codes.ts'
export {
  addTrusted,
  removeTrusted,
  rotate,
  trustList,
  TRUSTED_ROLES,
  type Rotation,
  type TrustedCertificate,
  type TrustedRole,
  type TrustList,
} from './trust/trust-list.ts'
export {
  verifyTrusted,
  type TrustedVerification,
  type VerifyTrustedOptions,
} from './trust/verify-trusted.ts'
export { describeUser, USER_CODES, type UserCode } from './users/codes.ts'
export {
  CONSOLE_VOUCHES,
  decideUser,
  userGuard,
  type ShownCertificate,
  type UserGuardOptions,
} from './users/decide.ts'
export { formatUserMap, parseUserMap } from './users/text.ts'
export {
  userMap,
  type MappedCertificate,
  type MappedUser,
  type UserMap,
  type UserMapping,
} from './users/user-map.ts'
