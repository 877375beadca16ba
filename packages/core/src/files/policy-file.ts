import { noPolicy, type NoPolicy, type NoPolicyCode, type PolicyHolder } from '../policy.ts'
import { MAX_POLICY_BYTES } from '../text.ts'
import { readBounded, type ReadFailure } from './read-bounded.ts'

/** What came of a load: the new policy is in force, or nothing changed and here is why. */
export type LoadResult =
  | { readonly loaded: true }
  | {
      readonly loaded: false
      /** Why the file gave no policy. */
      readonly code: NoPolicyCode
      /** Whether an earlier policy stays in force. */
      readonly kept: boolean
      /** The error behind it: a `ParseError` with every diagnostic, or the system's. */
      readonly cause?: unknown
    }

/** Options of {@link PolicyFile}. */
export interface PolicyFileOptions<Policy extends object> {
  /** Where the file is. */
  readonly path: string
  /** Label for messages and reasons. Default: the path. */
  readonly label?: string
  /** Reads the text; a throw refuses the whole file. */
  readonly parse: (bytes: Uint8Array, options: { file: string; maxBytes: number }) => Policy
  /** Largest file in bytes. Default 16 MiB. */
  readonly maxBytes?: number
}

/**
 * The policy of one file, replaced whole or not at all.
 *
 * Until the first good load there is a {@link NoPolicy} that refuses everything and says why. After
 * that a load that fails leaves the policy in force as it is. Nothing is read but on {@link load}.
 */
export class PolicyFile<Policy extends object> implements PolicyHolder<Policy> {
  readonly #options: Required<PolicyFileOptions<Policy>>
  #current: Policy | NoPolicy

  constructor(options: PolicyFileOptions<Policy>) {
    this.#options = { label: options.path, maxBytes: MAX_POLICY_BYTES, ...options }
    this.#current = noPolicy('policy-missing', this.#options.label)
  }

  /** The policy in force, or why there is none. */
  get current(): Policy | NoPolicy {
    return this.#current
  }

  /** Reads the file and puts its policy in force in one swap. Never throws for what the file holds. */
  async load(): Promise<LoadResult> {
    const { path, label, parse, maxBytes } = this.#options
    const read = await readBounded(path, maxBytes)
    if ('failure' in read) return this.#fail(CODE_OF_FAILURE[read.failure], read.cause)
    try {
      this.#current = parse(read.bytes, { file: label, maxBytes })
      return { loaded: true }
    } catch (cause) {
      return this.#fail('policy-malformed', cause)
    }
  }

  #fail(code: NoPolicyCode, cause: unknown): LoadResult {
    const kept = !('noPolicy' in this.#current)
    if (!kept) this.#current = noPolicy(code, this.#options.label)
    return { loaded: false, code, kept, cause }
  }
}

const CODE_OF_FAILURE: Record<ReadFailure, NoPolicyCode> = {
  missing: 'policy-missing',
  unreadable: 'policy-unreadable',
  'too-large': 'policy-too-large',
}
