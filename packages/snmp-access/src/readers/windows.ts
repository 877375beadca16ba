import { formatAddress, parseAddress, type Address } from '@gatehouse/address-set'
import { DiagnosticList, readLines, type TextOptions } from '@gatehouse/core'
import type { Configuration } from '../model.ts'
import type { ResolvedNames } from '../source/source.ts'
import { READER_CODES, type ReaderCode } from './codes.ts'
import { configurationOf } from './configuration-of.ts'
import { readRegistry, type RegistryEntry } from './registry-text.ts'
import { everybody, type CommunityRule, type SourceRule } from './settings.ts'

/** How the settings of the Windows SNMP service are read. */
export interface WindowsOptions extends TextOptions {
  /**
   * Whom an empty list of permitted managers stands for. Windows takes it for everybody; default
   * `refuse`: the text is in error.
   */
  readonly onEmptyManagers?: 'refuse' | 'everybody'
  /** Addresses of host names, names in lower case. Default: none, names are errors. */
  readonly resolve?: ResolvedNames
}

const SERVICE = 'hkey_local_machine\\system\\currentcontrolset\\services\\snmp\\parameters'
const POLICY = 'hkey_local_machine\\software\\policies\\snmp\\parameters'
const MANAGERS = 'permittedmanagers'
const COMMUNITIES = `${SERVICE}\\validcommunities`

const RIGHTS: ReadonlyMap<unknown, CommunityRule['rights']> = new Map([
  [1, 'none'],
  [2, 'none'],
  [4, 'read'],
  [8, 'write'],
  [16, 'write'],
])

/**
 * Reads ValidCommunities, PermittedManagers and EnableAuthenticationTraps of the Windows SNMP service.
 *
 * The managers are permitted for every community alike; a list that a group policy sets takes the
 * place of the service's own. Where nothing is said of authentication traps they are on.
 *
 * @param text - What `reg export` writes of the service's key, and of the policy's if there is one;
 *   bytes are read as UTF-8, so decode an export in UTF-16 first.
 * @throws ParseError (`ERR_PARSE`) with every error, codes of {@link READER_CODES}.
 */
export function readWindowsSettings(
  text: string | Uint8Array,
  options: WindowsOptions,
): Configuration {
  const diagnostics = new DiagnosticList<ReaderCode>(options.file)
  const lines = readLines(text, { encoding: 'utf-8', ...options }, diagnostics)
  const { keys, entries, faults } = readRegistry(lines)
  const fault = (code: ReaderCode, line: number): void => {
    const width = lines[line - 1]?.length ?? 1
    diagnostics.add(code, READER_CODES[code], { line, column: 1, width }, '')
  }
  for (const { line } of faults) fault('registry-line-malformed', line)
  const managers = readManagers(keys, entries, options, fault)
  const communities = entries
    .filter(({ key }) => key === COMMUNITIES)
    .flatMap((entry) => readCommunity(entry, managers, options.file, fault))
  const trap = entries.find(({ key, name }) => key === SERVICE && TRAPS.test(name))
  diagnostics.throwIfAny()
  const settings = { communities, views: [], authTrapEnabled: trap?.value !== 0 }
  return configurationOf(settings, options.file)
}

const TRAPS = /^enableauthenticationtraps$/i

type ReportFault = (code: ReaderCode, line: number) => void

function readManagers(
  keys: ReadonlySet<string>,
  entries: readonly RegistryEntry[],
  options: WindowsOptions,
  fault: ReportFault,
): SourceRule[] {
  const { file, onEmptyManagers = 'refuse', resolve = new Map() } = options
  const inForce = [POLICY, SERVICE].map((key) => `${key}\\${MANAGERS}`).find((key) => keys.has(key))
  const managers = entries.filter(({ key, name }) => key === inForce && name !== '')
  if (managers.length === 0) {
    if (onEmptyManagers === 'refuse') fault('managers-missing', 1)
    return everybody({ file, line: 1 })
  }
  return managers.flatMap(({ value, line }) => {
    const addresses = typeof value === 'string' ? addressesOf(value, resolve) : []
    if (addresses.length === 0) fault('name-unresolved', line)
    return addresses.map((address) => {
      const source = formatAddress(address)
      const family = source.includes(':') ? 'ipv6' : 'ipv4'
      return { family, source, negated: false, origin: { file, line } }
    })
  })
}

function addressesOf(name: string, resolve: ResolvedNames): Address[] {
  const address = parseAddress(name)
  const found =
    address === undefined ? (resolve.get(name.toLowerCase()) ?? []).map(parseAddress) : [address]
  return found.every((each) => each !== undefined) ? found : []
}

function readCommunity(
  { name, value, line }: RegistryEntry,
  sources: readonly SourceRule[],
  file: string,
  fault: ReportFault,
): CommunityRule[] {
  const rights = RIGHTS.get(value)
  if (rights === undefined) fault('rights-unknown', line)
  if (name === '') fault('community-empty', line)
  if (rights === undefined || rights === 'none') return []
  return [{ community: name, rights, sources, view: null, origin: { file, line } }]
}
