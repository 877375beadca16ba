import { malformed } from './source.ts'

/** One block of a PEM text. */
export interface PemBlock {
  /** What stands behind `BEGIN`, such as `CERTIFICATE`. */
  readonly label: string
  readonly der: Uint8Array
  /** Lines before the contents, `Name: value`; only private keys have any (RFC 1421, 4.6). */
  readonly headers: readonly string[]
  /** Line of the text that it begins on, from 1. */
  readonly line: number
}

const BEGIN = /^-----BEGIN ([A-Z0-9 #]+)-----$/

/**
 * Whether bytes are a PEM text rather than DER. What begins as DER of more than 127 bytes does, the
 * tag of a SEQUENCE and a length of several bytes, is none, whatever text stands inside of it.
 */
export function isPem(bytes: Uint8Array): boolean {
  const beginsAsDer = bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80
  return !beginsAsDer && bufferOf(bytes).includes('-----BEGIN ')
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/**
 * Reads every block of a PEM text (RFC 7468). What stands between blocks is passed over, as programs
 * write explanations there.
 *
 * @throws ParseError when a block has no end or holds what is not base64.
 */
export function readPem(bytes: Uint8Array, file: string): readonly PemBlock[] {
  const text = bufferOf(bytes).toString('latin1')
  const lines = text.split(/\r\n|\r|\n/)
  const blocks: PemBlock[] = []
  let open: { label: string; first: number } | undefined
  for (const [index, line] of lines.entries()) {
    const begins = BEGIN.exec(line.trimEnd())?.[1]
    if (begins !== undefined) {
      if (open !== undefined) throw at(index)
      open = { label: begins, first: index }
    } else if (line.startsWith('-----END ')) {
      if (open === undefined || line.trimEnd() !== `-----END ${open.label}-----`) throw at(index)
      const within = lines.slice(open.first + 1, index).map((part) => part.trim())
      const headers = open.label.endsWith('PRIVATE KEY') ? headersOf(within) : []
      const der = decode(within.slice(headers.length).join(''))
      if (der === undefined) throw at(open.first)
      blocks.push({ label: open.label, der, headers, line: open.first + 1 })
      open = undefined
    }
  }
  if (open !== undefined) throw at(open.first)
  return blocks

  function at(index: number): Error {
    const bytesOfLine = Buffer.from(lines[index] ?? '', 'latin1')
    return malformed('pem-malformed', { file, line: index + 1, offset: 0 }, bytesOfLine)
  }
}

/** The lines up to the first that is empty, where they begin with a header. */
function headersOf(lines: readonly string[]): readonly string[] {
  return lines[0]?.includes(':') === true ? lines.slice(0, Math.max(0, lines.indexOf(''))) : []
}

function decode(base64: string): Uint8Array | undefined {
  const isWhole = base64 !== '' && base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)
  if (!isWhole) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? new Uint8Array(bytes) : undefined
}

/** Writes a block, 64 characters a line. */
export function formatPem(label: string, der: Uint8Array): string {
  const base64 = bufferOf(der).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
