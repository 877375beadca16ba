export {
  clientOptions,
  connectTls,
  type ClientOptions,
  type DecideUse,
  type Place,
  type TlsClient,
} from './client.ts'
export { describeTls, TLS_CODES, type TlsCode } from './codes.ts'
export { fetchChain, type FetchedChain, type FetchOptions } from './fetch-chain.ts'
export { certificateGuard, type CertificateGuardOptions } from './guard.ts'
export { loadIdentity, type IdentityFiles } from './identity-file.ts'
export type { TlsClients, TlsIdentity, TlsTrust } from './model.ts'
export { peerChain, peerFingerprint } from './peer-chain.ts'
export { redirectToHttps, type RedirectOptions } from './redirect.ts'
export { PeerRefused, refusalOf } from './refusal.ts'
export { guardServer, serverOptions, type GuardOptions, type TlsServer } from './server.ts'
