import { type CertificateFaultCode } from '../certificate/codes.ts'
import { parseCertificateFields } from '../certificate/parse.ts'
import { parseKeyFields } from '../key/parse.ts'
import { isKeyFault, type PublicKey } from '../key/model.ts'
import { type LineFaultCode } from './codes.ts'
import { hasSalt } from './names.ts'

/** What a line says of its key: the host has it, it signs the host's certificates, or it is revoked. */
export type HostMarker = 'none' | 'cert-authority' | 'revoked'

/** The parts of a line, before the key is looked at. */
export interface LineFields {
  readonly kind: 'fields'
  readonly marker: HostMarker
  /** Names as written. */
  readonly hosts: string
  /** Where the names begin in the line. */
  readonly hostsAt: number
  /** Where the key type begins in the line. */
  readonly keyAt: number
  /** Key type as written. */
  readonly type: string
  /** The key's base64 as written. */
  readonly base64: string
}

/** A line that OpenSSH passes over. */
export interface VoidFields {
  readonly kind: 'void'
  readonly fault: LineFaultCode
  /** What is wrong with the key, where that is the fault. */
  readonly keyFault?: CertificateFaultCode
  /** Whether the line begins with `@`: somebody meant more than a name by it. */
  readonly likeMarker: boolean
}

/** An empty line or a comment. */
interface BlankFields {
  readonly kind: 'blank'
}

/** What a line of known_hosts is, its key not looked at. */
type Fields = LineFields | VoidFields | BlankFields

const BLANK: BlankFields = Object.freeze({ kind: 'blank' })
const MARKERS: ReadonlyMap<string, HostMarker> = new Map([
  ['@cert-authority', 'cert-authority'],
  ['@revoked', 'revoked'],
])

/**
 * Splits a line as OpenSSH does: blanks are space and tab, NUL ends the line.
 *
 * @param written - The line without its line feed, one character a byte.
 */
export function splitLine(written: string): Fields {
  const nul = written.indexOf('\0')
  const line = nul === -1 ? written : written.slice(0, nul)
  const start = skipBlanks(line, 0)
  if (start === line.length || line[start] === '#' || line.slice(start) === '\r') return BLANK
  const likeMarker = line[start] === '@'
  const marked = readMarker(line, start)
  if (marked === undefined) return { kind: 'void', fault: 'marker-malformed', likeMarker }
  const hostsEnd = skipWord(line, marked.end)
  const hosts = line.slice(marked.end, hostsEnd)
  if (hosts.startsWith('|') && !hasSalt(hosts)) {
    return { kind: 'void', fault: 'hash-malformed', likeMarker }
  }
  const keyAt = skipBlanks(line, hostsEnd)
  const typeEnd = skipWord(line, keyAt)
  const blobAt = skipBlanks(line, typeEnd)
  if (blobAt === line.length || line[keyAt] === '#') {
    return { kind: 'void', fault: 'line-truncated', likeMarker }
  }
  return {
    kind: 'fields',
    marker: marked.marker,
    hosts,
    hostsAt: marked.end,
    keyAt,
    type: line.slice(keyAt, typeEnd),
    base64: line.slice(blobAt, skipWord(line, blobAt)),
  }
}

/** The key of a line. */
interface LineKey {
  readonly kind: 'key'
  readonly key: PublicKey
  /** Whether the line has a certificate of the key instead of the key. */
  readonly certified: boolean
}

/** Reads the key of a line, or that inside the certificate that stands in its place. */
export function readKey({ type, base64, marker }: LineFields): LineKey | VoidFields {
  const key = parseKeyFields(type, base64)
  if (!isKeyFault(key)) return { kind: 'key', key, certified: false }
  const likeMarker = marker !== 'none'
  if (key.fault !== 'type-certificate') {
    return { kind: 'void', fault: 'key-malformed', keyFault: key.fault, likeMarker }
  }
  const certificate = parseCertificateFields(type, base64)
  if (!('fault' in certificate)) return { kind: 'key', key: certificate.key, certified: true }
  return { kind: 'void', fault: 'key-malformed', keyFault: certificate.fault, likeMarker }
}

/**
 * Reads the marker, if there is one; `end` is where the names begin.
 *
 * OpenSSH looks for the first space and only without one for a tab, so `@revoked<tab>host type key` is no
 * marker line for it.
 */
function readMarker(line: string, start: number): { marker: HostMarker; end: number } | undefined {
  if (line[start] !== '@') return { marker: 'none', end: start }
  const space = line.indexOf(' ', start)
  const wordEnd = space === -1 ? line.indexOf('\t', start) : space
  const marker = MARKERS.get(line.slice(start, Math.max(start, wordEnd)))
  if (marker === undefined) return undefined
  const end = skipBlanks(line, wordEnd)
  return line[end] === '@' ? undefined : { marker, end }
}

function skipBlanks(line: string, from: number): number {
  let at = from
  while (line[at] === ' ' || line[at] === '\t') at += 1
  return at
}

function skipWord(line: string, from: number): number {
  let at = from
  while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at += 1
  return at
}
