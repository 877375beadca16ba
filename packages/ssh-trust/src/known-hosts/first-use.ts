import { ConfigError } from '@gatehouse/core'

/**
 * Accepts every first key; in profile `openssh` changed and revoked keys as well.
 *
 * In profile `strict` a changed or revoked key is a stop whatever the policy, and so is a first key that cannot be
 * written down: what is left is `first-time`, under a code that tells who chose it.
 *
 * Changed keys are not written down (HP SIM's ALWAYS overwrites the old one).
 *
 * @deprecated Anybody on the path can take the place of any system. In profile `openssh` it is the
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
