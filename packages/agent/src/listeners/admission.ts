import type { Socket } from 'node:net'
import { compose, deny, isNoPolicy } from '@gatehouse/core'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { Journal } from '../audit/journal.ts'
import type { AgentConfig, TcpWrappersConfig } from '../config/model.ts'
import type { Policies } from '../policies.ts'
import type { Admits } from './gate.ts'
import { canonical, NAMELESS, type PeerName } from './peer-name.ts'
import { clientCertificateOf, type OnRefused } from './transport.ts'

/** What the decision about connections stands on. */
export interface AdmissionParts {
  /** Which part of the agent asks. Default: the daemon. */
  readonly by?: 'ssh'
  readonly config: Pick<TcpWrappersConfig, 'daemonName'>
  readonly policies: NonNullable<Policies['tcpWrappers']>
  readonly journal: Pick<Journal, 'record'>
  /** Asks DNS; only if a rule asks for a name. */
  readonly lookUpName: (address: string) => Promise<PeerName>
}

/** Lets the guard of TCP Wrappers decide a connection, and records that before the answer. */
export function createAdmission(parts: AdmissionParts): Admits {
  const { by = 'daemon', config, policies, journal, lookUpName } = parts
  const { daemonName: daemon } = config
  const connections = compose(tcp.guard(policies))
  return async (socket) => {
    const address = canonical(socket.remoteAddress ?? '') ?? ''
    const name = usesNames(policies) ? await lookUpName(address) : NAMELESS
    const policy = policies.hash
    // The guard looks at the policy in this same step: the hash is that of the one which decides.
    const decision = await connections.check({
      daemon,
      client: { address, name: clientName(name) },
      server: serverOf(socket),
    })
    await journal.record({
      by,
      peer: { address, verifiedName: name.confirmed },
      request: { daemon },
      decision,
      policy,
    })
    return decision.outcome === 'allow'
  }
}

/** Name of the daemon in records, where no rules name it; the vendor's. */
const DAEMON_NAME = 'bgssd'

/** Records each client whose certificate is refused; it is closed, whether that can be recorded or not. */
export function recordRefusals(
  { tcpWrappers }: AgentConfig,
  journal: Pick<Journal, 'record'>,
): OnRefused {
  const daemon = tcpWrappers?.daemonName ?? DAEMON_NAME
  return ({ reasons: [first, ...rest] }, socket) => {
    const guard = 'certificate-trust'
    const reasons = rest.map((reason) => ({ ...reason, guard }))
    void journal
      .record({
        by: 'daemon',
        peer: { address: canonical(socket.remoteAddress ?? '') ?? '', verifiedName: null },
        clientCertificate: clientCertificateOf(socket),
        request: { daemon },
        decision: deny({ ...first, guard }, ...reasons),
      })
      // The journal has said so itself.
      .catch(() => undefined)
  }
}

function usesNames({ current }: AdmissionParts['policies']): boolean {
  return !isNoPolicy(current) && current.usesNames
}

function clientName(name: PeerName): string | null {
  if (name.confirmed !== null) return name.confirmed
  return name.contradicted ? 'paranoid' : null
}

function serverOf({ localAddress, localPort }: Socket): tcp.Server {
  const address = canonical(localAddress ?? '')
  return {
    ...(address !== undefined && { address }),
    ...(localPort !== undefined && { port: localPort }),
  }
}
