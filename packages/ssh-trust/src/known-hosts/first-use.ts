import { ConfigError } from '@gatehouse/core'

/**
 * Accepts every key of every host: first keys, changed keys and, in profile `openssh`, revoked ones.
 *
 * Changed keys are not written down (HP SIM's ALWAYS overwrites the old one).
 *
 * @deprecated Anybody on the path can take the place of any system. It is HP SIM's ALWAYS and the
 * `StrictHostKeyChecking=no` of OpenSSH; it is here for trials, and nothing but this symbol sets it.
 */
export const insecureAcceptAnyHostKey: unique symbol = Symbol('insecureAcceptAnyHostKey')

/** What is done with a host that no line has: accept and write its first key, or refuse. */
export type FirstUsePolicy = 'first-time' | 'never' | typeof insecureAcceptAnyHostKey

/**
 * Reads a value of HP SIM's setting `MX_SSH_ADD_UNKNOWN_HOSTS`; case and blanks around it do not matter.
 *
 * @param value - `FIRST TIME`, `NEVER`, or `false`, which is NEVER in HP SIM 4.x.
 * @throws ConfigError for `ALWAYS`, which only {@link insecureAcceptAnyHostKey} sets, and for
 * anything else.
 */
export function readFirstUsePolicy(value: string): 'first-time' | 'never' {
  switch (value.trim().toLowerCase()) {
    case 'first time':
      return 'first-time'
    case 'never':
    case 'false':
      return 'never'
    case 'always':
      throw new ConfigError('`ALWAYS` accepts every key; only insecureAcceptAnyHostKey sets it')
    default:
      throw new ConfigError('not a first-use policy: `FIRST TIME`, `NEVER` or `false`')
  }
}
