import { type KeyFault, type KeyFaultCode } from './codes.ts'
import { parseKeyLine } from './line.ts'
import { isKeyFault } from './model.ts'
import { parsePemBody } from './pem.ts'
import { parseRfc4716Body, RFC4716_BEGIN, RFC4716_END, type CommentedKey } from './rfc4716.ts'

/** Largest file of keys that is read: 1 MiB, some 1,800 keys of RSA 3072. */
export const MAX_IMPORT_BYTES: number = 1024 * 1024

/** How a key was written in an imported file. */
export type KeyForm = 'line' | 'rfc4716' | 'pem'

/** A key of an imported file. */
export interface ImportedKey extends CommentedKey {
  /** How it was written. */
  readonly form: KeyForm
  /** Line it begins on, from 1. */
  readonly line: number
}

/** A piece of an imported file that is no key. */
export interface ImportFault extends KeyFault {
  /** Line it begins on, from 1. */
  readonly line: number
}

/** What an imported file holds, both lists in the order of the file. */
export interface ImportedKeys {
  /** The keys, each as often as it stands there. */
  readonly keys: readonly ImportedKey[]
  /** What could not be read; a caller that wants all or nothing asks whether it is empty. */
  readonly faults: readonly ImportFault[]
}

const PEM_BEGIN = /^-----BEGIN ([A-Z0-9 ]+)-----$/u
const PRIVATE_BEGIN = /^-----? ?BEGIN [A-Z0-9 ]*PRIVATE KEY ?-?----$/u

/**
 * Reads the keys of a file given by hand: OpenSSH lines, RFC 4716 blocks and PEM blocks, mixed as they may be.
 *
 * Empty lines and lines that begin with `#` are skipped. A private key is never read, only reported. It decides
 * nothing about trust: whoever imports vouches for the keys.
 *
 * @param text - The file; UTF-8, a byte order mark is dropped.
 */
export function importKeys(text: string | Uint8Array): ImportedKeys {
  if (byteLength(text) > MAX_IMPORT_BYTES) {
    return { keys: [], faults: [{ fault: 'file-too-long', line: 1 }] }
  }
  const decoded = typeof text === 'string' ? text.replace(/^\u{FEFF}/u, '') : UTF8.decode(text)
  return new KeyFile(decoded.split(/\r?\n/u)).read()
}

const UTF8 = new TextDecoder()

function byteLength(text: string | Uint8Array): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.length
}

class KeyFile {
  readonly #lines: readonly string[]
  readonly #keys: ImportedKey[] = []
  readonly #faults: ImportFault[] = []
  #at = 0

  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  read(): ImportedKeys {
    while (this.#at < this.#lines.length) this.#readPiece()
    return { keys: this.#keys, faults: this.#faults }
  }

  #readPiece(): void {
    const start = this.#at
    const line = (this.#lines[this.#at++] ?? '').trim()
    if (line === '' || line.startsWith('#')) return
    const label = PEM_BEGIN.exec(line)?.[1]
    if (PRIVATE_BEGIN.test(line)) this.#skipPrivate(start)
    else if (line === RFC4716_BEGIN) this.#readRfc4716(start)
    else if (label !== undefined) this.#readPem(label, start)
    else this.#keep('line', parseKeyLine(this.#lines[start] ?? ''), start)
  }

  #readRfc4716(start: number): void {
    const body = this.#upTo((line) => line === RFC4716_END)
    if (body === undefined) this.#refuse('rfc4716-malformed', start)
    else this.#keep('rfc4716', parseRfc4716Body(body), start)
  }

  #readPem(label: string, start: number): void {
    const body = this.#upTo((line) => line === `-----END ${label}-----`)
    if (body === undefined || (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY')) {
      this.#refuse('pem-malformed', start)
      return
    }
    const key = parsePemBody(label, body)
    this.#keep('pem', isKeyFault(key) ? key : { key, comment: '' }, start)
  }

  #skipPrivate(start: number): void {
    this.#upTo((line) => /^-{4,5} ?END /u.test(line))
    this.#refuse('private-key', start)
  }

  /** The lines up to one that ends the block, which is read too; without one, all the rest is read. */
  #upTo(ends: (line: string) => boolean): readonly string[] | undefined {
    const start = this.#at
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++] ?? ''
      if (ends(line.trim())) return this.#lines.slice(start, this.#at - 1)
    }
    return undefined
  }

  #keep(form: KeyForm, read: CommentedKey | KeyFault, start: number): void {
    if (isKeyFault(read)) this.#refuse(read.fault, start)
    else this.#keys.push({ key: read.key, comment: read.comment, form, line: start + 1 })
  }

  #refuse(fault: KeyFaultCode, start: number): void {
    this.#faults.push({ fault, line: start + 1 })
  }
}
