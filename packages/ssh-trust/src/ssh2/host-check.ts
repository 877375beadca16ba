import type { NoPolicy } from '@gatehouse/core'
import { randomBytes } from 'node:crypto'

import { KEY_FAULTS } from '../key/codes.ts'
import { isKeyFault, type PublicKey } from '../key/model.ts'
import { parseKeyBlob } from '../key/parse.ts'
import { describeHost } from '../known-hosts/codes.ts'
import { decideHostKey, type HostDecision } from '../known-hosts/decide.ts'
import { describeChange } from '../known-hosts/describe-change.ts'
import { type HostName } from '../known-hosts/names.ts'
import { type KnownHosts } from '../known-hosts/store.ts'
import type { HostTrust } from './options.ts'
import { SshError, type SshErrorDetails } from './ssh-error.ts'

const SALT_BYTES = 20

/** A host's key that was accepted, and why. */
export interface AcceptedHost {
  /** The key. */
  readonly key: PublicKey
  /** Why it was accepted. */
  readonly decision: HostDecision
}

/**
 * Answers ssh2's `hostVerifier` for one connection: decides once, by the files as they were read before it, and
 * holds every later key exchange to the key accepted then.
 *
 * ssh2 takes every answer but exactly `false` for a yes, a promise too; and it asks before the host has proved that
 * it owns the key, so that nothing may be written here.
 */
export class HostCheck {
  /** What was accepted; undefined until then. */
  accepted: AcceptedHost | undefined
  /** Why the host was refused, if it was. */
  refusal: SshError | undefined
  readonly #host: HostName
  readonly #trust: HostTrust
  readonly #store: KnownHosts | NoPolicy

  constructor(host: HostName, trust: HostTrust, store: KnownHosts | NoPolicy) {
    this.#host = host
    this.#trust = trust
    this.#store = store
  }

  /** The verifier: true or false, never anything else, whatever happens inside. */
  readonly verify = (blob: Uint8Array): boolean => {
    try {
      const details = this.#judge(blob)
      if (details === undefined) return true
      this.refusal ??= new SshError('host-key-refused', details)
    } catch (cause) {
      this.refusal ??= new SshError('host-key-refused', { cause })
    }
    return false
  }

  /** @returns What speaks against the key. */
  #judge(blob: Uint8Array): SshErrorDetails | undefined {
    const key = parseKeyBlob(blob)
    if (isKeyFault(key)) return { message: KEY_FAULTS[key.fault] }
    if (this.accepted !== undefined) {
      return this.accepted.key.equals(key)
        ? undefined
        : { message: 'it shows another key than at the beginning of the connection' }
    }
    const { firstUse, revoked, minRsaBits, hashNames = false } = this.#trust
    const decision = decideHostKey({ ...this.#host, key }, this.#store, {
      ...(firstUse === undefined ? {} : { firstUse }),
      ...(revoked === undefined ? {} : { revoked }),
      ...(minRsaBits === undefined ? {} : { minRsaBits }),
      ...(hashNames ? { salt: randomBytes(SALT_BYTES) } : {}),
    })
    if (decision.outcome === 'allow') {
      this.accepted = { key, decision }
      return undefined
    }
    const details = { message: describeHost(decision.reasons[0]), decision }
    const change = describeChange(decision, { ...this.#host, key })
    return change === undefined ? details : { ...details, warning: change.lines }
  }
}
