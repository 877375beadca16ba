import { ConfigError } from '@gatehouse/core'
import { formatKeyLine } from '@gatehouse/ssh-trust'
import { answer } from '../certificates/output.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import {
  createKeys,
  DEFAULT_COMMENT,
  withKeys,
  type KeyFolder,
  type KeyPair,
} from '../ssh-keys/key-folder.ts'
import { KeysError } from '../ssh-keys/keys-error.ts'
import { withHolder, type Holder } from '../ssh-keys/keys-state.ts'
import { reachBySsh } from '../ssh-keys/reach.ts'
import { renderRotated } from '../ssh-keys/render.ts'
import {
  forgetHolders,
  resumeRotation,
  rotationStatus,
  startRotation,
  type Rotated,
  type RotationOptions,
} from '../ssh-keys/rotate.ts'
import { painter, type Terminal } from '../terminal.ts'
import { requireAccount } from './agentconfig.ts'
import {
  allWithSsh,
  directoryOf,
  isNamed,
  keysPath,
  requireSameKey,
  systemsOn,
  type KeysOnSystems,
  type KeysOptions,
} from './keys-options.ts'

/** Options of `gatehouse keys create`. */
export interface KeysCreateOptions extends KeysOptions {
  /** Stands behind the public key. Default: `gatehouse@` and the name of this system. */
  readonly comment?: string
}

/** `gatehouse keys create`: the console's key pair. */
export async function createKeyPair(
  options: KeysCreateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const path = keysPath(options, terminal)
  const { comment = DEFAULT_COMMENT } = options
  const pair = await createKeys(path, comment)
  const key = stated(pair, comment)
  answer(options, { object: { command: 'keys create', key }, lines: keyLines(key) }, terminal)
  return EXIT.allow
}

/** `gatehouse keys show`: the public key in use, and who holds it. */
export async function showKeys(options: KeysOptions, terminal: Terminal): Promise<ExitCode> {
  const { key, holders } = await withKeys(keysPath(options, terminal), async (folder) => ({
    key: stated(await folder.current(), await folder.comment()),
    holders: folder.state.holders,
  }))
  const lines = [...keyLines(key), ...holders.map(({ system, account }) => `${account}@${system}`)]
  answer(options, { object: { command: 'keys show', key, holders }, lines }, terminal)
  return EXIT.allow
}

/** `gatehouse keys pending`: which accounts still hold the old key. Nothing is tried. */
export async function showPending(options: KeysOptions, terminal: Terminal): Promise<ExitCode> {
  const rotation = await withKeys(keysPath(options, terminal), async (folder) =>
    folder.state.rotation === undefined ? null : await rotationStatus(folder),
  )
  const paint = painter(terminal.colour)
  const lines = rotation === null ? ['no rotation is pending'] : renderRotated(rotation, paint)
  answer(options, { object: { command: 'keys pending', rotation }, lines }, terminal)
  return rotation === null ? EXIT.allow : EXIT.deny
}

/** Options of `gatehouse keys rotate`. */
export interface KeysRotateOptions extends KeysOnSystems {
  /** Names separated by commas, or `all`. */
  readonly on?: string
  /** An account that holds the key on each of them, beside those that are known. */
  readonly account?: string
  readonly resume?: boolean
  /** Names of systems that are given up, separated by commas. */
  readonly forget?: string
}

/** `gatehouse keys rotate`: a new pair, everywhere. */
export async function rotateKeys(
  options: KeysRotateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { resume = false, on, account, forget } = options
  if (!resume && on === undefined) throw new ConfigError('`--on` is missing, or `--resume`')
  if (!resume && forget !== undefined) throw new ConfigError('`--forget` goes with `--resume`')
  if (resume && account !== undefined) throw new ConfigError('`--account` goes without `--resume`')
  const directory = directoryOf(options, terminal)
  if (on !== undefined) await systemsOn(directory, on)
  const systems = await allWithSsh(directory)
  const isTried = on === undefined ? () => true : isNamed(on)
  const rotation = await withKeys(keysPath(options, terminal), async (folder) => {
    requireSameKey(folder, systems)
    const run: RotationOptions = {
      reach: reachBySsh(),
      systems,
      tries: ({ system }) => isTried(system),
    }
    if (resume) return await resumed(folder, run, forget)
    requirePending(folder, false)
    await nameHolders(folder, { on: on ?? '', account, systems: systems.map(({ name }) => name) })
    return await startRotation(folder, { ...run, at: new Date() })
  })
  const lines = renderRotated(rotation, painter(terminal.colour))
  answer(options, { object: { command: 'keys rotate', rotation }, lines }, terminal)
  return rotation.state === 'done' ? EXIT.allow : EXIT.deny
}

async function resumed(
  folder: KeyFolder,
  run: RotationOptions,
  forget: string | undefined,
): Promise<Rotated> {
  requirePending(folder, true)
  if (forget !== undefined) {
    const isForgotten = isNamed(forget)
    await forgetHolders(folder, ({ system }) => isForgotten(system))
  }
  return await resumeRotation(folder, run)
}

function requirePending({ state: { rotation }, path: file }: KeyFolder, wanted: boolean): void {
  if (wanted && rotation === undefined) {
    throw new KeysError('no-rotation', { detail: `\`${file}\``, file })
  }
  if (!wanted && rotation !== undefined) {
    throw new KeysError('rotation-pending', { detail: `since ${rotation.began}`, file })
  }
}

/** @throws KeysError when a system was named of which no account is known. */
async function nameHolders(
  folder: KeyFolder,
  {
    on,
    account,
    systems,
  }: {
    readonly on: string
    readonly account: string | undefined
    readonly systems: readonly string[]
  },
): Promise<void> {
  const named = systems.filter(isNamed(on))
  if (account !== undefined) {
    requireAccount(account)
    const added: readonly Holder[] = named.map((system) => ({ system, account }))
    await folder.record((state) => ({
      ...state,
      holders: added.reduce<readonly Holder[]>(withHolder, state.holders),
    }))
  }
  const known = new Set(folder.state.holders.map(({ system }) => system))
  const without = on === 'all' ? [] : named.filter((name) => !known.has(name))
  const none = known.size === 0 ? ['any system'] : without
  if (none.length === 0) return
  throw new KeysError('no-account-known', { detail: none.join(', '), file: folder.path })
}

/** A public key as commands print it. */
interface StatedKey {
  readonly type: string
  readonly fingerprint: string
  readonly comment: string
  readonly line: string
}

function stated({ publicKey }: KeyPair, comment: string): StatedKey {
  const { type, fingerprint } = publicKey
  return { type, fingerprint, comment, line: formatKeyLine(publicKey, comment) }
}

function keyLines({ line, fingerprint }: StatedKey): readonly string[] {
  return [line, fingerprint]
}
