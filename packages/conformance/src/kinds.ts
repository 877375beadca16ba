import { bmcAuthorization } from './bmc-authorization.ts'
import { hawkTrusted } from './hawk-trusted.ts'
import type { Kind } from './kind.ts'
import { snmpAccess } from './snmp-access.ts'
import { snmpTraps } from './snmp-traps.ts'
import { sshTrust } from './ssh-trust.ts'
import { tcpWrappers } from './tcp-wrappers.ts'
import { toolboxAuthorization } from './toolbox-authorization.ts'

/** Every kind of vectors, in the order of the help text. */
export const KINDS: readonly Kind[] = [
  hawkTrusted,
  bmcAuthorization,
  tcpWrappers,
  toolboxAuthorization,
  sshTrust,
  snmpAccess,
  snmpTraps,
]

/** The kind of a name, if there is one. */
export function kindNamed(name: string): Kind | undefined {
  return KINDS.find((kind) => kind.name === name)
}
