import { DiagnosticList, MAX_POLICY_BYTES, type LineSource } from '@gatehouse/core'
import { type CertificateFaultCode } from '../certificate/codes.ts'
import { type PublicKey } from '../key/model.ts'
import { fromByteText, lowerCase, toByteText } from '../text/bytes.ts'
import { LINE_FAULTS, KNOWN_HOSTS_LOAD_CODES, type KnownHostsLoadCode } from './codes.ts'
import { type LineFaultCode } from './codes.ts'
import { isStricter, type HostProfile } from './profile.ts'
import { LineIndex } from './line-index.ts'
import { readKey, splitLine, type HostMarker, type VoidFields } from './line.ts'

/** One known_hosts file. */
export interface KnownHostsFile {
  /** Label of the file in every reason, usually its path. */
  readonly file: string
  /** Its text or bytes; a file that does not exist is an empty text. */
  readonly text: string | Uint8Array
}

/** How known_hosts files are read. */
export interface KnownHostsOptions {
  /** Default `strict`. */
  readonly profile?: HostProfile
  /** Largest file, in bytes. Default 16 MiB, some 100,000 lines. */
  readonly maxBytes?: number
}

/** A line that has the name that was looked up, and a key. */
export interface HostEntry {
  /** Where it stands. */
  readonly source: LineSource
  /** What it says of its key. */
  readonly marker: HostMarker
  /** The key of the line, or the one inside its certificate. */
  readonly key: PublicKey
  /** Whether the line has a certificate: it can revoke the key or name an authority, but not know a host. */
  readonly certified: boolean
}

/** A line found by its name; `key` is missing where it cannot be read. */
export interface FoundLine extends Pick<HostEntry, 'source' | 'marker'> {
  /** The key of the line, or the one inside its certificate. */
  readonly key?: PublicKey
  /** Whether the line has a certificate. */
  readonly certified?: boolean
}

/** A line that says nothing, and why. */
export interface VoidLine {
  /** Where it stands. */
  readonly source: LineSource
  /** Why it says nothing. */
  readonly fault: LineFaultCode
  /** What is wrong with the key, where that is the fault. */
  readonly keyFault?: CertificateFaultCode
}

/** One line of a known_hosts file, whatever it is. */
export type HostLine = {
  /** Where it stands. */
  readonly source: LineSource
  /** The line as it is written, one character a byte, without its line feed. */
  readonly text: string
} & (
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'void'
      readonly fault: LineFaultCode
      readonly keyFault?: CertificateFaultCode
    }
  | {
      readonly kind: 'entry'
      /** What the line says of its key. */
      readonly marker: HostMarker
      /** Its names, as written. */
      readonly hosts: string
      /** Where the names begin in the line. */
      readonly hostsAt: number
      /** The key of the line, or the one inside its certificate. */
      readonly key: PublicKey
      /** Whether the line has a certificate. */
      readonly certified: boolean
    }
)

/** Faults of a key whose type says nothing: OpenSSH does not find such a line by its name. */
const UNKNOWN_TYPES: ReadonlySet<CertificateFaultCode | undefined> = new Set([
  'type-unknown',
  'certificate-type-unknown',
])

/** How many names' answers a store remembers: enough for one console's systems, little memory. */
const REMEMBERED_NAMES = 4096

/**
 * Reads known_hosts files: the user's first, then the global ones. All of them count alike.
 *
 * Lines that OpenSSH passes over are passed over; {@link KnownHosts.voidLines} reports them.
 *
 * @throws ParseError if a file is too large or, in profile `strict`, a void line begins with `@`.
 * @see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, OpenSSH 10.6
 */
export function parseKnownHosts(
  files: Iterable<KnownHostsFile>,
  options: KnownHostsOptions = {},
): KnownHosts {
  const { profile = 'strict', maxBytes = MAX_POLICY_BYTES } = options
  const loaded = Array.from(files, ({ file, text }) => {
    const diagnostics = new DiagnosticList<KnownHostsLoadCode>(file)
    if (text.length > maxBytes) {
      const message = `${KNOWN_HOSTS_LOAD_CODES['text-too-large']} of ${maxBytes} bytes`
      diagnostics.add('text-too-large', message, { line: 1, column: 1 }, '')
      diagnostics.throwIfAny()
    }
    const index = new LineIndex(toByteText(text))
    if (isStricter(profile, 'void-marker-refuses-file')) reportMarkers(index, diagnostics)
    diagnostics.throwIfAny()
    return { file, index }
  })
  return new KnownHosts(loaded, profile)
}

function reportMarkers(index: LineIndex, diagnostics: DiagnosticList<KnownHostsLoadCode>): void {
  for (const line of index.markerLines) {
    const text = index.line(line)
    const fault = voidOf(text)
    if (fault === undefined) continue
    const column = text.indexOf('@') + 1
    diagnostics.add(fault.fault, LINE_FAULTS[fault.fault], { line, column }, text)
  }
}

function readLine(text: string, source: LineSource): HostLine {
  const fields = splitLine(text)
  if (fields.kind === 'blank') return { kind: 'blank', source, text }
  const read = fields.kind === 'fields' ? readKey(fields) : fields
  if (read.kind === 'void' || fields.kind === 'void') {
    const { fault, keyFault } = read as VoidFields
    return { kind: 'void', source, text, fault, ...(keyFault === undefined ? {} : { keyFault }) }
  }
  const { marker, hosts, hostsAt } = fields
  const { key, certified } = read
  return { kind: 'entry', source, text, marker, hosts, hostsAt, key, certified }
}

function voidOf(text: string): VoidFields | undefined {
  const fields = splitLine(text)
  if (fields.kind !== 'fields') return fields.kind === 'void' ? fields : undefined
  const key = readKey(fields)
  return key.kind === 'void' ? key : undefined
}

/** The known_hosts files of one user, read. Made by {@link parseKnownHosts}; never changes. */
export class KnownHosts {
  /** How the files were read, and how decisions are taken by them. */
  readonly profile: HostProfile
  readonly #files: readonly { readonly file: string; readonly index: LineIndex }[]
  readonly #remembered = new Map<string, readonly HostEntry[]>()

  /** @param files - In the order in which they were given. */
  constructor(
    files: readonly { readonly file: string; readonly index: LineIndex }[],
    profile: HostProfile,
  ) {
    this.#files = files
    this.profile = profile
  }

  /**
   * The lines that have a name, those with markers too, in the order of files and lines.
   *
   * @param name - As {@link lookupName} makes it: lower case, `[host]:port` where the port is not 22.
   */
  entries(name: string): readonly HostEntry[] {
    const known = this.#remembered.get(name)
    if (known !== undefined) return known
    const found = this.#found(name, name).filter((line): line is HostEntry => 'key' in line)
    if (this.#remembered.size >= REMEMBERED_NAMES) this.#remembered.clear()
    this.#remembered.set(name, found)
    return found
  }

  /**
   * The lines that `ssh-keygen -F` finds: also those whose key cannot be read, if its type is known.
   *
   * @param name - `host` or `[host]:port`; hashed names are compared as it is written.
   */
  find(name: string): readonly FoundLine[] {
    const bytes = toByteText(name)
    return this.#found(lowerCase(bytes), bytes)
  }

  /** Every line that says nothing, in order; reads the whole of every file. */
  voidLines(): readonly VoidLine[] {
    return this.lines().flatMap((line) => {
      if (line.kind !== 'void') return []
      const { source, fault, keyFault } = line
      return [{ source, fault, ...(keyFault === undefined ? {} : { keyFault }) }]
    })
  }

  /** Every line of every file, read; takes as long as reading every key does. */
  lines(): readonly HostLine[] {
    return this.#files.flatMap(({ file, index }) =>
      Array.from({ length: index.lineCount }, (_, before) => {
        const line = before + 1
        return readLine(index.line(line), { file, line })
      }),
    )
  }

  /** Label and number of lines of each file, in their order. */
  get files(): readonly { readonly file: string; readonly lineCount: number }[] {
    return this.#files.map(({ file, index }) => ({ file, lineCount: index.lineCount }))
  }

  /** The files as they were given, byte for byte, in their order. */
  get texts(): readonly { readonly file: string; readonly text: Uint8Array }[] {
    return this.#files.map(({ file, index }) => {
      return { file, text: fromByteText(index.text, new Uint8Array()) }
    })
  }

  #found(name: string, hashedAs: string): FoundLine[] {
    return this.#files.flatMap(({ file, index }) =>
      index.matching(name, hashedAs).flatMap((line) => {
        const fields = splitLine(index.line(line))
        if (fields.kind !== 'fields') return []
        const source = { file, line }
        const { marker } = fields
        const read = readKey(fields)
        if (read.kind === 'void')
          return UNKNOWN_TYPES.has(read.keyFault) ? [] : [{ source, marker }]
        const { key, certified } = read
        return key.type === 'ssh-dss' ? [] : [{ source, marker, key, certified }]
      }),
    )
  }
}
