import { createServer as createRedirect, type Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls'
import { ConfigError, ParseError, renderParseError, type Deny, type Guard } from '@gatehouse/core'
import {
  NO_TRUST,
  type CallerOptions,
  type Certificate,
  type CertificateList,
  type RevocationOptions,
  type TrustedCertificate,
  type TrustList,
  type TrustSettings,
} from '@gatehouse/certificate-trust'
import { loadCertificateLists, loadTrustList } from '@gatehouse/certificate-trust/files'
import {
  certificateGuard,
  guardServer,
  loadIdentity,
  peerFingerprint,
  redirectToHttps,
  serverOptions,
  type TlsClients,
  type TlsIdentity,
} from '@gatehouse/certificate-trust/tls'
import type { TlsClientsConfig, TlsConfig } from '../config/model.ts'
import type { Log } from '../log.ts'

/** What comes over a connection, as the guard of the transport sees it. */
export interface Transported {
  readonly socket: Duplex
}

/** What a transport is told with when it refuses a client. */
export type OnRefused = (refusal: Deny, socket: Socket) => void

/** Files of one moment; replaced together or not at all. */
interface Loaded {
  readonly identity: TlsIdentity
  /** Absent where clients are not asked. */
  readonly list: TrustList | undefined
  /** Absent where revocation is not asked. */
  readonly revocation: RevocationOptions | undefined
  /** The list as settings: nobody is trusted without one. */
  readonly consoles: TrustSettings
}

/** What has a time that ends. */
export interface Watched {
  readonly certificates: readonly (Certificate | TrustedCertificate)[]
  readonly lists: readonly CertificateList[]
}

/** TLS of the service daemon: its certificate, and whom it lets in. */
export class Transport {
  readonly #config: TlsConfig
  readonly #clients: TlsClients | undefined
  /** Decides each request by the list in force, and says what the transport promises. */
  readonly guard: Guard<Transported>
  #loaded: Loaded
  #server: SecureServer | undefined

  private constructor(config: TlsConfig, loaded: Loaded) {
    this.#config = config
    this.#loaded = loaded
    this.#clients = this.#clientsOf(config)
    const clients = this.#clients
    this.guard = certificateGuard({ ...(clients && { clients }), socketOf })
  }

  /** @throws {@link ConfigError} when a file cannot be used, or others may read or change the key. */
  static async open(config: TlsConfig): Promise<Transport> {
    return new Transport(config, await load(config))
  }

  /** Its own certificates in force, the one that it shows first. */
  get identity(): readonly Certificate[] {
    return this.#loaded.identity.certificates
  }

  /** Everything in force that ends some day. */
  get watched(): Watched {
    const { identity, list, revocation } = this.#loaded
    return {
      certificates: [...identity.certificates, ...(list?.entries ?? [])],
      lists: revocation?.lists ?? [],
    }
  }

  /** Its own certificate and what issued it. */
  get certificates(): readonly Certificate[] {
    return this.#loaded.identity.certificates
  }

  /** The consoles that are trusted, for what is decided beside the connection. Others with each reload. */
  get consoles(): TrustSettings {
    return this.#loaded.consoles
  }

  /** What certificates of consoles are held to beside the list. */
  get held(): Omit<CallerOptions, 'at'> {
    const { name } = this.#clients ?? {}
    const { revocation } = this.#loaded
    return { ...(name && { name }), ...(revocation && { revocation }) }
  }

  /** Options of `https.createServer`. */
  get options(): TlsOptions {
    return optionsOf(this.#loaded, this.#clients)
  }

  /** Stands before a server that was made with {@link options}; follows every reload. */
  standBefore(server: SecureServer, onRefused: OnRefused): void {
    this.#server = server
    if (this.#clients !== undefined) guardServer(server, this.#clients, { onRefused })
  }

  /** A server that sends plain HTTP requests to the port of the secure one. */
  createRedirect(port: () => number): Server {
    const certificate = () => this.#loaded.identity.certificates[0]
    return createRedirect({ requireHostHeader: false }, redirectToHttps({ certificate, port }))
  }

  /**
   * Reads every file again. The new ones count together for connections to come, trust list and
   * revocation lists for requests on open ones, too; when one cannot be used, the old ones stay.
   */
  async reload(log: Log): Promise<boolean> {
    const { certificateFile, keyFile } = this.#config
    const files = { certificate: certificateFile.label, key: keyFile.label }
    try {
      const loaded = await load(this.#config)
      this.#server?.setSecureContext(optionsOf(loaded, this.#clients))
      this.#loaded = loaded
      log.info('certificate loaded', { event: 'certificate-loaded', ...files })
      return true
    } catch (error) {
      const detail = error instanceof ParseError ? renderParseError(error) : String(error)
      const fields = { event: 'certificate-refused', ...files, detail }
      log.error('certificate refused, the last good one stays', fields)
      return false
    }
  }

  #clientsOf({ clients }: TlsConfig): TlsClients | undefined {
    if (clients === undefined) return undefined
    const { required, name, revocation } = clients
    return {
      list: () => this.#loaded.list ?? { entries: [] },
      ...(revocation && { revocation: () => this.#loaded.revocation ?? { lists: [] } }),
      required,
      ...(name !== undefined && { name: { dns: name } }),
    }
  }
}

function socketOf({ socket }: Transported): Duplex {
  return socket
}

/** SHA-256 of the certificate that the client at the other end showed. */
export function clientCertificateOf(socket: Duplex): string | undefined {
  return 'encrypted' in socket ? peerFingerprint(socket as TLSSocket) : undefined
}

function optionsOf({ identity }: Loaded, clients: TlsClients | undefined): TlsOptions {
  return serverOptions({ ...identity, ...(clients && { clients }) })
}

async function load({ certificateFile, keyFile, keyGroup, clients }: TlsConfig): Promise<Loaded> {
  const identity = await loadIdentity({
    certificateFile: certificateFile.path,
    keyFile: keyFile.path,
    ...(keyGroup !== undefined && { keyGroup }),
  })
  const list = clients && (await loadTrustList(clients.trustFile.path))
  const consoles: TrustSettings = list === undefined ? NO_TRUST : { mode: 'certificate', list }
  const loaded = { identity, list, revocation: await loadRevocation(clients), consoles }
  requireUsable(loaded, certificateFile.label)
  return loaded
}

async function loadRevocation(
  clients: TlsClientsConfig | undefined,
): Promise<RevocationOptions | undefined> {
  if (clients?.revocation === undefined) return undefined
  const { files, onUnknown } = clients.revocation
  return { lists: await loadCertificateLists(files.map(({ path }) => path)), onUnknown }
}

/** What Node cannot use shows here, and not when the old files are gone. */
function requireUsable({ identity }: Loaded, file: string): void {
  try {
    createSecureContext(serverOptions(identity))
  } catch (cause) {
    throw new ConfigError(`\`${file}\` cannot be used for TLS`, { source: { file }, cause })
  }
}
