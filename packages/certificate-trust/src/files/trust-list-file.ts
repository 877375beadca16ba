import { ConfigError, isNoPolicy, MAX_POLICY_BYTES } from '@gatehouse/core'
import { PolicyFile, readBounded, replaceFile } from '@gatehouse/core/files'
import { formatTrustList, parseTrustList } from '../trust/list-text.ts'
import { trustList, type TrustList } from '../trust/trust-list.ts'

/**
 * Reads a trust list.
 *
 * @throws ParseError for what stands in the file, ConfigError when it cannot be read.
 */
export async function loadTrustList(path: string): Promise<TrustList> {
  return parseTrustList(await readFileOf(path), { file: path })
}

/** The bytes of a file of some configuration. @throws ConfigError when there are none. */
export async function readFileOf(path: string): Promise<Uint8Array> {
  const read = await readBounded(path, MAX_POLICY_BYTES)
  if ('bytes' in read) return read.bytes
  const { failure, ...cause } = read
  throw new ConfigError(`the file is ${failure}`, { source: { file: path }, ...cause })
}

/**
 * Replaces the file of a trust list as a whole: mode 0644, as certificates are no secret, and nobody
 * but its owner may change it.
 *
 * @throws ConfigError when it cannot be replaced.
 */
export async function writeTrustList(path: string, list: TrustList): Promise<void> {
  const text = formatTrustList(list)
  parseTrustList(text, { file: path })
  await replaceFile(path, text, { mode: 0o644 })
}

const EMPTY = trustList()

/** The trust list of one file, replaced whole or not at all: a load that fails leaves the last good one. */
export class TrustListFile extends PolicyFile<TrustList> {
  /** @param label - Name of the file in messages. */
  constructor(path: string, label: string = path) {
    super({ path, label, parse: parseTrustList })
  }

  /** The list in force. Where there is none, an empty one, by which everybody is refused. */
  get list(): TrustList {
    const { current } = this
    return isNoPolicy(current) ? EMPTY : current
  }
}
