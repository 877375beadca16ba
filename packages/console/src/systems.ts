import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import { LINK_FORMATS } from '@gatehouse/certificate-trust'
import { loadCertificateLists, loadTrustList } from '@gatehouse/certificate-trust/files'
import {
  loadIdentity,
  type TlsClient,
  type TlsIdentity,
  type TlsTrust,
} from '@gatehouse/certificate-trust/tls'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { describeInvalid } from '@gatehouse/protocol'
import { z } from 'zod'
import type { RequestSigner } from '@gatehouse/signed-request'
import { linkHost } from './host-names.ts'
import { signerOf } from './signed-client/signer.ts'
import {
  sshSchema,
  sshSettings,
  systemSsh,
  systemSshSchema,
  type SystemSsh,
  type WrittenSsh,
} from './tasks/ssh-settings.ts'

/** A managed system that the console knows: a name, and where its service daemon listens. */
export interface System {
  /** Unique name, as commands and pages show it. */
  readonly name: string
  /** Address or host name of the service daemon. */
  readonly address: string
  /** TCP port of the service daemon. */
  readonly port: number
  /** How its certificate is decided, and what it is shown. Default: it is asked over plain HTTP. */
  readonly tls?: SystemTls
  /** Where it takes signed requests. Default: nowhere. */
  readonly webAgent?: WebAgent
  /** How it is reached by SSH. Default: not at all. */
  readonly ssh?: SystemSsh
}

/** Where a system takes signed requests and lets people in, by HTTPS and nothing else. */
export interface WebAgent {
  /** TCP port, at the address of the system. */
  readonly port: number
  /** Whom to trust, the name that the certificate must have, and whose key signs. */
  readonly client: TlsClient & { readonly identity: TlsIdentity }
  /** Host in links for browsers. Undefined: the system has no name of the format that links are to have. */
  readonly linkHost: string | undefined
}

/** A system that takes signed requests. */
export type SignedSystem = System & { readonly webAgent: WebAgent }

/** TLS with a system. */
export interface SystemTls {
  /** Whom to trust, the name that the certificate must have, and what the console shows of itself. */
  readonly client: TlsClient
  /**
   * What is sent to a system whose certificate is not trusted. Without it nothing is, with it the
   * question for its statement, as monitoring goes on. A command never is.
   */
  readonly requireTrustedCertificates: boolean
  /** Signs the calls, for a service daemon that takes no others. Default: they are not signed. */
  readonly signer?: RequestSigner
}

/** Where the console looks its systems up. A file for now; the callers do not know. */
export interface SystemDirectory {
  /** Every system, in the order in which they are kept. @throws ConfigError when they cannot be read. */
  list(): Promise<readonly System[]>
  /** The system of that name, or undefined. @throws ConfigError when they cannot be read. */
  find(name: string): Promise<System | undefined>
}

/** Port of the service daemon where a system does not name one; the vendor's. */
export const DAEMON_PORT = 10128

/** Port of the web agent where a system does not name one; the vendor's. */
export const WEB_AGENT_PORT = 2381

/** Stands for every system where a command takes names; no system can be called so. */
export const ALL_SYSTEMS = 'all'

/** Largest systems file: 1 MiB, some ten thousand systems. */
const MAX_SYSTEMS_BYTES = 1024 * 1024

const hostName = z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/)

const systemSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
    .refine((name) => name !== ALL_SYSTEMS, 'the name `all`, which stands for every system'),
  address: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/),
  port: z.int().min(1).max(65535).default(DAEMON_PORT),
  tls: z.strictObject({ name: hostName.optional() }).optional(),
  callers: z.literal('signed').optional(),
  webAgent: z
    .strictObject({
      port: z.int().min(1).max(65535).default(WEB_AGENT_PORT),
      name: hostName.optional(),
    })
    .optional(),
  ssh: systemSshSchema.optional(),
})

const file = z.string().min(1).max(4096)

/** Most files with revocation lists: 64, one for each authority of a large house. */
const MAX_REVOCATION_FILES = 64

const systemsSchema = z
  .strictObject({
    systems: z.array(systemSchema),
    trustFile: file.optional(),
    revocationFiles: z.array(file).min(1).max(MAX_REVOCATION_FILES).optional(),
    onUnknownRevocation: z.enum(['deny', 'allow']).optional(),
    identity: z.strictObject({ certificateFile: file, keyFile: file }).optional(),
    requireTrustedCertificates: z.boolean().default(false),
    systemLink: z.enum(LINK_FORMATS).optional(),
    ssh: sshSchema.optional(),
  })
  .refine(
    ({ revocationFiles, onUnknownRevocation }) =>
      revocationFiles !== undefined || onUnknownRevocation === undefined,
    { error: '`onUnknownRevocation` goes with `revocationFiles`' },
  )

/**
 * The systems of one JSON file: `{ "systems": [{ "name", "address", "port", "tls", "callers",
 * "webAgent", "ssh" }] }`, and beside them `trustFile`, `revocationFiles`, `onUnknownRevocation`, `identity` and
 * `requireTrustedCertificates` for those with `tls` or `webAgent`, `systemLink` for links, and `ssh` for those with `ssh`.
 *
 * The file and those that it names are read at each question, so that an edit counts at once.
 */
export function systemsFile(path: string): SystemDirectory {
  return {
    list: () => readSystems(path),
    find: async (name) => (await readSystems(path)).find((system) => system.name === name),
  }
}

/** Systems that are known already, for tests and for programs that start their own. */
export function fixedSystems(systems: readonly System[]): SystemDirectory {
  return {
    list: () => Promise.resolve(systems),
    find: (name) => Promise.resolve(systems.find((system) => system.name === name)),
  }
}

/**
 * The systems that a command line means.
 *
 * @param names - Names separated by commas, or `all`.
 * @throws ConfigError when a name is unknown, or when there is no system at all.
 */
export async function selectSystems(directory: SystemDirectory, names: string): Promise<System[]> {
  const known = await directory.list()
  if (names === ALL_SYSTEMS && known.length > 0) return [...known]
  const wanted = new Set(names.split(',').map((name) => name.trim()))
  return [...wanted].map((name) => {
    const system = known.find((candidate) => candidate.name === name)
    if (system !== undefined) return system
    const some = known.slice(0, 10).map((candidate) => candidate.name)
    const list = known.length > some.length ? [...some, '…'] : some
    const are = list.length === 0 ? 'none is known' : `known are: ${list.join(', ')}`
    throw new ConfigError(`no system is called \`${name.slice(0, 64)}\`, ${are}`)
  })
}

async function readSystems(path: string): Promise<System[]> {
  const source = { file: path }
  const read = await readBounded(path, MAX_SYSTEMS_BYTES)
  if ('failure' in read) {
    throw new ConfigError(`systems file \`${path}\` is ${read.failure}`, { ...read, source })
  }
  const parsed = systemsSchema.safeParse(parseJson(read.bytes, path))
  if (!parsed.success) {
    const { message } = describeInvalid(parsed.error)
    throw new ConfigError(`systems file \`${path}\`: ${message}`, { source })
  }
  const { systems, ...settings } = parsed.data
  const names = new Set<string>()
  for (const { name } of systems) {
    const folded = name.toLowerCase()
    if (names.has(folded)) {
      throw new ConfigError(`systems file \`${path}\` has \`${name}\` twice`, { source })
    }
    names.add(folded)
  }
  if (systems.some(({ tls, callers }) => tls === undefined && callers !== undefined)) {
    throw new ConfigError(`systems file \`${path}\`: \`callers\` goes with \`tls\``, { source })
  }
  const plain = plainWith(path, systems, settings.ssh)
  if (systems.every(({ tls, webAgent }) => tls === undefined && webAgent === undefined)) {
    return systems.map(plain)
  }
  const secure = await readSecurity(path, settings)
  return systems.map((system) => ({ ...plain(system), ...secure(system) }))
}

type Written = z.output<typeof systemSchema>

/** Makes systems of what is written about them, SSH included. */
function plainWith(
  path: string,
  systems: readonly Written[],
  common: WrittenSsh | undefined,
): (system: Written) => System {
  const settings = common && sshSettings(path, common)
  if (settings === undefined && systems.some(({ ssh }) => ssh !== undefined)) {
    const what = '`ssh` of a system goes with `ssh` of the file'
    throw new ConfigError(`systems file \`${path}\`: ${what}`, { source: { file: path } })
  }
  return ({ name, address, port, ssh }) => ({
    name,
    address,
    port,
    ...(ssh && settings && { ssh: systemSsh(ssh, settings) }),
  })
}

type Secured = Pick<System, 'tls' | 'webAgent'>

/** Reads what systems with `tls` or `webAgent` have in common. */
async function readSecurity(
  path: string,
  settings: Omit<z.output<typeof systemsSchema>, 'systems'>,
): Promise<(system: Written) => Secured> {
  const { trustFile, revocationFiles, onUnknownRevocation = 'deny' } = settings
  const { identity: files, requireTrustedCertificates, systemLink } = settings
  const demand = (what: string): ConfigError =>
    new ConfigError(`systems file \`${path}\`: ${what}`, { source: { file: path } })
  if (trustFile === undefined) throw demand('`tls` and `webAgent` go with `trustFile`')
  const inFolder = (name: string): string => resolve(dirname(path), name)
  const list = await loadTrustList(inFolder(trustFile))
  const revocation = revocationFiles && {
    lists: await loadCertificateLists(revocationFiles.map(inFolder)),
    onUnknown: onUnknownRevocation,
  }
  const trust: TlsTrust = { list: () => list, ...(revocation && { revocation }) }
  const identity =
    files &&
    (await loadIdentity({
      certificateFile: inFolder(files.certificateFile),
      keyFile: inFolder(files.keyFile),
    }))
  const clientFor = (name: string): TlsClient => ({
    trust,
    name: isIP(name) === 0 ? { dns: name } : { ip: name },
    ...(identity && { identity }),
  })

  return ({ name, address, tls, callers, webAgent }) => ({
    ...(tls && { tls: tlsOf(tls.name ?? address, callers) }),
    ...(webAgent && { webAgent: webAgentOf(webAgent, { name, address, tls }) }),
  })

  function tlsOf(certificateName: string, callers: Written['callers']): SystemTls {
    const tls = { client: clientFor(certificateName), requireTrustedCertificates }
    if (callers === undefined) return tls
    if (identity === undefined) throw demand('`callers` goes with `identity`')
    return { ...tls, signer: signerOf(identity) }
  }

  function webAgentOf(
    { port, name: own }: NonNullable<Written['webAgent']>,
    { name, address, tls }: Pick<Written, 'name' | 'address' | 'tls'>,
  ): WebAgent {
    if (identity === undefined) throw demand('`webAgent` goes with `identity`')
    const certificateName = own ?? tls?.name ?? address
    const client = { ...clientFor(certificateName), identity }
    return { port, client, linkHost: linkHost({ name, address, certificateName }, systemLink) }
  }
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const source = { file: path }
    throw new ConfigError(`systems file \`${path}\` is not JSON`, { source, cause })
  }
}
