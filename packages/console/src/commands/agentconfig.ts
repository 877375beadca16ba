import { ConfigError } from '@gatehouse/core'
import { type OptionsToWrite } from '@gatehouse/ssh-trust'
import type { SshLogin } from '@gatehouse/ssh-trust/ssh2'
import { eachSystem } from '../calls.ts'
import { readPassphrase } from '../certificates/input.ts'
import { answer } from '../certificates/output.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { withKeys } from '../ssh-keys/key-folder.ts'
import { KeysError } from '../ssh-keys/keys-error.ts'
import { isSame, withHolder, type Holder } from '../ssh-keys/keys-state.ts'
import { placeKey, type Placed } from '../ssh-keys/place-key.ts'
import { reachBySsh } from '../ssh-keys/reach.ts'
import { renderPlaced } from '../ssh-keys/render.ts'
import { loadSshKey } from '../tasks/ssh-runner.ts'
import { painter, type Terminal } from '../terminal.ts'
import {
  directoryOf,
  keysPath,
  requireSameKey,
  systemsOn,
  type KeysOnSystems,
} from './keys-options.ts'

/** Options of `gatehouse agentconfig`. */
export interface AgentConfigOptions extends KeysOnSystems {
  /** Names separated by commas, or `all`. */
  readonly on: string
  /** Account on each of them. */
  readonly account: string
  /** File with the password of that account. */
  readonly passwordFile?: string
  /** File of a private key that the account lets in. */
  readonly key?: string
  readonly restrict?: boolean
  readonly command?: string
  /** Patterns separated by commas. */
  readonly from?: string
  /** Stands behind the key. Default: the comment of the key. */
  readonly comment?: string
  readonly replace?: boolean
}

/** `gatehouse agentconfig`: the console's public key into an account of each system. */
export async function configureAgents(
  options: AgentConfigOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { account } = options
  requireAccount(account)
  const targets = await systemsOn(directoryOf(options, terminal), options.on)
  const login = await loginOf(options, terminal)
  const results = await withKeys(keysPath(options, terminal), async (folder) => {
    const pair = await folder.current()
    const { rotation, holders } = folder.state
    if (rotation?.from === pair.publicKey.fingerprint) {
      throw new KeysError('rotation-pending', {
        detail: `since ${rotation.began}`,
        file: folder.path,
      })
    }
    requireSameKey(folder, targets)
    const placement = {
      pair,
      login,
      options: lineOptions(options),
      comment: options.comment ?? (await folder.comment()),
      replaces: options.replace === true,
    }
    const reach = reachBySsh()
    const placed = await eachSystem(targets, async (system) => {
      const holder = { system: system.name, account }
      // Before: what was placed and not written down would be missed by a rotation.
      await folder.record((state) => ({ ...state, holders: withHolder(state.holders, holder) }))
      return await placeKey({ system, account }, placement, reach)
    })
    const without = placed.filter((one) => isWithout(one, holders))
    await folder.record((state) => ({
      ...state,
      holders: state.holders.filter((one) => !without.some((other) => isSame(one, other))),
    }))
    return placed
  })
  const lines = results.flatMap((placed) => renderPlaced(placed, painter(terminal.colour)))
  answer(options, { object: { command: 'agentconfig', results }, lines }, terminal)
  return results.every(({ outcome }) => outcome !== 'failed') ? EXIT.allow : EXIT.deny
}

/** Whether it is sure that an account has not got the key: it had not before, and nothing was changed. */
function isWithout({ failure, ...placed }: Placed, before: readonly Holder[]): boolean {
  if (failure?.code === 'key-has-other-options') return false
  return failure?.account === 'unchanged' && !before.some((one) => isSame(one, placed))
}

const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}$/

/** @throws ConfigError for what is no name of an account. */
export function requireAccount(account: string): void {
  if (!ACCOUNT.test(account)) throw new ConfigError('`--account` is no name of an account')
}

function lineOptions({ restrict, command, from }: AgentConfigOptions): OptionsToWrite {
  return {
    ...(restrict === true && { restrict }),
    ...(command !== undefined && { command }),
    ...(from !== undefined && { from: from.split(',').map((one) => one.trim()) }),
  }
}

async function loginOf(
  { passwordFile, key, account }: AgentConfigOptions,
  { askSecret }: Terminal,
): Promise<SshLogin> {
  if (passwordFile !== undefined && key !== undefined) {
    throw new ConfigError('`--password-file` goes without `--key`')
  }
  if (key !== undefined) return { key: await loadSshKey(key) }
  if (passwordFile !== undefined) return { password: await readPassphrase(passwordFile) }
  if (askSecret === undefined) {
    throw new ConfigError('`--password-file` or `--key` is missing, and nobody is there to ask')
  }
  return { password: await askSecret(`Password of ${account} on the systems: `) }
}
