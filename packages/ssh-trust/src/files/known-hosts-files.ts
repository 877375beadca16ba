import { noPolicy, type NoPolicy, type NoPolicyCode, type PolicyHolder } from '@gatehouse/core'
import { readBounded, type ReadFailure } from '@gatehouse/core/files'
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { PublicKey } from '../key/model.ts'
import {
  addHostKey,
  hashHostNames,
  removeHostName,
  type Edited,
  type EditRefusal,
  type RemovalOptions,
} from '../known-hosts/edit.ts'
import { lookupName, type HostName } from '../known-hosts/names.ts'
import type { HostProfile } from '../known-hosts/profile.ts'
import { parseKnownHosts, type KnownHosts, type KnownHostsFile } from '../known-hosts/store.ts'
import {
  updateHostKeys,
  type HostKeyUpdate,
  type RotationRefusal,
} from '../known-hosts/update-host-keys.ts'
import { MAX_POLICY_BYTES } from '@gatehouse/core'
import { editFile } from './edit-file.ts'
import type { FileEdit, WriteRefusal } from './file-edit.ts'
import { knowsKey, writeNewHost } from './first-lines.ts'

/** Where the known_hosts files of an account are, and how they are read. */
export interface KnownHostsFilesOptions {
  /** The user's file first, the only one that is written; then the global ones. A missing file is empty. */
  readonly files: readonly string[]
  /** Default `strict`. */
  readonly profile?: HostProfile
  /** Largest file, in bytes. Default 16 MiB, some 100,000 lines. */
  readonly maxBytes?: number
}

/** Whether new names are hashed. */
export interface NameOptions {
  /** Hash the name, so that the file does not tell where its owner goes. Default `false`. */
  readonly hash?: boolean
}

/** How a key is added by hand. */
export interface AddOptions extends NameOptions {
  /**
   * Removes the keys that the file has for this one name, in the same step. Default `false`: the host may
   * have several keys. Where a pattern covers the name it is refused.
   */
  readonly replace?: boolean
}

/** Why the files as they are now are not in force. */
export interface LoadFailure {
  /** The file at fault. */
  readonly file: string
  /** What is wrong with it. */
  readonly code: NoPolicyCode
  /** The error behind it: a `ParseError` with every diagnostic, or the system's. */
  readonly cause?: unknown
}

interface Loaded {
  readonly stamp: string
  readonly text: Uint8Array
}

/**
 * The known_hosts files of one account: read when they change, and written whole or not at all.
 *
 * Until the first good load there is a `NoPolicy`, which refuses every host. After that the last good
 * files stay in force when a load fails, as with `PolicyFile`; {@link failure} says so. Every edit locks
 * the user's file, reads it as it is now, and replaces it with mode 0600: writers in several processes
 * lose nothing. An edit throws ConfigError when the file cannot be read or written, and leaves it as it was;
 * ParseError when profile `strict` refuses the file.
 */
export class KnownHostsFiles implements PolicyHolder<KnownHosts> {
  readonly #options: Required<KnownHostsFilesOptions>
  readonly #loaded = new Map<string, Loaded>()
  #stamps = ''
  #current: KnownHosts | NoPolicy
  #failure: LoadFailure | undefined
  #loading: Promise<unknown> = Promise.resolve()

  constructor({ files, profile = 'strict', maxBytes = MAX_POLICY_BYTES }: KnownHostsFilesOptions) {
    const [first] = files
    if (first === undefined) throw new TypeError('at least one known_hosts file is needed')
    this.#options = { files: [...files], profile, maxBytes }
    this.#current = noPolicy('policy-missing', first)
  }

  /** The files in force, or why there are none. It never changes: a decision keeps what it began with. */
  get current(): KnownHosts | NoPolicy {
    return this.#current
  }

  /** Why the last load changed nothing; `undefined` when it was good. */
  get failure(): LoadFailure | undefined {
    return this.#failure
  }

  /** The file that is written. */
  get file(): string {
    return this.#options.files[0] as string
  }

  /**
   * Reads the files that have changed: by device, inode, size and times. Never throws for what a file is.
   *
   * @returns {@link current} afterwards.
   */
  load(): Promise<KnownHosts | NoPolicy> {
    const load = this.#loading.then(() => this.#load())
    this.#loading = load
    return load
  }

  /** Adds a key that somebody vouches for. A key that the host has already changes nothing. */
  add(
    host: HostName,
    key: PublicKey,
    { hash = false, replace = false }: AddOptions = {},
  ): Promise<FileEdit<EditRefusal>> {
    return this.#edit((text) => {
      if (!replace && knowsKey(this.#parse(text), host, key)) return { text, changed: false }
      const names = lookupName(host)
      const { profile } = this.#options
      const without =
        replace && names !== undefined
          ? removeHostName(text, Buffer.from(names.name, 'latin1').toString('utf8'), { profile })
          : { text }
      if ('refused' in without) return without
      const added = addHostKey(without.text, host, key, hash ? newSalt() : undefined)
      if ('refused' in added) return { ...added, text, changed: false }
      return { ...added, changed: Buffer.compare(added.text, text) !== 0 }
    })
  }

  /** Removes this one name, with every key it has; see `removeHostName`. */
  remove(host: HostName, options: RemovalOptions = {}): Promise<FileEdit<EditRefusal>> {
    const { profile } = this.#options
    return this.#edit((text) => {
      const names = lookupName(host)
      if (names === undefined) return { text, changed: false, refused: 'name-not-writable' }
      const name = Buffer.from(names.name, 'latin1').toString('utf8')
      return removeHostName(text, name, { profile, ...options })
    })
  }

  /** Hashes every plain name; see `hashHostNames`. */
  hash(): Promise<FileEdit<EditRefusal>> {
    const { profile } = this.#options
    return this.#edit((text) => hashHostNames(text, { profile, salt: newSalt }))
  }

  /** Takes over the keys that a host has announced and proved; see `updateHostKeys`. */
  rotate(
    update: HostKeyUpdate,
    { hash = false }: NameOptions = {},
  ): Promise<FileEdit<RotationRefusal>> {
    const { profile } = this.#options
    return this.#edit((text) =>
      updateHostKeys(text, update, { profile, ...(hash ? { salt: newSalt } : {}) }),
    )
  }

  /**
   * Writes the lines of a decision that accepted a new host, if the files as they are now do not know it
   * yet. Of two first connections at once the second changes nothing, or is refused when it saw another key.
   *
   * @param lines - `wouldWrite` of the decision.
   * @param host - The host that was decided about.
   */
  async write(lines: readonly string[], host: HostName): Promise<FileEdit<WriteRefusal>> {
    if (lines.length === 0) return { file: this.file, changed: false }
    await this.load()
    return await this.#edit((text) => writeNewHost(text, lines, host, this.#parse(text)))
  }

  async #edit<Refusal extends string>(
    edit: (text: Uint8Array) => Edited<Uint8Array, Refusal>,
  ): Promise<FileEdit<Refusal>> {
    const { maxBytes } = this.#options
    const done = await editFile(this.file, edit, { maxBytes, mode: 0o600 })
    await this.load()
    return done
  }

  /** The user's file as it is now, and the global ones as they were read. */
  #parse(text: Uint8Array): KnownHosts {
    const [, ...globals] = this.#texts()
    return parseKnownHosts([{ file: this.file, text }, ...globals], this.#options)
  }

  #texts(): KnownHostsFile[] {
    return this.#options.files.map((file) => ({
      file,
      text: this.#loaded.get(file)?.text ?? new Uint8Array(),
    }))
  }

  async #load(): Promise<KnownHosts | NoPolicy> {
    for (const file of this.#options.files) {
      // oxlint-disable-next-line no-await-in-loop -- one file is in memory twice at most
      const failure = await this.#loadFile(file)
      if (failure !== undefined) return this.#fail(failure)
    }
    const stamps = this.#options.files.map((file) => this.#loaded.get(file)?.stamp).join('\n')
    if (stamps === this.#stamps) {
      this.#failure = undefined
      return this.#current
    }
    try {
      this.#current = parseKnownHosts(this.#texts(), this.#options)
    } catch (cause) {
      const { source } = cause as { source?: { file?: string } }
      return this.#fail({ file: source?.file ?? this.file, code: 'policy-malformed', cause })
    }
    this.#stamps = stamps
    this.#failure = undefined
    return this.#current
  }

  async #loadFile(file: string): Promise<LoadFailure | undefined> {
    const stamp = await stampOf(file)
    if (stamp !== UNKNOWN && this.#loaded.get(file)?.stamp === stamp) return undefined
    const read = await readBounded(file, this.#options.maxBytes)
    if ('bytes' in read) {
      this.#loaded.set(file, { stamp, text: read.bytes })
      return undefined
    }
    const { failure, cause } = read
    if (failure !== 'missing') return { file, code: CODE_OF_FAILURE[failure], cause }
    this.#loaded.set(file, { stamp: MISSING, text: new Uint8Array() })
    return undefined
  }

  #fail(failure: LoadFailure): KnownHosts | NoPolicy {
    this.#failure = failure
    if ('noPolicy' in this.#current) this.#current = noPolicy(failure.code, failure.file)
    return this.#current
  }
}

const MISSING = 'missing'
const UNKNOWN = 'unknown'

const CODE_OF_FAILURE: Readonly<Record<Exclude<ReadFailure, 'missing'>, NoPolicyCode>> = {
  unreadable: 'policy-unreadable',
  'too-large': 'policy-too-large',
}

/** What tells one state of a file from another. Taken before it is read: a change in between is read again. */
async function stampOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? MISSING : UNKNOWN
  }
}

function newSalt(): Uint8Array {
  return randomBytes(20)
}
