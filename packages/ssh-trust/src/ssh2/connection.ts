import { escapeControls } from '@gatehouse/core'

import type { FileEdit } from '../files/file-edit.ts'
import type { PublicKey } from '../key/model.ts'
import type { HostDecision } from '../known-hosts/decide.ts'
import { Command } from './command.ts'
import type { AcceptedHost } from './host-check.ts'
import type { HostRecord } from './host-record.ts'
import type { Link } from './link.ts'
import type { ConnectOptions, ExecOptions, ExecResult, SshConnection } from './options.ts'
import { SshError } from './ssh-error.ts'

/** A connection that stands. */
export class Connection implements SshConnection {
  readonly host: HostDecision
  readonly hostKey: PublicKey
  readonly serverVersion: string
  readonly closed: Promise<void>
  readonly #link: Link
  readonly #record: HostRecord
  readonly #timeoutMs: number

  constructor(
    link: Link,
    accepted: AcceptedHost,
    record: HostRecord,
    { timeoutMs, signal }: Pick<ConnectOptions, 'signal'> & { readonly timeoutMs: number },
  ) {
    this.host = accepted.decision
    this.hostKey = accepted.key
    this.serverVersion = versionOf(link.client)
    this.closed = link.closed
    this.#link = link
    this.#record = record
    this.#timeoutMs = timeoutMs
    const abort = (): void => link.fail(new SshError('aborted'))
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
    void link.closed.then(() => signal?.removeEventListener('abort', abort))
  }

  get written(): readonly FileEdit[] {
    return [...this.#record.edits]
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    return await new Command(this.#link, command, options).run(this.#timeoutMs)
  }

  rotation(): Promise<FileEdit | undefined> {
    return this.#record.rotation
  }

  close(): void {
    this.#link.client.end()
    this.#link.fail(new SshError('aborted'))
  }
}

/** ssh2 keeps it to itself. */
function versionOf(client: object): string {
  const { _remoteVer: version } = client as { readonly _remoteVer?: unknown }
  return typeof version === 'string' ? escapeControls(version) : ''
}
