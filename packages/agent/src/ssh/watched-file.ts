import { contentHash } from '@gatehouse/audit-log'
import {
  escapeControls,
  isNoPolicy,
  noPolicy,
  type NoPolicy,
  type PolicyHolder,
} from '@gatehouse/core'
import type { LoadResult } from '@gatehouse/core/files'
import type { PolicyPath } from '../config/model.ts'

/** What came of reading a file. */
export interface FileRead<Policy> {
  readonly policy: Policy | NoPolicy
  /** Hash of its bytes, where they make a policy. */
  readonly hash: string | undefined
  readonly result: LoadResult
  /** Whether it gave another policy than the last time. */
  readonly isChanged: boolean
}

/**
 * Reads the file anew.
 *
 * @param once - Makes a policy of the bytes, if it has not made it of the same bytes before.
 */
type Load<Policy> = (
  once: (bytes: string | Uint8Array, parse: () => Policy) => Policy,
) => Promise<Policy | NoPolicy>

/**
 * A file about keys, as it was when it was last read. What was taken out must not get in, nor what was put on a list
 * of revoked keys: a file that cannot be used leaves no earlier one in force.
 */
export class WatchedFile<Policy extends object> implements PolicyHolder<Policy> {
  readonly label: string
  readonly #load: Load<Policy>
  #current: Policy | NoPolicy
  #stamp = ''
  #parsed: { readonly hash: string; readonly policy: Policy } | undefined

  constructor({ label, path }: PolicyPath, load: Load<Policy>) {
    this.label = label
    this.#load = load
    this.#current = noPolicy('policy-missing', path)
  }

  get current(): Policy | NoPolicy {
    return this.#current
  }

  /** Reads it. Anybody can ask for a login, and much takes long to parse: the same bytes are parsed once. */
  async read(): Promise<FileRead<Policy>> {
    let read: string | undefined
    const policy = await this.#load((bytes, parse) => {
      read = contentHash(bytes)
      if (this.#parsed?.hash !== read) this.#parsed = { hash: read, policy: parse() }
      return this.#parsed.policy
    })
    const hash = isNoPolicy(policy) ? undefined : read
    const stamp = hash ?? JSON.stringify(isNoPolicy(policy) && policy.decision.reasons)
    const isChanged = stamp !== this.#stamp
    this.#current = policy
    this.#stamp = stamp
    return { policy, hash, result: resultOf(policy), isChanged }
  }
}

function resultOf(policy: object): LoadResult {
  if (!isNoPolicy(policy)) return { loaded: true }
  const [{ facts = {} }] = policy.decision.reasons
  const cause = new Error(escapeControls(Object.values(facts).join(' ')))
  return { loaded: false, code: policy.noPolicy, kept: false, cause }
}
