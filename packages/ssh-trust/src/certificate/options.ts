import type { Reason } from '@gatehouse/core'

import { BlobReader, MalformedBlob } from '../key/blob-reader.ts'
import type { CertificateCode } from './codes.ts'
import type { CertificateOption, SshCertificate } from './model.ts'

/** What a session may do; both the certificate and the line must grant it. */
export interface CertificatePermissions {
  /** `permit-X11-forwarding` */
  readonly x11Forwarding: boolean
  /** `permit-agent-forwarding` */
  readonly agentForwarding: boolean
  /** `permit-port-forwarding` */
  readonly portForwarding: boolean
  /** `permit-pty` */
  readonly pty: boolean
  /** `permit-user-rc` */
  readonly userRc: boolean
}

/** What the options of a user's certificate come to. */
export interface UserOptions {
  /** What the certificate grants; without extensions nothing. */
  readonly permissions: CertificatePermissions
  /** `force-command`: runs in place of what the user asks for. */
  readonly forcedCommand?: string
  /** `source-address`: the only addresses to connect from, with commas between; well-formed. */
  readonly sourceAddress?: string
  /** `verify-required`: the security key must have asked for a PIN or a finger. */
  readonly verifyRequired: boolean
  /** False with `no-touch-required`: then a security key need not have been touched. */
  readonly touchRequired: boolean
}

/** Options that cannot be kept, and why. */
export interface RefusedOptions {
  /** The first reason. */
  readonly refused: Reason<CertificateCode>
}

const PERMISSIONS: ReadonlyMap<string, keyof CertificatePermissions> = new Map([
  ['permit-X11-forwarding', 'x11Forwarding'],
  ['permit-agent-forwarding', 'agentForwarding'],
  ['permit-port-forwarding', 'portForwarding'],
  ['permit-pty', 'pty'],
  ['permit-user-rc', 'userRc'],
])

const NOTHING: CertificatePermissions = {
  x11Forwarding: false,
  agentForwarding: false,
  portForwarding: false,
  pty: false,
  userRc: false,
}

const NO_TOUCH = 'no-touch-required'

class Refused extends Error {
  readonly code: CertificateCode

  constructor(code: CertificateCode) {
    super(code)
    this.code = code
  }
}

/**
 * Reads the options of a user's certificate as sshd does: every critical one must be understood, an unknown
 * extension is ignored, and what is understood must be well-formed, in both lists.
 *
 * @see OpenSSH's PROTOCOL.certkeys, `auth-options.c`
 */
export function readUserOptions(certificate: SshCertificate): UserOptions | RefusedOptions {
  const critical = readEach(certificate.criticalOptions, CriticalOptions)
  if ('refused' in critical) return critical
  const extensions = readEach(certificate.extensions, Extensions)
  return 'refused' in extensions ? extensions : { ...critical, ...extensions }
}

/** The first option that does not come after the one before it by the bytes of its name. */
export function findOutOfOrder(certificate: SshCertificate): string | undefined {
  return firstOutOfOrder(certificate.criticalOptions) ?? firstOutOfOrder(certificate.extensions)
}

function firstOutOfOrder(options: readonly CertificateOption[]): string | undefined {
  const names = options.map(({ name }) => name)
  return names.find((name, index) => {
    const before = names[index - 1]
    return before !== undefined && Buffer.compare(Buffer.from(before), Buffer.from(name)) >= 0
  })
}

interface OptionsReader<Result> {
  /** @throws Refused or MalformedBlob */
  take(name: string, data: BlobReader): void
  readonly result: Result
}

function readEach<Result>(
  options: readonly CertificateOption[],
  Reader: new () => OptionsReader<Result>,
): Result | RefusedOptions {
  const reader = new Reader()
  for (const { name, data } of options) {
    try {
      reader.take(name, new BlobReader(data))
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof MalformedBlob)) throw error
      const code = error instanceof Refused ? error.code : 'option-malformed'
      return { refused: { code, facts: { option: name } } }
    }
  }
  return reader.result
}

class CriticalOptions implements OptionsReader<
  Pick<UserOptions, 'forcedCommand' | 'sourceAddress' | 'verifyRequired'>
> {
  result: Pick<UserOptions, 'forcedCommand' | 'sourceAddress' | 'verifyRequired'> = {
    verifyRequired: false,
  }

  take(name: string, data: BlobReader): void {
    switch (name) {
      case 'force-command':
        if (this.result.forcedCommand !== undefined) throw new Refused('option-repeated')
        this.result = { ...this.result, forcedCommand: data.text() }
        break
      case 'source-address':
        if (this.result.sourceAddress !== undefined) throw new Refused('option-repeated')
        this.result = { ...this.result, sourceAddress: data.text() }
        break
      case 'verify-required':
        this.result = { ...this.result, verifyRequired: true }
        break
      default:
        throw new Refused('critical-option-unknown')
    }
    data.end()
  }
}

class Extensions implements OptionsReader<Pick<UserOptions, 'permissions' | 'touchRequired'>> {
  result: Pick<UserOptions, 'permissions' | 'touchRequired'> = {
    permissions: NOTHING,
    touchRequired: true,
  }

  take(name: string, data: BlobReader): void {
    const permission = PERMISSIONS.get(name)
    if (permission !== undefined) {
      const permissions = { ...this.result.permissions, [permission]: true }
      this.result = { ...this.result, permissions }
    } else if (name === NO_TOUCH) this.result = { ...this.result, touchRequired: false }
    else return
    data.end()
  }
}
