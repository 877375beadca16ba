import { parsePattern } from '@gatehouse/address-set'
import { ConfigError } from '@gatehouse/core'
import type { AccessEntry, CommunityEntry, Configuration, GroupEntry, ViewEntry } from '../model.ts'
import type { CommunityRule, SourceRule, ViewRule } from './settings.ts'

/** What a reader has found. */
export interface Settings {
  /** In the order in which they are asked. */
  readonly communities: readonly CommunityRule[]
  readonly views: readonly ViewRule[]
  /** Whether authenticationFailure notifications are sent. Default: no. */
  readonly authTrapEnabled?: boolean
}

/** Name of the view of everything; the blank keeps it apart from names that a text can hold. */
const EVERYTHING = 'all objects'

/**
 * Makes the configuration that decides as the settings say: one security name, group and access entry
 * for each community that may do something.
 *
 * It has no lines, so that `format` gives the empty text of it.
 *
 * @throws ConfigError (`ERR_CONFIG`) for a source that is no address pattern.
 */
export function configurationOf(settings: Settings, file: string): Configuration {
  const granted = settings.communities
    .filter(({ rights }) => rights !== 'none')
    .map((rule, index) => ({ ...rule, name: `community ${index + 1}` }))
  return Object.freeze({
    file,
    daemon: 'snmpd',
    profile: 'net-snmp',
    communities: granted.flatMap(entriesOf),
    groups: granted.flatMap(groupsOf),
    views: [ALL_OBJECTS, ...settings.views.map(viewEntryOf)],
    accesses: granted.map(accessOf),
    users: [],
    contexts: [],
    authTrapEnabled: settings.authTrapEnabled ?? false,
    authorizationDisabled: false,
    trapSinks: [],
    warnings: [],
    lines: [],
  })
}

type NamedRule = CommunityRule & { readonly name: string }

const ALL_OBJECTS: ViewEntry = {
  view: EVERYTHING,
  included: true,
  subtree: [1],
  mask: new Uint8Array(),
  origin: { table: 'all objects' },
}

function entriesOf({ name, community, sources }: NamedRule): CommunityEntry[] {
  const octets = new TextEncoder().encode(community)
  return sources.map((rule) => ({
    securityName: name,
    source: sourceOf(rule),
    community: octets,
    context: '',
    family: rule.family,
    negated: rule.negated,
    origin: rule.origin,
  }))
}

function sourceOf({ family, source, origin }: SourceRule): CommunityEntry['source'] {
  const everyone = family === 'ipv4' ? '0.0.0.0/0' : '::/0'
  const { pattern } = parsePattern(source === 'default' ? everyone : source, {
    forms: ['address', 'cidr', 'mask'],
  })
  if (pattern === undefined) throw new ConfigError('a source is no address', { source: origin })
  return { text: source, pattern }
}

function groupsOf({ name, origin }: NamedRule): GroupEntry[] {
  return (['v1', 'v2c'] as const).map((model) => ({
    group: name,
    model,
    securityName: name,
    origin,
  }))
}

function accessOf({ name, rights, view, origin }: NamedRule): AccessEntry {
  const seen = view ?? EVERYTHING
  return {
    group: name,
    context: '',
    contextMatch: 'exact',
    model: 'any',
    level: 'noAuthNoPriv',
    views: rights === 'write' ? { read: seen, write: seen } : { read: seen },
    origin,
  }
}

function viewEntryOf({ view, included, subtree, origin }: ViewRule): ViewEntry {
  const mask = new Uint8Array(Math.ceil(subtree.length / 8)).fill(0xff)
  for (const [index, part] of subtree.entries()) {
    if (part === null) mask[index >> 3] = (mask[index >> 3] as number) & ~(0x80 >> (index & 7))
  }
  return { view, included, subtree: subtree.map((part) => part ?? 0), mask, origin }
}
