import { KnownHostsFiles } from '@gatehouse/ssh-trust/files'
import { connect, type SshConnection, type SshLogin } from '@gatehouse/ssh-trust/ssh2'
import type { System } from '../systems.ts'
import type { WithSsh } from '../tasks/ssh-settings.ts'
import { trustFor } from '../tasks/ssh-runner.ts'
import { PlacingError } from './codes.ts'

/** An account on a system. */
export interface Account {
  /** The system. */
  readonly system: WithSsh<System>
  /** Name of the account there. */
  readonly account: string
}

/** Logs in to an account. */
export type Reach = (account: Account, login: SshLogin) => Promise<SshConnection>

/**
 * Logs in to systems whose host key is accepted, by the settings of the systems file.
 *
 * @param options.timeoutMs - From dialling to the end of the login. Default 20 s.
 * @returns It rejects with SshError, ConfigError, or PlacingError `no-shell`.
 */
export function reachBySsh({ timeoutMs }: { readonly timeoutMs?: number } = {}): Reach {
  const stores = new Map<string, KnownHostsFiles>()
  const storeOf = (file: string): KnownHostsFiles => {
    const store = stores.get(file) ?? new KnownHostsFiles({ files: [file] })
    stores.set(file, store)
    return store
  }
  return async ({ system, account }, login) => {
    const { ssh } = system
    if (ssh.runs === 'tools') throw new PlacingError('no-shell')
    return await connect({
      host: system.address,
      port: ssh.port,
      user: account,
      trust: await trustFor(ssh.settings, storeOf, ssh.hostKeyAlias),
      login,
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
  }
}

/** Logs in, does something, and ends the connection. */
export async function during<Value>(
  connecting: Promise<SshConnection>,
  work: (connection: SshConnection) => Promise<Value>,
): Promise<Value> {
  const connection = await connecting
  try {
    return await work(connection)
  } finally {
    connection.close()
  }
}
