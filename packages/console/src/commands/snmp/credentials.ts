import { isIPv6 } from 'node:net'
import { ConfigError } from '@gatehouse/core'
import type { Level, Version } from '@gatehouse/snmp-access'
import { readCommunity, type CommunityOptions } from '../../snmp/secrets.ts'
import { levelOf, readUser } from '../../snmp/users.ts'
import type { SnmpTarget } from '@gatehouse/snmp-access/engine'
import type { Terminal } from '../../terminal.ts'

/** Who a command acts as, and how patient it is. */
export interface CredentialOptions extends CommunityOptions {
  /** Protocol version. Default: 3 with `--users`, else 2c. */
  readonly version?: Version
  /** File with users, for its owner alone. */
  readonly users?: string
  /** Which of them. */
  readonly user?: string
  /** How messages are protected. Default: as the user has keys for. */
  readonly level?: Level
  /** Version 3: the context. */
  readonly context?: string
  /** For one answer, in milliseconds. Default 1000. */
  readonly timeout?: number
  /** How often a message is sent again. Default 3. */
  readonly retries?: number
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * The peer that a command talks to, and as whom.
 *
 * @param usualPort - Where the place names none.
 * @throws ConfigError for what is missing or does not go together.
 */
export async function readTarget(
  place: string,
  options: CredentialOptions,
  { usualPort, terminal }: { readonly usualPort: number; readonly terminal: Terminal },
): Promise<SnmpTarget> {
  const { users, user, level, context, timeout: timeoutMs, retries } = options
  const version = options.version ?? (users === undefined ? '2c' : '3')
  const common = {
    ...placeOf(place, usualPort),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retries !== undefined && { retries }),
  }
  if (version !== '3') {
    const foreign = Object.entries({ users, user, level, context }).find(
      ([, value]) => value !== undefined,
    )
    if (foreign !== undefined)
      throw new ConfigError(`\`--${foreign[0]}\` goes with \`--version 3\``)
    const community = await readCommunity(options, terminal)
    if (community !== undefined) return { ...common, version, community }
    throw new ConfigError('a community is missing: `--community-file`, or GATEHOUSE_SNMP_COMMUNITY')
  }
  if (users === undefined || user === undefined) {
    throw new ConfigError('version 3 needs `--users FILE` and `--user NAME`')
  }
  const known = await readUser(users, user)
  const most = levelOf(known)
  if (level !== undefined && ORDER.indexOf(level) > ORDER.indexOf(most)) {
    throw new ConfigError(`user \`${user}\` has keys for ${most} at most`)
  }
  return {
    ...common,
    version,
    user: known,
    level: level ?? most,
    ...(context !== undefined && { context }),
  }
}

const ORDER: readonly Level[] = ['noAuthNoPriv', 'authNoPriv', 'authPriv']

/** `HOST`, `HOST:PORT`, `ADDRESS` or `[ADDRESS]:PORT`. */
function placeOf(text: string, usual: number): { host: string; port: number } {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9A-Fa-f:.%]+)\]|([^[\]:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const bare = isIPv6(text) ? text : undefined
  const host = bracketed ?? plain ?? bare
  const number = port === undefined ? usual : Number(port)
  if (host !== undefined && number >= 1 && number <= 65_535) return { host, port: number }
  throw new ConfigError(`\`${text.slice(0, 64)}\` is no place: HOST, HOST:PORT or [ADDRESS]:PORT`)
}
