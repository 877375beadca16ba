import type { NoPolicy } from '@gatehouse/core'
import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import type { Client, NextAuthHandler, ServerHostKeyAlgorithm } from 'ssh2'

import { lookupName, type HostName } from '../known-hosts/names.ts'
import { type KnownHosts } from '../known-hosts/store.ts'
import { hostKeyAlgorithms, transportAlgorithms } from './algorithms.ts'
import { Connection } from './connection.ts'
import { HostCheck } from './host-check.ts'
import { HostRecord } from './host-record.ts'
import { Link, said } from './link.ts'
import { loadSsh2 } from './load-ssh2.ts'
import { loginMethods, type NextMethod } from './login-method.ts'
import type { ConnectOptions, HostTrust, SshConnection } from './options.ts'
import { SshError } from './ssh-error.ts'

const TIMEOUT_MS = 20_000
const KEEP_ALIVE_MS = 15_000
const SSH_PORT = 22

interface LoadedStore {
  readonly store: KnownHosts | NoPolicy
  readonly serverHostKey: ServerHostKeyAlgorithm[]
}

/** What the client calls itself. */
const IDENTIFICATION = 'Gatehouse'

/**
 * Connects to a host whose key is accepted, and logs in.
 *
 * A first key is written down when the host has proved that it owns it, and before anything is sent to log in; if
 * that fails the connection is ended. A changed key is always refused.
 *
 * Does NOT carry certificates and security keys, of hosts or users: ssh2 has neither. A host with a certificate shows
 * its plain key instead. Of logins that ask for more than one password, or for a second factor, none succeeds.
 *
 * @throws SshError, and nothing else.
 */
export async function connect(options: ConnectOptions): Promise<SshConnection> {
  const { timeoutMs = TIMEOUT_MS, signal } = options
  const ending = new AbortController()
  const abort = (): void => ending.abort(new SshError('aborted'))
  const timer = setTimeout(() => ending.abort(new SshError('timed-out')), timeoutMs)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  try {
    return await establish(options, timeoutMs, ending.signal)
  } catch (cause) {
    if (cause instanceof SshError) throw cause
    throw new SshError('connection-failed', { message: said(cause), cause })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

async function establish(
  options: ConnectOptions,
  timeoutMs: number,
  ending: AbortSignal,
): Promise<SshConnection> {
  const host = hostOf(options)
  const methods = loginMethods(options)
  const ssh2 = await loadSsh2()
  const { store, serverHostKey } = await loadStore(host, options.trust)
  const socket = await dialled(options, ending)
  const check = new HostCheck(host, options.trust, store)
  const client = new ssh2.Client()
  const link = new Link(client, socket, check)
  const record = new HostRecord(host, options.trust, link)
  const stop = (): void => {
    const { code } = ending.reason as SshError
    link.fail(new SshError(code, { message: `at ${link.phase}` }))
  }
  ending.addEventListener('abort', stop, { once: true })
  if (ending.aborted) stop()
  try {
    const ready = watch(client, link, check, record)
    client.connect({
      sock: socket,
      username: options.user,
      ident: IDENTIFICATION,
      // The time of ours covers the dialling and the login too.
      readyTimeout: 0,
      keepaliveInterval: options.keepAliveMs ?? KEEP_ALIVE_MS,
      hostVerifier: check.verify,
      algorithms: { ...transportAlgorithms(), serverHostKey },
      authHandler: attempts(methods, record, link),
    })
    await link.during(Promise.all([ready, record.done]))
    if (check.accepted === undefined) throw new SshError('host-key-refused')
  } catch (cause) {
    link.fail(
      cause instanceof SshError
        ? cause
        : new SshError('connection-failed', { message: said(cause), cause }),
    )
    throw link.failure ?? cause
  } finally {
    ending.removeEventListener('abort', stop)
  }
  return new Connection(link, check.accepted, record, { ...options, timeoutMs })
}

function hostOf({ host, port = SSH_PORT, trust, user }: ConnectOptions): HostName {
  const name = { host, port, ...(trust.alias === undefined ? {} : { alias: trust.alias }) }
  if (lookupName(name) === undefined) {
    throw new SshError('request-malformed', { message: '`host`, `port` or `alias`' })
  }
  if (user === '' || user.includes('\0')) {
    throw new SshError('request-malformed', { message: '`user`' })
  }
  return name
}

async function loadStore(host: HostName, { hosts }: HostTrust): Promise<LoadedStore> {
  try {
    const store = await hosts.load()
    return { store, serverHostKey: hostKeyAlgorithms(host, store) }
  } catch (cause) {
    throw new SshError('host-key-refused', { message: said(cause), cause })
  }
}

async function dialled(
  { host, port = SSH_PORT }: ConnectOptions,
  ending: AbortSignal,
): Promise<Socket> {
  const socket = dial({ host, port, noDelay: true })
  try {
    await once(socket, 'connect', { signal: ending })
    return socket
  } catch (cause) {
    socket.destroy()
    if (ending.aborted) {
      const { code } = ending.reason as SshError
      throw new SshError(code, { message: 'at dialling' })
    }
    throw new SshError('connection-failed', { message: `${said(cause)}, at dialling`, cause })
  }
}

/** @returns Resolves when the login is accepted. */
function watch(client: Client, link: Link, check: HostCheck, record: HostRecord): Promise<void> {
  client.on('handshake', () => {
    if (link.phase === 'key exchange') link.phase = 'login'
    if (check.accepted !== undefined) void record.write(check.accepted)
  })
  client.on('hostkeys', (keys) => {
    const blobs = keys.map((key) => key.getPublicSSH())
    const { accepted } = check
    if (link.phase === 'open' && accepted !== undefined) record.rotate(accepted, blobs)
  })
  client.on('change password', () => {
    link.fail(new SshError('login-refused', { message: 'the password has to be changed' }))
  })
  return new Promise((resolve) => {
    client.on('ready', () => {
      link.phase = 'open'
      resolve()
    })
  })
}

/** Tries no method before the host's key is written down. */
function attempts(
  methods: NextMethod,
  record: HostRecord,
  link: Link,
): (offered: readonly string[] | null, partial: unknown, next: NextAuthHandler) => void {
  return (offered, _partial, next) => {
    void record.done.then(() => {
      // ssh2 ends with an error of level `client-authentication` for `false`, which its types do not have.
      const method: unknown = methods(offered, (error) => link.fail(error))
      next(method as Parameters<NextAuthHandler>[0])
    })
  }
}
