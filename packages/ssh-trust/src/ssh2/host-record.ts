import { isNoPolicy } from '@gatehouse/core'

import type { FileEdit } from '../files/file-edit.ts'
import { isKeyFault, type PublicKey } from '../key/model.ts'
import { parseKeyBlob } from '../key/parse.ts'
import { type HostName } from '../known-hosts/names.ts'
import { type AcceptedHost, HostCheck } from './host-check.ts'
import { type Link, said } from './link.ts'
import type { HostTrust } from './options.ts'
import { SshError } from './ssh-error.ts'

/** What one connection writes to known_hosts: the first key of a new host, and the keys that a known one announces. */
export class HostRecord {
  /** What was written, in order. */
  readonly edits: FileEdit[] = []
  /** Resolves when nothing is left to be written before the login; not at all if that fails: then the link does. */
  readonly done: Promise<void>
  /** What came of the announced keys. */
  rotation: Promise<FileEdit | undefined> = Promise.resolve(undefined)
  readonly #host: HostName
  readonly #trust: HostTrust
  readonly #link: Link
  #begun = false
  #announced = false
  #finish: () => void = () => {}

  constructor(host: HostName, trust: HostTrust, link: Link) {
    this.#host = host
    this.#trust = trust
    this.#link = link
    this.done = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Writes the first key down; to be called when the host has proved that it owns the key. Later calls do nothing. */
  async write({ key, decision }: AcceptedHost): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    try {
      if (decision.wouldWrite.length > 0) await this.#writeFirst(key, decision.wouldWrite)
      this.#finish()
    } catch (cause) {
      const error = new SshError('store-unwritable', { message: said(cause), cause })
      this.#link.fail(cause instanceof SshError ? cause : error)
    }
  }

  async #writeFirst(key: PublicKey, lines: readonly string[]): Promise<void> {
    const { hosts } = this.#trust
    const edit = await hosts.write(lines, this.#host)
    if (edit.changed) this.edits.push(edit)
    if (edit.refused === undefined) return
    // Somebody else was first: the files decide as they are now.
    const now = new HostCheck(this.#host, { ...this.#trust, firstUse: 'never' }, await hosts.load())
    if (!now.verify(key.blob)) throw now.refusal ?? new SshError('host-key-refused')
  }

  /**
   * Takes over the keys that a host announces, if it was known by a line of its own. Only the first announcement
   * counts, as in OpenSSH.
   *
   * @param blobs - Keys that the host has PROVED to own.
   */
  rotate({ key, decision }: AcceptedHost, blobs: readonly Uint8Array[]): void {
    const { hosts, updateHostKeys = true, hashNames = false } = this.#trust
    const isKnown = decision.reasons[0].code === 'key-known' && !decision.viaBareHost
    if (this.#announced || !updateHostKeys || !isKnown) return
    this.#announced = true
    const serverKeys = blobs.flatMap((blob) => this.#fit(blob))
    const update = { ...this.#host, authenticatedKey: key, serverKeys }
    this.rotation = hosts.rotate(update, { hash: hashNames }).then(
      (edit) => {
        if (edit.changed) this.edits.push(edit)
        return edit
      },
      (cause: unknown) => {
        throw new SshError('store-unwritable', { message: said(cause), cause })
      },
    )
    this.rotation.catch(() => {})
  }

  /** A key that would be accepted of a host; others are not written, and removed where they stand. */
  #fit(blob: Uint8Array): PublicKey[] {
    const { revoked, minRsaBits = 1024 } = this.#trust
    const key = parseKeyBlob(blob)
    if (isKeyFault(key) || key.type === 'ssh-dss') return []
    if (key.type === 'ssh-rsa' && key.bits < minRsaBits) return []
    const isRevoked = revoked !== undefined && (isNoPolicy(revoked) || revoked.covers(key))
    return isRevoked ? [] : [key]
  }
}
