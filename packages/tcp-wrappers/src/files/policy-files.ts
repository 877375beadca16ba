import {
  MAX_POLICY_BYTES,
  noPolicy,
  type NoPolicy,
  type NoPolicyCode,
  type PolicyHolder,
} from '@gatehouse/core'
import type { BoundedRead, LoadResult, ReadFailure } from '@gatehouse/core/files'
import type { Policy, TableName } from '../model.ts'
import { parse, type ParseOptions } from '../parse.ts'
import { ContentHash } from './content-hash.ts'
import { readTogether, type Both } from './read-together.ts'

/** Options of {@link PolicyFiles}: where the two files are, and how `parse` reads them. */
export interface PolicyFilesOptions extends Omit<ParseOptions, 'files'> {
  /** Where `hosts.allow` and `hosts.deny` are. */
  readonly paths: Readonly<Record<TableName, string>>
  /** Labels for messages and reasons. Default: the paths. */
  readonly labels?: Readonly<Record<TableName, string>>
}

/**
 * The policy of `hosts.allow` and `hosts.deny`: read together, replaced together or not at all.
 *
 * Until the first good load there is a {@link NoPolicy} that refuses everything and says why. After
 * that a load that fails leaves the policy in force as it is. Nothing is read but on {@link load}.
 *
 * A missing file is an empty one in profile `libwrap` and fails the load in `strict`. A file that
 * cannot be read fails it in both, where libwrap would pass over `hosts.allow`.
 */
export class PolicyFiles implements PolicyHolder<Policy> {
  readonly #options: PolicyFilesOptions
  readonly #labels: Both<string>
  readonly #maxBytes: number
  #current: Policy | NoPolicy
  #hash: string | undefined
  #lastLoad: Promise<unknown> = Promise.resolve()

  constructor(options: PolicyFilesOptions) {
    this.#options = options
    this.#labels = options.labels ?? options.paths
    this.#maxBytes = options.maxBytes ?? MAX_POLICY_BYTES
    this.#current = noPolicy('policy-missing', this.#labels.allow)
  }

  /** The policy in force, or why there is none. */
  get current(): Policy | NoPolicy {
    return this.#current
  }

  /**
   * SHA-256 of both files and of the lists that they name, in lower-case hexadecimal, as they stood
   * when the policy in force was read. A missing file counts as another than an empty one.
   */
  get hash(): string | undefined {
    return this.#hash
  }

  /**
   * Reads both files and puts their policy in force in one swap; one load after the other. Files
   * that change while they are read are read anew, three times at most.
   *
   * Never throws for what the files hold. Two files cannot be replaced at once: load when both are.
   */
  load(): Promise<LoadResult> {
    const load = this.#lastLoad.then(() => this.#loadNow())
    this.#lastLoad = load
    return load
  }

  async #loadNow(): Promise<LoadResult> {
    const reads = await readTogether(this.#options.paths, this.#maxBytes)
    if (reads === undefined) {
      const cause = new Error('the files changed while they were read')
      return this.#fail('policy-unreadable', this.#labels.allow, cause)
    }
    for (const table of ['allow', 'deny'] as const) {
      const read = reads[table]
      if ('failure' in read && !this.#isEmpty(read)) {
        return this.#fail(CODE_OF_FAILURE[read.failure], this.#labels[table], read.cause)
      }
    }
    try {
      this.#replace({ allow: contentOf(reads.allow), deny: contentOf(reads.deny) })
      return { loaded: true }
    } catch (cause) {
      return this.#fail('policy-malformed', this.#labels.allow, cause)
    }
  }

  #isEmpty(read: BoundedRead): boolean {
    const { profile } = this.#options
    return 'failure' in read && read.failure === 'missing' && profile === 'libwrap'
  }

  #replace(files: Both<Uint8Array | null>): void {
    const { readList } = this.#options
    const hash = new ContentHash()
    hash.add('allow', files.allow)
    hash.add('deny', files.deny)
    const policy = parse(files, {
      ...this.#options,
      files: this.#labels,
      ...(readList && {
        readList: (path) => {
          const list = readList(path)
          hash.add(path, list)
          return list
        },
      }),
    })
    this.#current = policy
    this.#hash = hash.digest()
  }

  #fail(code: NoPolicyCode, file: string, cause: unknown): LoadResult {
    const kept = !('noPolicy' in this.#current)
    if (!kept) this.#current = noPolicy(code, file)
    return { loaded: false, code, kept, cause }
  }
}

function contentOf(read: BoundedRead): Uint8Array | null {
  return 'bytes' in read ? read.bytes : null
}

const CODE_OF_FAILURE: Record<ReadFailure, NoPolicyCode> = {
  missing: 'policy-missing',
  unreadable: 'policy-unreadable',
  'too-large': 'policy-too-large',
}
