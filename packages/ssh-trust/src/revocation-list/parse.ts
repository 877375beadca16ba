import { BlobReader, MalformedBlob } from '../key/blob-reader.ts'
import type { KeyFaultCode } from '../key/codes.ts'
import { isKeyFault } from '../key/model.ts'
import { parseKeyBlob } from '../key/parse.ts'
import type { RevocationListFault, RevocationListFaultCode } from './codes.ts'
import {
  base64,
  RevocationList,
  type RevocationListParts,
  type RevokedCertificates,
} from './model.ts'
import { readSerialBitmap, readSerialList, readSerialRange } from './serial-sections.ts'
import { MalformedList } from './malformed-list.ts'
import type { SerialBitmap, SerialRange } from './serials.ts'

/** Most bytes of a list by default, 16 MiB: about half a million keys. */
export const MAX_REVOCATION_LIST_BYTES: number = 16 * 1024 * 1024

/** How a list is read. */
export interface RevocationListOptions {
  /** Most bytes. Default {@link MAX_REVOCATION_LIST_BYTES}. */
  readonly maxBytes?: number
}

const MAGIC = 'SSHKRL\n\0'
const FORMAT_VERSION = 1
const SHA1_BYTES = 20
const SHA256_BYTES = 32

const SECTION = {
  certificates: 1,
  explicitKey: 2,
  sha1: 3,
  signature: 4,
  sha256: 5,
  extension: 255,
} as const

const CERTIFICATE_SECTION = {
  serialList: 0x20,
  serialRange: 0x21,
  serialBitmap: 0x22,
  keyId: 0x23,
  extension: 0x39,
} as const

/**
 * Reads an OpenSSH key revocation list (KRL) as `ssh-keygen -k` writes it.
 *
 * Does NOT verify who made it: a list with a signature is refused, as OpenSSH 10 refuses it. What it cannot read
 * whole it does not read at all.
 *
 * @returns The list, or the first fault: then refuse every key. Never throws for what is in the bytes.
 * @see OpenSSH's PROTOCOL.krl
 */
export function parseRevocationList(
  bytes: Uint8Array,
  options: RevocationListOptions = {},
): RevocationList | RevocationListFault {
  const { maxBytes = MAX_REVOCATION_LIST_BYTES } = options
  if (bytes.length > maxBytes) return { fault: 'list-too-long', offset: 0 }
  const reader = new BlobReader(new Uint8Array(bytes))
  let offset = 0
  try {
    const header = readHeader(reader)
    const contents = new Contents()
    while (reader.remaining > 0) {
      offset = reader.offset
      contents.take(reader.byte(), new BlobReader(reader.string()))
    }
    return new RevocationList(contents.under(header))
  } catch (error) {
    if (error instanceof MalformedList) return { fault: error.fault, offset }
    if (error instanceof MalformedBlob) return { fault: faultOf(error.fault), offset }
    throw error
  }
}

function faultOf(fault: KeyFaultCode): RevocationListFaultCode {
  if (fault === 'blob-truncated') return 'list-truncated'
  return fault === 'blob-trailing' ? 'list-trailing' : 'list-text-malformed'
}

type Header = Pick<RevocationListParts, 'version' | 'generatedAt' | 'comment'>

function readHeader(reader: BlobReader): Header {
  if (reader.remaining < MAGIC.length) throw new MalformedList('list-magic-wrong')
  const magic = Buffer.from(reader.bytes(MAGIC.length)).toString('latin1')
  if (magic !== MAGIC) throw new MalformedList('list-magic-wrong')
  if (reader.uint32() !== FORMAT_VERSION) throw new MalformedList('list-version-unknown')
  const version = reader.uint64()
  const generatedAt = reader.uint64()
  reader.uint64() // flags, none defined
  reader.string() // reserved
  return { version, generatedAt, comment: reader.text() }
}

interface MutableCertificates extends RevokedCertificates {
  readonly ranges: SerialRange[]
  readonly bitmaps: SerialBitmap[]
  readonly keyIds: string[]
}

class Contents {
  readonly keys = new Set<string>()
  readonly sha1 = new Set<string>()
  readonly sha256 = new Set<string>()
  readonly certificates = new Map<string, MutableCertificates>()

  /** What was taken, under the header that stood before it. */
  under(header: Header): RevocationListParts {
    const { keys, sha1, sha256, certificates } = this
    return { ...header, keys, sha1, sha256, certificates }
  }

  take(section: number, data: BlobReader): void {
    switch (section) {
      case SECTION.certificates:
        return this.#takeCertificates(data)
      case SECTION.explicitKey:
        return this.#takeKeys(data)
      case SECTION.sha1:
        return takeHashes(data, SHA1_BYTES, this.sha1)
      case SECTION.sha256:
        return takeHashes(data, SHA256_BYTES, this.sha256)
      case SECTION.extension:
        return takeExtension(data)
      case SECTION.signature:
        throw new MalformedList('list-section-signature')
      default:
        throw new MalformedList('list-section-unknown')
    }
  }

  #takeKeys(data: BlobReader): void {
    while (data.remaining > 0) {
      const blob = data.string()
      this.keys.add(base64(blob))
      // Another spelling of a key revokes it too, and a type that is not known here costs nothing.
      const key = parseKeyBlob(blob)
      if (!isKeyFault(key)) this.keys.add(base64(key.blob))
    }
  }

  #takeCertificates(data: BlobReader): void {
    const revoked = this.#revokedBy(data.string())
    data.string() // reserved
    while (data.remaining > 0) {
      const section = data.byte()
      const body = new BlobReader(data.string())
      takeCertificateSection(section, body, revoked)
      body.end()
    }
  }

  #revokedBy(authority: Uint8Array): MutableCertificates {
    const key = authority.length === 0 ? undefined : parseKeyBlob(authority)
    if (key !== undefined && isKeyFault(key)) throw new MalformedList('list-authority-malformed')
    const name = key === undefined ? '' : base64(key.blob)
    const known = this.certificates.get(name)
    const revoked = known ?? { ranges: [], bitmaps: [], keyIds: [] }
    if (known === undefined) this.certificates.set(name, revoked)
    return revoked
  }
}

function takeCertificateSection(
  section: number,
  body: BlobReader,
  { ranges, bitmaps, keyIds }: MutableCertificates,
): void {
  switch (section) {
    case CERTIFICATE_SECTION.serialList:
      readSerialList(body, ranges)
      break
    case CERTIFICATE_SECTION.serialRange:
      ranges.push(readSerialRange(body))
      break
    case CERTIFICATE_SECTION.serialBitmap:
      bitmaps.push(...readSerialBitmap(body))
      break
    case CERTIFICATE_SECTION.keyId:
      while (body.remaining > 0) keyIds.push(body.text())
      break
    case CERTIFICATE_SECTION.extension:
      takeExtension(body)
      break
    default:
      throw new MalformedList('list-section-unknown')
  }
}

function takeHashes(data: BlobReader, bytes: number, hashes: Set<string>): void {
  while (data.remaining > 0) {
    const hash = data.string()
    if (hash.length !== bytes) throw new MalformedList('list-fingerprint-malformed')
    hashes.add(base64(hash))
  }
}

/** None is known, so a critical one cannot be kept, and another has no meaning. */
function takeExtension(data: BlobReader): void {
  data.text()
  if (data.byte() !== 0) throw new MalformedList('list-extension-critical')
  data.string()
  data.end()
}
