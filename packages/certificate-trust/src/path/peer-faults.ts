import type { Certificate } from '../certificate/certificate.ts'
import { hasKeyUsage } from '../certificate/extensions.ts'
import { checkPeerName, type PeerName } from '../name/peer-name.ts'
import type { VerifyOptions } from '../options.ts'
import { usableKey } from '../signature/keys.ts'
import type { Fault } from './fault.ts'

/** What is wrong with a peer's certificate for what is asked of it, whatever vouches for it: key, names, usages. */
export function peerFaults(certificate: Certificate, options: VerifyOptions): Fault[] {
  return [
    ...keyFaults(certificate, options),
    ...nameFaults(certificate, options),
    ...usageFaults(certificate, options),
  ]
}

function keyFaults(certificate: Certificate, { weak = [] }: VerifyOptions): Fault[] {
  const key = usableKey(certificate.publicKey, weak)
  return 'fault' in key ? [{ code: key.fault, certificate }] : []
}

function nameFaults(certificate: Certificate, { name }: VerifyOptions): Fault[] {
  if (name === undefined) return []
  const names: readonly PeerName[] = Array.isArray(name) ? name : [name as PeerName]
  return names.flatMap((one) => {
    const code = checkPeerName(certificate, one)
    return code === undefined
      ? []
      : [{ code, certificate, facts: { asked: String(Object.values(one)[0]) } }]
  })
}

function usageFaults(certificate: Certificate, { keyUsage = [] }: VerifyOptions): Fault[] {
  return keyUsage
    .filter((usage) => !hasKeyUsage(certificate, usage))
    .map((usage) => ({ code: 'key-usage-not-allowed', certificate, facts: { usage } }))
}
