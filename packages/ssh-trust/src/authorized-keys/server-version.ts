/** A version of OpenSSH: major and minor. */
export interface OpenSshVersion {
  /** `9` of 9.2. */
  readonly major: number
  /** `2` of 9.2. */
  readonly minor: number
}

const IDENTIFICATION = /^(?:(?:SSH-2\.0-)?OpenSSH_(?:for_Windows_)?)?(\d{1,3})\.(\d{1,3})(?!\d)/u

/**
 * Reads the version of OpenSSH out of what a server says of itself.
 *
 * @param text - `SSH-2.0-OpenSSH_9.2p1 Debian-2`, `OpenSSH_9.2p1` or `9.2`; the server chooses it.
 * @returns Nothing for another program's.
 */
export function readServerVersion(text: string): OpenSshVersion | undefined {
  const [, major, minor] = IDENTIFICATION.exec(text) ?? []
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) }
}

/**
 * First version of OpenSSH whose sshd takes an option; any before it refuses the whole line. Options that are
 * older than 5.4 are not in it. From the release notes of each version.
 *
 * @see https://www.openssh.com/releasenotes.html
 */
export const OPTION_VERSIONS: Readonly<Record<string, OpenSshVersion>> = {
  'cert-authority': { major: 5, minor: 4 },
  principals: { major: 5, minor: 6 },
  restrict: { major: 7, minor: 2 },
  /** They came with `restrict`, to take part of it back. */
  'port-forwarding': { major: 7, minor: 2 },
  'agent-forwarding': { major: 7, minor: 2 },
  'X11-forwarding': { major: 7, minor: 2 },
  pty: { major: 7, minor: 2 },
  'user-rc': { major: 7, minor: 2 },
  permitlisten: { major: 7, minor: 8 },
  'no-touch-required': { major: 8, minor: 2 },
  'verify-required': { major: 8, minor: 4 },
  /** In UTC, with `Z` behind it. From 7.7 on it was in the local time of the system, whose zone is not known here. */
  'expiry-time': { major: 9, minor: 1 },
}

const VERSIONS: ReadonlyMap<string, OpenSshVersion> = new Map(Object.entries(OPTION_VERSIONS))

/** The version that an option needs, if the server's is older. */
export function versionLacking(option: string, version: OpenSshVersion): string | undefined {
  const needed = VERSIONS.get(option)
  if (needed === undefined || isAtLeast(version, needed)) return undefined
  return `${needed.major}.${needed.minor}`
}

function isAtLeast(version: OpenSshVersion, needed: OpenSshVersion): boolean {
  if (version.major !== needed.major) return version.major > needed.major
  return version.minor >= needed.minor
}
