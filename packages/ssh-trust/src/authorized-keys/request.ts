import type { SshCertificate } from '../certificate/model.ts'
import type { PublicKey } from '../key/model.ts'
import type { RevocationList } from '../revocation-list/model.ts'
import { readPeerPlace, type Peer } from './from-list.ts'
import type { EnvironmentEntry, Permissions } from './model.ts'

/** What a caller of a login shows; its signature is verified elsewhere. */
export type Credential = { readonly key: PublicKey } | { readonly certificate: SshCertificate }

/** A login that is asked for. */
export type LoginRequest = Credential & {
  /** Name of the account. A certificate must name it unless the line has `principals=`. */
  readonly user: string
  /** Address of the peer, IPv4-mapped or not. */
  readonly address: string
  /**
   * Name of the peer after forward-confirmed reverse DNS, as sshd has it under `UseDNS`. Default: none,
   * so that names in `from=` are compared with the address.
   */
  readonly hostName?: string | null
  /** Instant of the login. */
  readonly now: Date
  /** Zone of the system, such as `Europe/Berlin`. Without it a line with a local `expiry-time=` is refused. */
  readonly timeZone?: string
  /**
   * Name inside the signature blob, such as `rsa-sha2-256`. Without it the algorithm is not checked:
   * then whoever verifies the signature has to refuse SHA-1.
   */
  readonly signatureAlgorithm?: string
  /** Revoked keys and certificates, if there is a list. */
  readonly revoked?: RevocationList
}

/** What a login that is allowed comes with. Each must be kept by whoever opens the session. */
export interface LoginEffects extends Permissions {
  /** Runs in place of what the user asks for. */
  readonly forcedCommand: string | null
  /** From the line. sshd sets it only under `PermitUserEnvironment`, since `LD_PRELOAD` is possible. */
  readonly environment: readonly EnvironmentEntry[]
  /** The only `host:port` that may be connected to; none: any, if there is port forwarding. */
  readonly permitOpen: readonly string[]
  /** The only `host:port` that may be listened on; none: any, if there is port forwarding. */
  readonly permitListen: readonly string[]
  /** The tunnel device that must be used, or null. */
  readonly tunnel: number | 'any' | null
  /** Whether the signature of a security key must say that it was touched. */
  readonly touchRequired: boolean
  /** Whether the signature of a security key must say that it verified its user. */
  readonly verifyRequired: boolean
  /** Instant after which the line lets nobody in, or null. */
  readonly expires: Date | null
}

/** A request with its fields read. */
export interface Login {
  readonly request: LoginRequest
  readonly peer: Peer
  /** The key to look for: that of the caller, or of the authority. */
  readonly soughtKey: PublicKey
  readonly certificate: SshCertificate | null
}

/** Reads the fields of a request, or names the one at fault. */
export function readLogin(request: LoginRequest): Login | { readonly malformed: string } {
  const { user, address, hostName = null, now } = request
  if (user === '' || user.includes('\0')) return { malformed: 'user' }
  if (Number.isNaN(now.getTime())) return { malformed: 'now' }
  const peer = readPeerPlace(address, hostName)
  if (peer === undefined) return { malformed: 'address' }
  const certificate = 'certificate' in request ? request.certificate : null
  const soughtKey = 'certificate' in request ? request.certificate.signatureKey : request.key
  return { request, peer, soughtKey, certificate }
}
