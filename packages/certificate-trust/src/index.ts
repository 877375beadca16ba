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
export { parseCertificate, parseCertificateLists, parseCertificates } from './input/parse.ts'
export type { ReadOptions } from './input/source.ts'
export type { GeneralName, GeneralNameKind } from './name/general-name.ts'
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
export type {
  CertificateList,
  ListScope,
  Revocation,
  RevocationReason,
} from './revocation/certificate-list.ts'
export type { DistributionPoint, PointName } from './revocation/distribution-point.ts'
export type { AlgorithmIdentifier } from './signature/algorithm.ts'
export type { WeakAlgorithm } from './signature/keys.ts'
export type { PublicKeyInfo, Signed } from './signature/public-key.ts'
export { verify, verifyEncoded, type Verification } from './verify.ts'
