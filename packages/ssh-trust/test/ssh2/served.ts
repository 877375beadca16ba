import type { Decision } from '@gatehouse/core'
import { onTestFinished } from 'vitest'

import {
  authorize,
  formatKeyLine,
  parseAuthorizedKeys,
  type GeneratedKey,
} from '../../src/index.ts'
import {
  createSshServer,
  type ConnectOptions,
  type LoginAsked,
  type SshServer,
  type SshServerOptions,
} from '../../src/ssh2/index.ts'
import { keyOf, place } from './places.ts'

/** A server of one test. */
export interface Served {
  readonly port: number
  readonly server: SshServer
  /** What `onLogin` was told: user, algorithm, outcome and first code. */
  readonly told: string[]
  /** To connect to it, knowing its key. */
  readonly options: ConnectOptions
}

/** @param authorizedKeys - The file by which it lets in. */
export async function served(
  authorizedKeys: string,
  changes: Partial<SshServerOptions> = {},
): Promise<Served> {
  const host = await keyOf('ssh-ed25519', 'host')
  const user = await keyOf('ssh-ed25519', 'user')
  const keys = parseAuthorizedKeys(authorizedKeys, { file: 'authorized_keys' })
  const told: string[] = []
  const server = await createSshServer({
    hostKeys: [host.privateKey],
    authorize: (asked) => Promise.resolve(authorize({ ...asked, now: new Date() }, keys)),
    onLogin: ({ user: name, signatureAlgorithm }: LoginAsked, decision: Decision) => {
      told.push(`${name} ${signatureAlgorithm} ${decision.outcome} ${decision.reasons[0].code}`)
    },
    session: (_login, { command }) => Promise.resolve({ exitCode: 0, stdout: `${command}\n` }),
    ...changes,
  })
  const { port } = await server.listen(0, '127.0.0.1')
  onTestFinished(() => server.close())
  const { trust } = place(host.publicKey)
  const login = { key: user.privateKey }
  return { port, server, told, options: { host: '127.0.0.1', port, user: 'ann', trust, login } }
}

/** A line of authorized_keys. */
export function keyLine({ publicKey }: GeneratedKey, options = ''): string {
  const line = formatKeyLine(publicKey)
  return options === '' ? `${line}\n` : `${options} ${line}\n`
}
