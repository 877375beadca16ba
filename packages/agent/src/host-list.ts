import { readFileSync, statSync } from 'node:fs'
import { MAX_POLICY_BYTES } from '@gatehouse/core'

/**
 * The text of a list of hosts that a rule of TCP Wrappers names by its path.
 *
 * @returns `null` when there is no such file.
 * @throws for what is no regular file, cannot be read, or is larger than a policy may be.
 */
export function readHostList(path: string): Uint8Array | null {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return null
  if (!status.isFile()) throw new Error('a list of hosts is not a regular file')
  if (status.size > MAX_POLICY_BYTES) throw new Error('a list of hosts is too large')
  return readFileSync(path)
}
