import { isNoPolicy, type NoPolicy } from '@gatehouse/core'
import type { Configuration, Oid } from '../../model.ts'
import { SNMP_GROUP } from '../counters.ts'
import type { ObjectInstance } from './objects.ts'

const ENABLED = 1
const DISABLED = 2
const NAME: Oid = [...SNMP_GROUP, 30, 0]

/**
 * snmpEnableAuthenTraps: what the configuration says, until a manager sets it. It cannot be set while
 * the configuration has a line `authtrapenable`, and what was set is forgotten when the process ends.
 */
export class AuthenTraps {
  #chosen: boolean | undefined
  #from: Configuration | undefined
  #effective: Configuration | undefined

  /** The configuration with the choice in it. */
  apply(policy: Configuration | NoPolicy): Configuration | NoPolicy {
    const chosen = this.#chosen
    if (chosen === undefined || isNoPolicy(policy) || isFixed(policy)) return policy
    if (policy.authTrapEnabled === chosen) return policy
    // Kept, as what `check` makes of a configuration is kept by its identity.
    if (this.#from !== policy || this.#effective?.authTrapEnabled !== chosen) {
      this.#from = policy
      this.#effective = { ...policy, authTrapEnabled: chosen }
    }
    return this.#effective
  }

  /** The object. */
  object(policy: Configuration | NoPolicy): ObjectInstance {
    const effective = this.apply(policy)
    const isEnabled = !isNoPolicy(effective) && effective.authTrapEnabled
    const value = { type: 'Integer32', value: isEnabled ? ENABLED : DISABLED } as const
    if (isNoPolicy(policy) || isFixed(policy)) return { oid: NAME, value }
    return {
      oid: NAME,
      value,
      write: {
        test: ({ type, ...given }) => {
          if (type !== 'Integer32' || !('value' in given)) return 'wrongType'
          return given.value === ENABLED || given.value === DISABLED ? 'noError' : 'wrongValue'
        },
        commit: (given) => {
          this.#chosen = 'value' in given && given.value === ENABLED
          return 'noError'
        },
      },
    }
  }
}

function isFixed({ lines }: Configuration): boolean {
  return lines.some(({ directive, role }) => directive === 'authtrapenable' && role !== 'other')
}
