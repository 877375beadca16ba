import { contentHash } from '@gatehouse/audit-log'
import * as bmc from '@gatehouse/bmc-authorization'
import { parseUserMap, type UserMap } from '@gatehouse/certificate-trust'
import { isNoPolicy, ParseError, renderParseError, type PolicyHolder } from '@gatehouse/core'
import { PolicyFile, type LoadResult, type PolicyFileOptions } from '@gatehouse/core/files'
import * as hawk from '@gatehouse/hawk-trusted'
import type * as snmp from '@gatehouse/snmp-access'
import { PolicyFiles } from '@gatehouse/tcp-wrappers/files'
import type { AgentConfig, PolicyPath, TcpWrappersConfig } from './config/model.ts'
import { readHostList } from './host-list.ts'
import type { Log } from './log.ts'
import { readPolicy } from './snmp/read-policy.ts'

/** What came of loading the policy files. */
export interface ReloadResult {
  /** Authorization.cfg. */
  readonly authorization: LoadResult
  /** Trusted.txt. */
  readonly trusted: LoadResult
  /** TrustedWithDomain.txt, where packed operations are decided by it. */
  readonly trustedWithDomain?: LoadResult
  /** hosts.allow and hosts.deny together, where they guard the daemon. */
  readonly tcpWrappers?: LoadResult
  /** Whose certificate is whose, where `callers` goes by it. */
  readonly users?: LoadResult
  /** Whether certificate, trust list and revocation lists were replaced, where the daemon speaks HTTPS. */
  readonly tls?: boolean
  /** Whether certificate and key of the web agent were replaced, and its trust settings. */
  readonly webAgent?: { readonly tls: boolean; readonly settings: LoadResult }
  /** The keys of each account of SSH, by its name. */
  readonly ssh?: Readonly<Record<string, LoadResult>>
  /** Who may see what over SNMP. */
  readonly snmp?: LoadResult
  /** The users of SNMP, where there is a file of them. */
  readonly snmpUsers?: LoadResult
}

/** The policies that an agent decides by. */
export interface Policies {
  readonly authorization: PolicyHolder<bmc.Policy>
  readonly trusted: PolicyHolder<hawk.Policy>
  /** Of packed operations alone; absent where none are decided by it. */
  readonly trustedWithDomain: PolicyHolder<hawk.Policy> | undefined
  /** Of the daemon's connections; absent where nothing guards them. */
  readonly tcpWrappers: PolicyFiles | undefined
  /** Whose certificate is whose, of callers over the network; absent where users are taken as claimed. */
  readonly users: PolicyHolder<UserMap> | undefined
  /** Of SNMP; absent where there is none. */
  readonly snmp: PolicyHolder<snmp.Configuration> | undefined
  /** Hash of the text that a policy was read from; nothing for one that came from no file. */
  hashOf(policy: object): string | undefined
  /** Reads all files; each policy is replaced whole or stays as it is. */
  reload(): Promise<ReloadResult>
}

/**
 * Loads the policy files for the first time. A file that gives no policy leaves one that denies.
 *
 * @param listens - Whether there is a daemon to guard, which takes packed operations.
 */
export async function openPolicies(
  config: AgentConfig,
  log: Log,
  listens: boolean,
): Promise<Policies> {
  const { authorizationFile, trustedFile, insecure, usersFile } = config
  const hashes = new WeakMap<object, string>()
  const authorization = new PolicyFile(hashing(authorizationFile, bmc.parse, hashes))
  const trusted = new PolicyFile(hashing(trustedFile, hawk.parse, hashes))
  const domainFile = listens ? domainFileOf(config) : undefined
  const trustedWithDomain = domainFile && new PolicyFile(hashing(domainFile, hawk.parse, hashes))
  const tcpWrappers = listens ? openTables(config) : undefined
  const users =
    listens && usersFile ? new PolicyFile({ ...usersFile, parse: parseUserMap }) : undefined
  const snmpFile = listens ? config.snmp?.policyFile : undefined
  const snmpPolicy = snmpFile && new PolicyFile(hashing(snmpFile, readPolicy, hashes))
  let last: Promise<unknown> = Promise.resolve()
  const policies: Policies = {
    authorization: insecure.includes('vendor-default-authorization')
      ? withVendorDefault(authorization)
      : authorization,
    trusted,
    trustedWithDomain,
    tcpWrappers: tcpWrappers?.files,
    users,
    snmp: snmpPolicy,
    hashOf: (policy) => hashes.get(policy),
    reload: () => {
      const next = last.then(async () => ({
        ...(tcpWrappers && {
          tcpWrappers: await loadLogged(tcpWrappers.files, tcpWrappers.label, log),
        }),
        authorization: await loadLogged(authorization, authorizationFile.label, log),
        trusted: await loadLogged(trusted, trustedFile.label, log),
        ...(trustedWithDomain && {
          trustedWithDomain: await loadLogged(trustedWithDomain, domainFile.label, log),
        }),
        ...(users && usersFile && { users: await loadLogged(users, usersFile.label, log) }),
        ...(snmpPolicy && { snmp: await loadLogged(snmpPolicy, snmpFile.label, log) }),
      }))
      last = next
      return next
    },
  }
  await policies.reload()
  return policies
}

/** The file of TrustedWithDomain, where a config has that policy. */
export function domainFileOf({ policies = [] }: AgentConfig): PolicyPath | undefined {
  return policies.flatMap((policy) => ('file' in policy ? policy.file : []))[0]
}

/** The policy of one file, which remembers the hash of the text that each policy was read from. */
function hashing<Policy extends object>(
  file: PolicyPath,
  parse: PolicyFileOptions<Policy>['parse'],
  hashes: WeakMap<object, string>,
): PolicyFileOptions<Policy> {
  return {
    ...file,
    parse: (bytes, options) => {
      const policy = parse(bytes, options)
      hashes.set(policy, contentHash(bytes))
      return policy
    },
  }
}

function openTables({
  tcpWrappers,
}: AgentConfig): { readonly files: PolicyFiles; readonly label: string } | undefined {
  if (tcpWrappers === undefined) return undefined
  const { allowFile, denyFile, profile } = tcpWrappers
  const files = new PolicyFiles({
    paths: { allow: allowFile.path, deny: denyFile.path },
    labels: { allow: allowFile.label, deny: denyFile.label },
    profile,
    readList: readHostList,
  })
  return { files, label: tablesLabel(tcpWrappers) }
}

/** The two files as one name. */
export function tablesLabel({ allowFile, denyFile }: TcpWrappersConfig): string {
  return `${allowFile.label} and ${denyFile.label}`
}

/** Stands in for a missing file, and only for that: a file with errors still denies everything. */
function withVendorDefault(file: PolicyHolder<bmc.Policy>): PolicyHolder<bmc.Policy> {
  const vendorDefault = bmc.vendorDefaultPolicy(bmc.insecureVendorDefault)
  return {
    get current() {
      const { current } = file
      const missing = isNoPolicy(current) && current.noPolicy === 'policy-missing'
      return missing ? vendorDefault : current
    },
  }
}

/** Loads the policy of a file, and tells the log what came of it. */
export async function loadLogged(
  file: { load(): Promise<LoadResult> },
  label: string,
  log: Log,
): Promise<LoadResult> {
  const result = await file.load()
  if (result.loaded) {
    log.info('policy loaded', { event: 'policy-loaded', file: label })
  } else {
    const { code, kept, cause } = result
    const fields = { event: 'policy-refused', file: label, code, kept, detail: detail(cause) }
    log.error(kept ? 'policy refused, the last good one stays' : 'no policy', fields)
  }
  return result
}

function detail(cause: unknown): string {
  if (cause instanceof ParseError) return renderParseError(cause)
  return cause instanceof Error ? cause.message : ''
}
