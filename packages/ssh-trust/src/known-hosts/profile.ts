import {
  isCertificateSwitch,
  type CertificateProfile,
  type CertificateSwitch,
} from '../certificate/profile.ts'

/**
 * How known_hosts is read and decided: stricter than OpenSSH where that lets things through, exactly as it does,
 * or as it does but for the switches that are listed.
 */
export type HostProfile = 'strict' | 'openssh' | readonly (HostSwitch | CertificateSwitch)[]

/**
 * Every point in which profile `strict` differs from OpenSSH. Key: the name of the switch; value: what
 * `strict` does, and `openssh` does not.
 */
export const HOST_SWITCHES = {
  /** OpenSSH drops `@REVOKED host key`, `@revoked` with a damaged key, or two markers without a word. */
  'void-marker-refuses-file': 'a void line that begins with `@` refuses the whole file',
  /** OpenSSH shows the warning, connects to another port of the host, and writes the revoked key down. */
  'bare-revocation-is-final': 'a key revoked for the bare name is refused on every port',
  /** OpenSSH is silent when the first key of a port is another than the bare name's. */
  'bare-change-is-reported':
    'the first key of a port carries a reason when the bare name has another',
  /**
   * When a host shows a certificate that no line of `[host]:port` vouches for, OpenSSH looks for the plain key
   * inside under the bare name before it looks at the lines of the port, which may have another key.
   */
  'port-lines-come-first': 'the key in a certificate is judged by the lines of the port first',
  /** With `StrictHostKeyChecking=no` OpenSSH warns of a changed key and goes on. */
  'change-is-always-final': 'a changed key is refused also in the mode that accepts every key',
  /** With `StrictHostKeyChecking=no` OpenSSH lets revoked keys pass. */
  'revoked-is-always-final': 'a revoked key is refused also in the mode that accepts every key',
  /** OpenSSH connects and cannot write, so that every connection is the first. */
  'unwritable-name-is-refused': 'no first use for a name that cannot be written down',
  /** `ssh-keygen -R` and key rotation delete a line with all its names. */
  'removal-is-name-precise': 'removing a name leaves the other names of its line',
  /** `ssh-keygen -R host` deletes `*.example` too, and every other host of it loses trust. */
  'removal-keeps-patterns':
    'removing a name refuses when a pattern covers it, unless asked to leave the pattern',
  /** `ssh-keygen -R` and `-H` do nothing in a file with one void line. */
  'edits-pass-void-lines': 'removing and hashing work in a file with void lines, which they keep',
} as const

/** A switch of {@link HOST_SWITCHES}. */
export type HostSwitch = keyof typeof HOST_SWITCHES

/** Whether a difference is in force. */
export function isStricter(profile: HostProfile, difference: HostSwitch): boolean {
  if (typeof profile === 'string') return profile === 'strict' && difference in HOST_SWITCHES
  return profile.includes(difference)
}

/** By which rules the certificates of hosts are checked. */
export function certificateProfileOf(profile: HostProfile): CertificateProfile {
  return typeof profile === 'string' ? profile : profile.filter(isCertificateSwitch)
}
