/** One entry of a registry export. */
export interface RegistryEntry {
  /** Path of the key that it stands in, in lower case. */
  readonly key: string
  readonly name: string
  /** A number for `dword:`, a text for a quoted value, `null` for a kind that is not read. */
  readonly value: number | string | null
  readonly line: number
}

/** A line that is none of those that `reg export` writes. */
export interface RegistryFault {
  readonly line: number
}

/**
 * Reads the lines of a registry export (`reg export`, REGEDIT4 and version 5.00).
 *
 * Values of several lines (a backslash at the end) are entries with `null` for a value.
 */
export function readRegistry(lines: readonly string[]): {
  readonly keys: ReadonlySet<string>
  readonly entries: readonly RegistryEntry[]
  readonly faults: readonly RegistryFault[]
} {
  const keys = new Set<string>()
  const entries: RegistryEntry[] = []
  const faults: RegistryFault[] = []
  let key = ''
  let continued = false
  for (const [index, text] of lines.entries()) {
    const line = index + 1
    const isContinuation = continued
    continued = text.endsWith('\\')
    if (isContinuation || text.trim() === '' || text.startsWith(';') || HEADER.test(text)) continue
    const opened = /^\[([^-].*)\]$/.exec(text)?.[1]
    if (opened !== undefined) {
      key = opened.toLowerCase()
      keys.add(key)
      continue
    }
    const entry = readEntry(text)
    if (entry === undefined) faults.push({ line })
    else entries.push({ key, ...entry, line })
  }
  return { keys, entries, faults }
}

const HEADER = /^(?:REGEDIT4|Windows Registry Editor Version 5\.00)\s*$/
const ENTRY = /^(?:@|"((?:[^"\\]|\\["\\])*)")=(.+)$/
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/
const DWORD = /^dword:([0-9a-f]{8})$/i

function readEntry(text: string): Pick<RegistryEntry, 'name' | 'value'> | undefined {
  const [, name = '', value = ''] = ENTRY.exec(text) ?? []
  if (value === '') return undefined
  const dword = DWORD.exec(value)?.[1]
  const quoted = QUOTED.exec(value)?.[1]
  if (dword !== undefined) return { name: unescape(name), value: parseInt(dword, 16) }
  if (quoted !== undefined) return { name: unescape(name), value: unescape(quoted) }
  return /^hex(?:\([0-9a-f]+\))?:/i.test(value) ? { name: unescape(name), value: null } : undefined
}

function unescape(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}
