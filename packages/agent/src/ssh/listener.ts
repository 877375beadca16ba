import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { ConfigError, type Statement } from '@gatehouse/core'
import type { LoadResult } from '@gatehouse/core/files'
import { createSshServer, type SshServer, type SshServerLimits } from '@gatehouse/ssh-trust/ssh2'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { AgentConfig, SshConfig } from '../config/model.ts'
import { createAdmission, type AdmissionParts } from '../listeners/admission.ts'
import { Gate } from '../listeners/gate.ts'
import type { Place } from '../listeners/http.ts'
import type { ConnectionLimits } from '../listeners/limits.ts'
import { canonical } from '../listeners/peer-name.ts'
import type { OpenAgent } from '../start.ts'
import { Accounts, type KeysState } from './accounts.ts'
import { stateCommands } from './guards.ts'
import { loadHostKeys, type HostKeyShown } from './host-keys.ts'
import { createLogins } from './logins.ts'
import type { SshParts } from './parts.ts'
import { createTasks, isClaim } from './tasks.ts'

/** Name of the daemon in the rules of TCP Wrappers: that of every SSH server. */
const SSH_DAEMON = 'sshd'

/** Most connections of one address: a quarter of all, so that one peer does not keep others out. */
const SHARE_OF_ONE_PEER = 1 / 4

/** What the listener stands on. */
interface SshOptions {
  readonly config: AgentConfig & { readonly ssh: SshConfig }
  readonly agent: OpenAgent
  readonly lookUpName: AdmissionParts['lookUpName']
  readonly limits: ConnectionLimits
  /** Bounds of the server that are not the usual ones. */
  readonly sshLimits: Partial<SshServerLimits> | undefined
  readonly now: () => Date
}

/** SSH that listens. */
export interface SshListener extends Place {
  readonly hostKeys: readonly HostKeyShown[]
  /** The files of keys. */
  readonly keys: readonly KeysState[]
  /** What is promised of commands now. */
  readonly statement: Statement
  /** Reads the files of keys, which each login does too, and tells the log. Host keys stay. */
  reload(): Promise<Readonly<Record<string, LoadResult>>>
  /** Ends every connection, and what runs for them. */
  close(): Promise<void>
}

/** Bounds of connections: a crowd costs a handshake each, on one thread. */
const LIMITS: SshServerLimits = {
  maxConnections: 64,
  maxLoginAttempts: 6,
  loginTimeMs: 30_000,
  maxChannels: 4,
  // Tools are bounded each by its own.
  maxOutputBytes: 2 * 1024 * 1024,
}

/**
 * Starts SSH.
 *
 * @throws {@link ConfigError} when a host key cannot be used, or the address cannot be listened on.
 */
export async function openSsh(options: SshOptions): Promise<SshListener> {
  const { config, agent, now } = options
  const { ssh, answers } = config
  const { tools, policies, journal, log } = agent
  const hostKeys = await loadHostKeys(ssh.hostKeyFiles)
  const accounts = new Accounts(config, ssh, log)
  await accounts.load()
  const parts: SshParts = { accounts, tools, journal, answers, log, now }
  const logins = createLogins(parts)
  const limits = { ...LIMITS, ...options.sshLimits }
  const server = await createSshServer({
    hostKeys: hostKeys.map(({ key }) => key),
    authorize: (asked) => logins.authorize(asked),
    onLogin: (asked, decision) => logins.record(asked, decision),
    session: createTasks(parts),
    acceptEnvironment: isClaim,
    limits,
  })
  const { front, gate } = createFront(server, options, limits.maxConnections)
  const { address, port } = ssh
  try {
    await new Promise<void>((resolve, reject) => {
      front.once('error', reject).listen({ host: address, port }, resolve)
    })
  } catch (cause) {
    await server.close()
    throw new ConfigError(`cannot listen: ${(cause as Error).message}`, { cause })
  }
  const bound = front.address() as AddressInfo
  return {
    address: bound.address,
    port: bound.port,
    hostKeys: hostKeys.map(({ publicKey: { type, fingerprint } }) => ({ type, fingerprint })),
    get keys() {
      return accounts.states
    },
    get statement() {
      const { tcpWrappers } = policies
      return stateCommands(tcpWrappers ? [tcp.guard(tcpWrappers)] : [], tools)
    },
    reload: () => accounts.load(),
    close: async () => {
      const closed = once(front, 'close')
      front.close()
      gate?.close()
      await server.close()
      await closed
    },
  }
}

/** What takes connections, and hands those to the server of SSH that are let in, before a byte goes either way. */
function createFront(
  ssh: SshServer,
  { config, agent, lookUpName, limits }: SshOptions,
  maxConnections: number,
): { readonly front: Server; readonly gate: Gate | undefined } {
  const { policies, journal, log } = agent
  const peers = new Map<Socket, string>()
  const most = Math.ceil(maxConnections * SHARE_OF_ONE_PEER)
  const front = createServer({ noDelay: true }, (socket) => {
    const peer = canonical(socket.remoteAddress ?? '') ?? ''
    const ofPeer = [...peers.values()].filter((other) => other === peer)
    if (peers.size >= maxConnections || ofPeer.length >= most) {
      socket.destroy()
      return
    }
    peers.set(socket, peer)
    socket.once('close', () => peers.delete(socket))
    ssh.take(socket)
  })
  front.maxConnections = limits.maxConnections
  if (config.tcpWrappers === undefined || policies.tcpWrappers === undefined) {
    return { front, gate: undefined }
  }
  const admits = createAdmission({
    by: 'ssh',
    config: { daemonName: SSH_DAEMON },
    policies: policies.tcpWrappers,
    journal,
    lookUpName,
  })
  const gate = new Gate({ admits, limits, log })
  gate.standBefore(front)
  return { front, gate }
}
