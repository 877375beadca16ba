import { ConfigError, escapeControls } from '@gatehouse/core'
import {
  formatKeyLine,
  formatPem,
  formatRfc4716,
  isKeyFault,
  KEY_FAULTS,
  listHostKeys,
  lookupName,
  type ListedHostKey,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { jsonLine } from '../../render.ts'
import type { Terminal } from '../../terminal.ts'
import { filesOf, loadHosts, type KnownHostsOptions } from './known-hosts.ts'
import { nameOf, readHost } from './place.ts'
import { readText } from './presented.ts'

/** How keys are written. */
type ExportFormat = 'openssh' | 'rfc4716' | 'pem'

/** Options of `ssh export`. */
export interface ExportKeysOptions extends KnownHostsOptions {
  /** How they are written. Default `openssh`: lines of known_hosts. */
  readonly format?: ExportFormat
  /** One JSON object, whatever the format. */
  readonly json?: boolean
}

/** A key, and the names that it stands under. */
type Exported = Pick<ListedHostKey, 'names' | 'key'>

/**
 * `gatehouse ssh export HOST[:PORT]|all`: the keys that hosts are known by. Lines with a marker or a certificate say
 * something else, and are left out. Exit code 1 when there is none.
 */
export async function exportHostKeys(
  place: string,
  options: ExportKeysOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { format = 'openssh', json = false } = options
  const found = place === 'all' ? await allKeys(options) : await keysOf(place, options)
  if (json) {
    const keys = found.map(({ names, key }) => ({
      names,
      fingerprint: key.fingerprint,
      line: formatKeyLine(key),
    }))
    terminal.out(jsonLine({ command: 'ssh export', host: place, keys }))
  } else terminal.out(found.map((entry) => written(entry, format)).join(''))
  if (found.length > 0) return EXIT.allow
  if (!json) terminal.err(`gatehouse: no key of ${escapeControls(place)}\n`)
  return EXIT.deny
}

async function allKeys({ knownHosts, ...options }: ExportKeysOptions): Promise<Exported[]> {
  await loadHosts(filesOf({ knownHosts, ...options }))
  const texts = await Promise.all(knownHosts.map(readText))
  return texts.flatMap((text) =>
    listHostKeys(text).filter(({ marker, certified }) => marker === 'none' && !certified),
  )
}

async function keysOf(place: string, options: ExportKeysOptions): Promise<Exported[]> {
  const host = readHost(place)
  const store = await loadHosts(filesOf(options))
  const entries = store.entries(lookupName(host)?.name ?? '')
  const plain = entries.filter(({ marker, certified }) => marker === 'none' && !certified)
  return plain.map(({ key }) => ({ names: nameOf(host), key }))
}

function written({ names, key }: Exported, format: ExportFormat): string {
  switch (format) {
    case 'openssh':
      return `${escapeControls(names)} ${formatKeyLine(key)}\n`
    case 'rfc4716':
      return formatRfc4716(key, names)
    case 'pem':
      return pemOf(key)
  }
}

function pemOf(key: PublicKey): string {
  const pem = formatPem(key)
  if (typeof pem === 'string') return pem
  throw new ConfigError(isKeyFault(pem) ? KEY_FAULTS[pem.fault] : 'no PEM')
}
