import type { Certificate } from '../certificate/certificate.ts'
import { parseBlocks } from '../input/parse.ts'
import type { ReadOptions } from '../input/source.ts'
import { readBundle } from './bundle.ts'

/** Most bytes of a bundle, 16 MiB: some thousand certificates, with the lists of their authorities. */
export const MAX_BUNDLE_BYTES: number = 16 * 1024 * 1024

/** RFC 7468, 8 and 9, and an older one. */
export const BUNDLE_LABELS: ReadonlySet<string> = new Set(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA'])

/**
 * Reads the certificates of a PKCS#7 bundle, as authorities reply with: DER, or each PEM block of that label.
 *
 * The order is that of the file and says nothing. Revocation lists in it are passed over. A bundle is
 * not signed: nothing in it is to be trusted because it is there.
 *
 * @throws ParseError with line and byte of the first error; also for a message that somebody signed,
 *   and for one without certificates.
 * @see RFC 2315, 9; RFC 5652, 5
 */
export function parseBundle(
  bytes: Uint8Array,
  { file, maxBytes = MAX_BUNDLE_BYTES }: ReadOptions,
): readonly Certificate[] {
  return parseBlocks(bytes, { file, maxBytes }, BUNDLE_LABELS, readBundle).flat()
}
