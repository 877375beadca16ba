import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writeKeyFile } from '@gatehouse/certificate-trust/files'
import { ConfigError, type Secret } from '@gatehouse/core'
import { readBounded, replaceFile, withLock } from '@gatehouse/core/files'
import {
  formatKeyLine,
  formatPrivateKey,
  fromKeyObject,
  generateKey,
  isKeyFault,
  parseKeyLine,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import { readJsonFile } from '../certificates/json-file.ts'
import { makeFolder, requireAbsent } from '../certificates/output.ts'
import { loadSshKey } from '../tasks/ssh-runner.ts'
import { KeysError } from './keys-error.ts'
import { formatState, NEW_STATE, stateSchema, type KeysState } from './keys-state.ts'

/** A key pair of the console. */
export interface KeyPair {
  /** The half to keep. */
  readonly privateKey: KeyObject
  /** The half to give away. */
  readonly publicKey: PublicKey
}

/** Which pair of the folder: the one in use, the one that a rotation brings, the one that it takes away. */
export type KeyRole = 'current' | 'next' | 'previous'

/** Name of the private key in use; `.pub` is its public half. */
const KEY_NAME = 'id_ed25519'

const NAMES: Readonly<Record<KeyRole, string>> = {
  current: KEY_NAME,
  next: `${KEY_NAME}.next`,
  previous: `${KEY_NAME}.previous`,
}

/** Largest `.pub`. */
const MAX_PUBLIC_BYTES = 16 * 1024

/** The folder of the console's SSH keys, while nobody else works with it. */
export class KeyFolder {
  /** Where it is. */
  readonly path: string
  #state: KeysState
  #saving: Promise<void> = Promise.resolve()

  constructor(path: string, state: KeysState) {
    this.path = path
    this.#state = state
  }

  /** What is known of holders and of a rotation. */
  get state(): KeysState {
    return this.#state
  }

  /** The file of a private key. */
  fileOf(role: KeyRole): string {
    return join(this.path, NAMES[role])
  }

  /** Changes the state, and writes it to disk in one step. Changes follow one another. */
  record(change: (state: KeysState) => KeysState): Promise<void> {
    this.#state = change(this.#state)
    const text = formatState(this.#state)
    const saved = this.#saving.then(() => replaceFile(stateFile(this.path), text, { mode: 0o600 }))
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  /** A pair, if it is there. @throws ConfigError when others can read it, or it is none. */
  async pair(role: KeyRole): Promise<KeyPair | undefined> {
    const file = this.fileOf(role)
    if (!existsSync(file)) return undefined
    const privateKey = await loadSshKey(file)
    const publicKey = fromKeyObject(privateKey)
    if (!isKeyFault(publicKey)) return { privateKey, publicKey }
    throw new ConfigError(`\`${file}\` is of no use for SSH: ${publicKey.fault}`, {
      source: { file },
    })
  }

  /** The pair in use. @throws KeysError `no-key`. */
  async current(): Promise<KeyPair> {
    const pair = await this.pair('current')
    const file = this.fileOf('current')
    if (pair === undefined) throw new KeysError('no-key', { detail: `\`${file}\``, file })
    return pair
  }

  /** The comment of the pair in use. */
  async comment(): Promise<string> {
    const read = await readBounded(`${this.fileOf('current')}.pub`, MAX_PUBLIC_BYTES)
    if ('failure' in read) return DEFAULT_COMMENT
    const line = parseKeyLine(Buffer.from(read.bytes).toString('utf8').trimEnd())
    return isKeyFault(line) || line.comment === '' ? DEFAULT_COMMENT : line.comment
  }

  /** Makes a pair. @throws ConfigError when there is one already. */
  async make(role: KeyRole, comment: string): Promise<KeyPair> {
    await requireAbsent(this.fileOf(role))
    const { privateKey, publicKey } = await generateKey('ssh-ed25519')
    // The public half first: without the private one it is nothing, and is written again.
    await this.#writePublic(role, publicKey, comment)
    await writeKeyFile(this.fileOf(role), containerOf(privateKey, comment))
    return { privateKey, publicKey }
  }

  /** Writes a pair in the place of another role's, in one step for each half. */
  async copy({ privateKey, publicKey }: KeyPair, to: KeyRole, comment: string): Promise<void> {
    await replaceFile(this.fileOf(to), containerOf(privateKey, comment).expose(), { mode: 0o600 })
    await this.#writePublic(to, publicKey, comment)
  }

  /** Removes a pair. */
  async drop(role: KeyRole): Promise<void> {
    await rm(this.fileOf(role), { force: true })
    await rm(`${this.fileOf(role)}.pub`, { force: true })
  }

  async #writePublic(role: KeyRole, key: PublicKey, comment: string): Promise<void> {
    const line = `${formatKeyLine(key, comment)}\n`
    await replaceFile(`${this.fileOf(role)}.pub`, line, { mode: 0o644 })
  }
}

/** The comment of a key where nobody gives one. */
export const DEFAULT_COMMENT: string = `gatehouse@${hostname()}`

function containerOf(key: KeyObject, comment: string): Secret {
  const text = formatPrivateKey(key, comment)
  if (isKeyFault(text)) throw new TypeError(`a key cannot be written: ${text.fault}`)
  return text
}

function stateFile(folder: string): string {
  return join(folder, 'state.json')
}

/** Makes a folder with a new pair in it. @throws ConfigError when there is one already. */
export async function createKeys(path: string, comment: string): Promise<KeyPair> {
  await makeFolder(path)
  return await withLock(join(path, 'lock'), async () => {
    await requireAbsent(join(path, KEY_NAME))
    const folder = new KeyFolder(path, NEW_STATE)
    await folder.record(() => NEW_STATE)
    return await folder.make('current', comment)
  })
}

/**
 * Does something with a folder of keys that nobody else works with meanwhile: the others wait.
 *
 * @throws ConfigError when there is none, or it cannot be read.
 */
export async function withKeys<Value>(
  path: string,
  work: (folder: KeyFolder) => Promise<Value>,
): Promise<Value> {
  const file = stateFile(path)
  if (!existsSync(file)) {
    throw new KeysError('no-key', { detail: `\`${path}\` is no folder of keys`, file: path })
  }
  return await withLock(join(path, 'lock'), async () => {
    return await work(new KeyFolder(path, await readJsonFile(file, 'state', stateSchema)))
  })
}
