import {
  ConfigError,
  describeWith,
  GatehouseError,
  isNoPolicy,
  NO_POLICY_CODES,
} from '@gatehouse/core'
import type { HostProfile, KnownHosts } from '@gatehouse/ssh-trust'
import { KnownHostsFiles } from '@gatehouse/ssh-trust/files'

/** Which known_hosts files a command reads, the first of which it writes. */
export interface KnownHostsOptions {
  /** The user's file first. */
  readonly knownHosts: readonly string[]
  /** Default `strict`. */
  readonly profile?: HostProfile
}

/** The files of a command. */
export function filesOf({ knownHosts, profile = 'strict' }: KnownHostsOptions): KnownHostsFiles {
  return new KnownHostsFiles({ files: knownHosts, profile })
}

/** Reads the files. @throws ParseError or ConfigError when they cannot be read. */
export async function loadHosts(hosts: KnownHostsFiles): Promise<KnownHosts> {
  const store = await hosts.load()
  if (!isNoPolicy(store)) return store
  const { cause } = hosts.failure ?? {}
  if (cause instanceof GatehouseError) throw cause
  const [reason] = store.decision.reasons
  throw new ConfigError(describeWith(NO_POLICY_CODES)(reason), { cause })
}
