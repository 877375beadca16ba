export {
  algorithmOf,
  ALGORITHMS,
  isAlgorithm,
  signBase,
  verifyBase,
  type Algorithm,
} from './algorithms.ts'
export { CODES, describe, type Code } from './codes.ts'
export { contentDigest } from './content-digest.ts'
export { signedRequestGuard, type SignedRequestGuardOptions } from './guard.ts'
export { MAX_BODY_BYTES, MAX_CHAIN } from './limits.ts'
export { describeLogin, LOGIN_CODES, type LoginCode } from './login/codes.ts'
export { checkLevel, checkPrivilege, LEVELS, type Level } from './login/levels.ts'
export type { Passage } from './login/passage.ts'
export {
  Sessions,
  type FoundSession,
  type OpenedSession,
  type Session,
  type SessionOptions,
} from './login/sessions.ts'
export {
  Tickets,
  type IssuedTicket,
  type RedeemedTicket,
  type TicketOptions,
} from './login/tickets.ts'
export type { Fields, Purpose, RequestMessage, Signer, UnsignedRequest } from './model.ts'
export {
  readSignedRequest,
  type CandidateRequest,
  type ReadOptions,
  type ReadRequest,
} from './read.ts'
export type { ReplayStore, UsedValue, UseOutcome } from './replay-store.ts'
export {
  RequestSigner,
  signRequest,
  type SignerIdentity,
  type SigningOptions,
  type SigningPurpose,
} from './sign.ts'
export {
  MAX_COMPONENTS,
  signatureBase,
  type SignableRequest,
  type SignableResponse,
  type SignatureBase,
} from './signature-base.ts'
export {
  parseSignature,
  parseSignatureInput,
  writeSignatureInput,
  type Component,
  type ParsedSignature,
  type ParsedSignatureInput,
  type SignatureInput,
} from './signature-input.ts'
export type { BareItem, Parameters } from './structured-fields/model.ts'
export {
  memoryReplayStore,
  type MemoryReplayStoreOptions,
  type RandomSource,
} from './values/memory-replay-store.ts'
export {
  SingleUseValues,
  type FoundValue,
  type IssuedValue,
  type SingleUseValuesOptions,
} from './values/single-use-values.ts'
export type { ValueBinding } from './values/value-form.ts'
export { verifySignedRequest, type VerifyOptions } from './verify.ts'
