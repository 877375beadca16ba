import { arch, hostname, release, type, version } from 'node:os'
import type { ObjectInstance } from '@gatehouse/snmp-access/engine'
import { GATEHOUSE, SYSTEM } from './arcs.ts'
import { identifier, integer, scalar, text, ticks } from './values.ts'

/** What the config says of the system. */
export interface SystemTexts {
  readonly contact: string
  /** Default: the host name. */
  readonly systemName?: string
  readonly location: string
}

/** Layers that the system serves: host to host and applications, as RFC 3418 adds them up. */
const SERVICES = 72

/**
 * The system group. Nothing of it can be set: the config says it.
 *
 * @param uptime - Seconds since the agent started.
 */
export function systemGroup(
  { contact, systemName = hostname(), location }: SystemTexts,
  uptime: () => number,
): () => readonly ObjectInstance[] {
  const description = `${type()} ${hostname()} ${release()} ${version()} ${arch()}`
  const before = [
    scalar([...SYSTEM, 1], text(description)),
    scalar([...SYSTEM, 2], identifier(GATEHOUSE)),
  ]
  const after = [
    scalar([...SYSTEM, 4], text(contact)),
    scalar([...SYSTEM, 5], text(systemName)),
    scalar([...SYSTEM, 6], text(location)),
    scalar([...SYSTEM, 7], integer(SERVICES)),
  ]
  return () => [...before, scalar([...SYSTEM, 3], ticks(uptime())), ...after]
}
