import { existsSync } from 'node:fs'
import type { SshError } from '@gatehouse/ssh-trust/ssh2'
import { eachSystem } from '../calls.ts'
import { requireAbsent } from '../certificates/output.ts'
import type { System } from '../systems.ts'
import type { WithSsh } from '../tasks/ssh-settings.ts'
import { PlacingError, placingFailure, type PlacingFailure } from './codes.ts'
import type { KeyFolder, KeyPair, KeyRole } from './key-folder.ts'
import { KeysError } from './keys-error.ts'
import {
  isSame,
  type Holder,
  type Holds,
  type KeysState,
  type Rotation,
  type RotationTarget,
} from './keys-state.ts'
import { addBeside, takeOut } from './move-key.ts'
import { during, type Account, type Reach } from './reach.ts'

/** A step of a rotation that is done. Whatever ends the process after it, the rotation can go on. */
export interface RotationStep {
  /**
   * `made`: the new pair is in the folder. `begun`: the rotation is written down. `proved`: an account lets the new key
   * in. `switched`: the new pair is the one in use. `taken-out`: the old key is out of an account. `dropped`: the old
   * private key is removed.
   */
  readonly step: 'made' | 'begun' | 'proved' | 'switched' | 'taken-out' | 'dropped'
  /** The account, of a step at one. */
  readonly at?: Holder
}

/** How a rotation reaches its accounts. */
export interface RotationOptions {
  /** Logs in. */
  readonly reach: Reach
  /** The systems that are reached by SSH, as they are known now. */
  readonly systems: readonly WithSsh<System>[]
  /** Which accounts are tried now; the others keep what they hold. Default: all. */
  readonly tries?: (holder: Holder) => boolean
  /** Told of each step. What it throws ends the rotation there, as the end of the process would. */
  readonly onStep?: (step: RotationStep) => void
}

/** An account in a rotation, and why it is not further. */
export interface RotationResult extends RotationTarget {
  /** Why it holds the old key still. Of an account that was not tried: none. */
  readonly failure?: PlacingFailure
}

/** Where a rotation stands. */
export interface Rotated {
  /** Fingerprint of the old key. */
  readonly from: string
  /** Fingerprint of the new key. */
  readonly to: string
  /** `done`: no account that is known holds the old key, and its private half is removed. */
  readonly state: 'pending' | 'done'
  /** Which key the console logs in with now. */
  readonly inUse: 'old' | 'new'
  /** Its accounts. */
  readonly results: readonly RotationResult[]
}

/**
 * Begins a rotation: makes the new pair, writes down which accounts hold the old one, and goes on as
 * {@link resumeRotation}.
 *
 * @throws KeysError `rotation-pending`, `no-key`; ConfigError when the folder cannot be written.
 */
export async function startRotation(
  folder: KeyFolder,
  options: RotationOptions & { readonly at: Date },
): Promise<Rotated> {
  const { rotation, holders } = folder.state
  const { path: file } = folder
  if (rotation !== undefined) {
    throw new KeysError('rotation-pending', { detail: `since ${rotation.began}`, file })
  }
  const from = (await folder.current()).publicKey.fingerprint
  await requireAbsent(folder.fileOf('previous'))
  // Of a rotation that ended before it was written down: no account has got it.
  await folder.drop('next')
  const { publicKey } = await folder.make('next', await folder.comment())
  options.onStep?.({ step: 'made' })
  const targets = holders.map((holder) => ({ ...holder, holds: 'old' as const }))
  const begun = { from, to: publicKey.fingerprint, began: options.at.toISOString(), targets }
  await folder.record((state) => ({ ...state, rotation: begun }))
  options.onStep?.({ step: 'begun' })
  return await resumeRotation(folder, options)
}

/**
 * Takes a rotation on from where it stands. At each account: the new key is written beside the old one, with the
 * options of its line; a login with it is tried; the new pair is put in use; over a connection made with the new
 * key the old one is taken out. When no account holds the old key its private half is removed.
 *
 * @throws KeysError `no-rotation`, `key-missing`; ConfigError when the folder cannot be written.
 */
export async function resumeRotation(
  folder: KeyFolder,
  options: RotationOptions,
): Promise<Rotated> {
  return await new RotationRun(folder, await keysOf(folder), options).run()
}

/** Forgets accounts: they are in no rotation any more, whatever keys they let in. */
export async function forgetHolders(
  folder: KeyFolder,
  isForgotten: (holder: Holder) => boolean,
): Promise<void> {
  const left = <One extends Holder>(all: readonly One[]): One[] =>
    all.filter((one) => !isForgotten(one))
  await folder.record(({ holders, rotation, ...rest }) => ({
    ...rest,
    holders: left(holders),
    ...(rotation && { rotation: { ...rotation, targets: left(rotation.targets) } }),
  }))
}

/** Where a rotation stands, without trying anything. @throws KeysError `no-rotation`, `key-missing`. */
export async function rotationStatus(folder: KeyFolder): Promise<Rotated> {
  const rotation = rotationOf(folder)
  const { publicKey } = await folder.current()
  return {
    from: rotation.from,
    to: rotation.to,
    state: 'pending',
    inUse: publicKey.fingerprint === rotation.to ? 'new' : 'old',
    results: rotation.targets,
  }
}

interface RotationKeys {
  readonly from: KeyPair | undefined
  readonly to: KeyPair
}

/** A run of a rotation from where it stands to where it comes. */
class RotationRun {
  readonly #folder: KeyFolder
  readonly #keys: RotationKeys
  readonly #options: RotationOptions
  readonly #failures = new Map<string, PlacingFailure>()

  constructor(folder: KeyFolder, keys: RotationKeys, options: RotationOptions) {
    this.#folder = folder
    this.#keys = keys
    this.#options = options
  }

  async run(): Promise<Rotated> {
    const comment = await this.#folder.comment()
    await this.#each('old', 'both', (account) => this.#bring(account, comment))
    if (this.#isProved) await this.#putInUse(comment)
    await this.#each('both', 'new', (account) => this.#takeOut(account))
    const { targets } = rotationOf(this.#folder)
    if (!targets.every(({ holds }) => holds === 'new')) {
      const results = targets.map((target) => this.#withFailure(target))
      return { ...(await rotationStatus(this.#folder)), results }
    }
    const done = { ...(await rotationStatus(this.#folder)), state: 'done' } as const
    await this.#folder.drop('previous')
    this.#options.onStep?.({ step: 'dropped' })
    await this.#folder.record((state) => ({ ...state, rotation: undefined }))
    return done
  }

  /** Tries the accounts that hold something, and writes down what each holds afterwards. */
  async #each(
    holds: Holds,
    becomes: 'both' | 'new',
    work: (account: Account) => Promise<void>,
  ): Promise<void> {
    const { tries = () => true, onStep } = this.#options
    const due = rotationOf(this.#folder).targets.filter(
      (target) => target.holds === holds && tries(target),
    )
    await eachSystem(due, async (target) => {
      const failure = await this.#attempt(target, work)
      if (failure !== undefined) {
        this.#failures.set(labelOf(target), failure)
        return
      }
      const { system, account } = target
      onStep?.({ step: becomes === 'both' ? 'proved' : 'taken-out', at: { system, account } })
      await this.#folder.record((state) => withHolds(state, target, becomes))
    })
  }

  async #attempt(
    { system: name, account }: RotationTarget,
    work: (account: Account) => Promise<void>,
  ): Promise<PlacingFailure | undefined> {
    try {
      const system = this.#options.systems.find((one) => one.name === name)
      if (system === undefined) throw new PlacingError('system-unknown')
      await work({ system, account })
      return undefined
    } catch (error) {
      return placingFailure(error)
    }
  }

  /** The new key beside the old one, and the login that proves it. An account that has it already is only tried. */
  async #bring(account: Account, comment: string): Promise<void> {
    const { from, to } = this.#keys
    const { reach } = this.#options
    const old = needed(from, this.#folder)
    let refusal: SshError | undefined
    try {
      await during(reach(account, { key: old.privateKey }), (connection) =>
        addBeside(connection, { from: old.publicKey, to: to.publicKey, comment }),
      )
    } catch (error) {
      if ((error as Partial<SshError>).code !== 'login-refused') throw error
      refusal = error as SshError
    }
    try {
      await during(reach(account, { key: to.privateKey }), () => Promise.resolve())
    } catch (cause) {
      if (refusal !== undefined) throw refusal
      const detail = (cause as Error).message
      throw new PlacingError('new-key-refused', { detail, account: 'new-line-left', cause })
    }
  }

  async #takeOut(account: Account): Promise<void> {
    const { publicKey } = needed(this.#keys.from, this.#folder)
    const login = { key: this.#keys.to.privateKey }
    await during(this.#options.reach(account, login), (connection) =>
      takeOut(connection, publicKey),
    )
  }

  /** Whether an account lets the new key in, or none is left that could. */
  get #isProved(): boolean {
    const { targets } = rotationOf(this.#folder)
    return targets.length === 0 || targets.some(({ holds }) => holds !== 'old')
  }

  /** Each step can be done again: nothing is removed before its copy is on disk. */
  async #putInUse(comment: string): Promise<void> {
    const { from, to } = this.#keys
    const inUse = (await this.#folder.current()).publicKey
    const isOld = !inUse.equals(to.publicKey)
    if (!isOld && !existsSync(this.#folder.fileOf('next'))) return
    if (isOld) await this.#folder.copy(needed(from, this.#folder), 'previous', comment)
    await this.#folder.copy(to, 'current', comment)
    await this.#folder.drop('next')
    this.#options.onStep?.({ step: 'switched' })
  }

  #withFailure(target: RotationTarget): RotationResult {
    const failure = this.#failures.get(labelOf(target))
    return failure === undefined ? target : { ...target, failure }
  }
}

const ROLES: readonly KeyRole[] = ['current', 'next', 'previous']

/** The keys of a rotation, in whatever files its last step left them. */
async function keysOf(folder: KeyFolder): Promise<RotationKeys> {
  const { from, to } = rotationOf(folder)
  const pairs = await Promise.all(ROLES.map((role) => folder.pair(role)))
  const find = (fingerprint: string): KeyPair | undefined =>
    pairs.find((pair) => pair?.publicKey.fingerprint === fingerprint)
  const next = find(to)
  if (next === undefined) throw missing(folder, to)
  return { from: find(from), to: next }
}

function needed(pair: KeyPair | undefined, folder: KeyFolder): KeyPair {
  if (pair === undefined) throw missing(folder, rotationOf(folder).from)
  return pair
}

function missing({ path: file }: KeyFolder, fingerprint: string): KeysError {
  return new KeysError('key-missing', { detail: fingerprint, file })
}

function rotationOf({ state: { rotation }, path: file }: KeyFolder): Rotation {
  if (rotation !== undefined) return rotation
  throw new KeysError('no-rotation', { detail: `\`${file}\``, file })
}

function withHolds(state: KeysState, holder: Holder, holds: Holds): KeysState {
  const { rotation } = state
  if (rotation === undefined) return state
  const targets = rotation.targets.map((one) => (isSame(one, holder) ? { ...one, holds } : one))
  return { ...state, rotation: { ...rotation, targets } }
}

function labelOf({ system, account }: Holder): string {
  return `${account}@${system}`
}
