import type { LoginEffects } from '../authorized-keys/request.ts'
import type { Capability } from './server-options.ts'

/**
 * What of a line a server cannot enforce: then the login has to be refused.
 *
 * Permissions (forwarding, terminals, `permitopen=`, `~/.ssh/rc`) are not asked about: they hold by themselves where
 * nothing of the kind is offered.
 *
 * @param can - What the server does enforce.
 * @returns Names of the options, as they stand in a line; none: all is enforced.
 */
export function unenforceable(effects: LoginEffects, can: readonly Capability[]): string[] {
  const demanded: readonly (readonly [Capability, boolean, string])[] = [
    ['forced-command', effects.forcedCommand !== null, 'command'],
    ['environment', effects.environment.length > 0, 'environment'],
    ['tunnel', effects.tunnel !== null, 'tunnel'],
    ['touch', effects.touchRequired, 'touch-required'],
    ['verify', effects.verifyRequired, 'verify-required'],
  ]
  return demanded.flatMap(([capability, isDemanded, option]) =>
    isDemanded && !can.includes(capability) ? [option] : [],
  )
}
