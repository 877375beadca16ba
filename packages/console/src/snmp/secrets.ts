import { ConfigError, Secret } from '@gatehouse/core'
import { MAX_COMMUNITY_OCTETS } from '@gatehouse/snmp-access'
import { readFileWhole } from '../certificates/input.ts'
import type { Terminal } from '../terminal.ts'

/** Where a command takes a community from: one of them, else `GATEHOUSE_SNMP_COMMUNITY`. */
export interface CommunityOptions {
  /** File with the community on one line; `-` is standard input. */
  readonly communityFile?: string
  /** The community itself, which then stands in the list of processes. */
  readonly insecureCommunity?: string
}

/** Environment variable with a community. */
const VARIABLE = 'GATEHOUSE_SNMP_COMMUNITY'

/** The octets of the community that a command means; undefined when none is named. @throws ConfigError. */
export async function readCommunity(
  { communityFile, insecureCommunity }: CommunityOptions,
  { env, input }: Terminal,
): Promise<Secret<Uint8Array> | undefined> {
  if (communityFile !== undefined && insecureCommunity !== undefined) {
    throw new ConfigError('`--community-file` goes without `--insecure-community`')
  }
  if (communityFile === '-') {
    if (input === undefined) throw new ConfigError('there is no standard input to read')
    return communityOf(await input(), 'standard input')
  }
  if (communityFile !== undefined) {
    return communityOf(await readFileWhole(communityFile), `file \`${communityFile}\``)
  }
  const text = insecureCommunity ?? env[VARIABLE]
  if (text === undefined) return undefined
  return communityOf(Buffer.from(text), insecureCommunity === undefined ? VARIABLE : 'the option')
}

function communityOf(bytes: Uint8Array, what: string): Secret<Uint8Array> {
  const line = withoutEnd(bytes)
  const isOne = line.length > 0 && !line.includes(10) && line.length <= MAX_COMMUNITY_OCTETS
  if (isOne) return new Secret(line)
  throw new ConfigError(
    `${what} does not hold one line with a community of at most ${MAX_COMMUNITY_OCTETS} octets`,
  )
}

function withoutEnd(bytes: Uint8Array): Uint8Array {
  const feed = bytes.at(-1) === 10 ? 1 : 0
  const carriage = feed === 1 && bytes.at(-2) === 13 ? 1 : 0
  return bytes.subarray(0, bytes.length - feed - carriage)
}
