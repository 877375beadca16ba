/**
 * `openssh` decides as sshd does; `strict`, the default everywhere, differs from it by
 * {@link LOGIN_SWITCHES} and never lets in what sshd refuses.
 */
export type LoginProfile = 'strict' | 'openssh'

/** Every difference between the profiles, by the name under which it can be switched. */
export const LOGIN_SWITCHES = {
  /**
   * sshd reads `127.000.000.010`, `127.1` and `0x7f000001` as C does (the first is 127.0.0.8);
   * switched on, such an entry makes the whole `from=` malformed.
   */
  'plain-addresses': 'a number form in `from=` that programs read differently lets nobody in',
  /**
   * sshd compares an address with a zone (`fe80::1%eth0`) as text only, so that `!fe80::/10` does
   * not keep it out; switched on, it passes no `from=`.
   */
  'no-zones': 'an address with a zone passes no `from=`',
  /**
   * sshd reads a local `expiry-time=` as standard time all year, one hour late in summer; switched
   * on, the time on the wall counts where it is earlier.
   */
  'wall-clock': 'a local `expiry-time=` ends at that time on the wall',
} as const

/** A name of {@link LOGIN_SWITCHES}. */
export type LoginSwitch = keyof typeof LOGIN_SWITCHES

/** How {@link authorize} decides. */
export interface LoginOptions {
  /** Default `strict`. */
  readonly profile?: LoginProfile
  /** The differences that are in force. Default: all in `strict`, none in `openssh`. */
  readonly switches?: readonly LoginSwitch[]
}

const ALL: ReadonlySet<LoginSwitch> = new Set(Object.keys(LOGIN_SWITCHES) as LoginSwitch[])
const NONE: ReadonlySet<LoginSwitch> = new Set()

/** The differences in force. */
export function switchesOf({
  profile = 'strict',
  switches,
}: LoginOptions): ReadonlySet<LoginSwitch> {
  if (switches !== undefined) return new Set(switches)
  return profile === 'strict' ? ALL : NONE
}
