import { ConfigError, type LineSource } from '@gatehouse/core'
import type { Configuration } from '../model.ts'
import { configurationOf } from './configuration-of.ts'
import { everybody, type CommunityRule } from './settings.ts'

/** The communities that HP SIM keeps for one system. */
export interface HpSimSystem {
  /** Read string. Default: none. */
  readonly read?: string
  /** Write string; an agent takes it for reading, too. Default: none. */
  readonly write?: string
  /** Whether the global strings are tried when these fail. Default: no. */
  readonly tryOthers?: boolean
}

/** HP SIM's SNMP settings. */
export interface HpSimSettings {
  /** Global read strings in the order of their tries, the most used first. */
  readonly globalRead: readonly string[]
  /** Global write string. Default: none. */
  readonly globalWrite?: string
  /** Strings of single systems, by name. */
  readonly systems?: ReadonlyMap<string, HpSimSystem>
}

/** One community to try. */
export interface CommunityTry {
  readonly community: string
  /** Where it comes from: the system's own settings, or the global list. */
  readonly from: 'system' | 'global'
}

/** Most communities tried on one system: as many as HP SIM has sign-in pairs at most. */
export const MAX_TRIES = 10

/**
 * Lists the communities to try on a system, in order, each once.
 *
 * A system's own string comes first, and stands alone unless its `tryOthers` is set; a system without
 * one gets the global strings. For `read`, write strings are not tried: they would be sent in clear.
 *
 * @param limit - Most of them. Default and greatest: {@link MAX_TRIES}.
 */
export function listTries(
  settings: HpSimSettings,
  system: string,
  operation: 'read' | 'write',
  limit: number = MAX_TRIES,
): CommunityTry[] {
  const { globalRead, globalWrite, systems } = settings
  const own = systems?.get(system)
  const first = operation === 'read' ? own?.read : own?.write
  const writing = globalWrite === undefined ? [] : [globalWrite]
  const others = operation === 'read' ? globalRead : writing
  const mayTryOthers = first === undefined || own?.tryOthers === true
  const tries: CommunityTry[] = [
    ...(first === undefined ? [] : [{ community: first, from: 'system' as const }]),
    ...(mayTryOthers ? others : []).map((community) => ({ community, from: 'global' as const })),
  ]
  const isFirst = ({ community }: CommunityTry, index: number): boolean =>
    tries.findIndex((each) => each.community === community) === index
  return tries.filter(isFirst).slice(0, Math.min(Math.max(0, limit), MAX_TRIES))
}

/**
 * Makes the configuration of an agent that answers HP SIM: its read strings read, its write string
 * writes and reads.
 *
 * @param settings - Whose strings the agent is to take: the global ones, or those of one system.
 * @param options.file - Label of the settings; the strings count as its lines, the write string first.
 * @param options.sources - Addresses of the console, or the word `everybody`. An empty list is nobody.
 * @param options.system - Name of the system that is the agent. Default: the global strings only.
 * @throws ConfigError (`ERR_CONFIG`) for an empty community, and for a source that is no address.
 */
export function readHpSimSettings(
  settings: HpSimSettings,
  options: {
    readonly file: string
    readonly sources: readonly string[] | 'everybody'
    readonly system?: string
  },
): Configuration {
  const { file, sources, system = '' } = options
  const rights = (['write', 'read'] as const).flatMap((right) =>
    listTries(settings, system, right).map(({ community }) => ({ community, right })),
  )
  const communities = rights.map(({ community, right }, index): CommunityRule => {
    const origin: LineSource = { file, line: index + 1 }
    if (community === '') throw new ConfigError('a community is empty', { source: origin })
    return { community, rights: right, sources: rulesOf(sources, origin), view: null, origin }
  })
  return configurationOf({ communities, views: [] }, file)
}

function rulesOf(
  sources: readonly string[] | 'everybody',
  origin: LineSource,
): CommunityRule['sources'] {
  if (sources === 'everybody') return everybody(origin)
  return sources.map((source) => ({
    family: source.includes(':') ? 'ipv6' : 'ipv4',
    source,
    negated: false,
    origin,
  }))
}
