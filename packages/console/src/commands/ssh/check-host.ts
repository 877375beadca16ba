import { formatSource } from '@gatehouse/core'
import {
  decideHostKey,
  describeChange,
  describeHost,
  type HostDecision,
  type HostDecisionOptions,
  type HostKeyChange,
  type HostRequest,
} from '@gatehouse/ssh-trust'
import { answer } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { stateDecision } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { renderDecision } from '../../render.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'
import { filesOf, loadHosts, type KnownHostsOptions } from './known-hosts.ts'
import { readHost } from './place.ts'
import { readPresented, readRevoked, type PresentedOptions } from './presented.ts'

/** Options of `ssh check-host` and of `ssh explain` about a host. */
export interface CheckHostOptions extends KnownHostsOptions, PresentedOptions {
  /** What is done with a host that no line has. */
  readonly firstUse?: 'first-time' | 'never'
  /** Stands in the place of host and port, as `HostKeyAlias`. */
  readonly alias?: string
  /** File of revoked keys: a KRL, or keys as text. */
  readonly revoked?: string
  /** When, for a certificate. Default: now. */
  readonly at?: Date
  /** Fewest bits of an RSA key. */
  readonly minRsaBits?: number
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * `gatehouse ssh check-host HOST[:PORT]`: whether the key or certificate that a host shows is believed. It asks
 * no host, and writes nothing.
 */
export async function checkHost(
  place: string,
  options: CheckHostOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { request, settings } = await readHostRequest(place, options)
  const decision = decideHostKey(request, await loadHosts(filesOf(options)), settings)
  const object = { command: 'ssh check-host', ...stateHost(decision, request) }
  const lines = renderHost(decision, request, painter(terminal.colour))
  answer(options, { object, lines }, terminal)
  return EXIT[decision.outcome]
}

/** What is asked about a host, and how it is decided. */
export async function readHostRequest(
  place: string,
  options: CheckHostOptions,
): Promise<{ readonly request: HostRequest; readonly settings: HostDecisionOptions }> {
  const { firstUse, alias, at = new Date(), minRsaBits } = options
  const shown = await readPresented(options)
  const name = readHost(place, alias)
  const now = BigInt(Math.floor(at.getTime() / 1000))
  const request = 'key' in shown ? { ...name, ...shown } : { ...name, ...shown, now }
  const revoked = await readRevoked(options.revoked)
  const settings = {
    ...(firstUse === undefined ? {} : { firstUse }),
    ...(revoked === undefined ? {} : { revoked }),
    ...(minRsaBits === undefined ? {} : { minRsaBits }),
  }
  return { request, settings }
}

/** A decision about a host for programs. */
export function stateHost(decision: HostDecision, request: HostRequest): object {
  const { status, line, viaBareHost, wouldWrite } = decision
  return {
    host: request.host,
    ...(request.port === undefined ? {} : { port: request.port }),
    fingerprint: shownKey(request).fingerprint,
    ...stateDecision(decision, describeHost),
    status,
    ...(line === undefined ? {} : { line }),
    viaBareHost,
    wouldWrite,
    ...changeOf(describeChange(decision, request)),
  }
}

function changeOf(change: HostKeyChange | undefined): object {
  if (change === undefined) return {}
  const { name, shown, known } = change
  return { change: { name, shown, known } }
}

/** A decision about a host for people; a changed key is a full stop. */
export function renderHost(decision: HostDecision, request: HostRequest, paint: Paint): string[] {
  const { status, line, wouldWrite } = decision
  const { type, fingerprint } = shownKey(request)
  const change = describeChange(decision, request)
  return [
    ...renderDecision(stateDecision(decision, describeHost), paint),
    fact('shown', `${fingerprint}  ${type}`),
    fact('status', line === undefined ? status : `${status}  ${formatSource(line)}`),
    ...wouldWrite.map((text) => fact('to write', text)),
    ...(change === undefined ? [] : ['', ...change.lines.map((text) => paint('warning', text))]),
  ]
}

function shownKey(request: HostRequest): { readonly type: string; readonly fingerprint: string } {
  return 'key' in request ? request.key : request.certificate.key
}
