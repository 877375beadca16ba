import { createHash } from 'node:crypto'

/** Hash of a fingerprint: `sha256` is what OpenSSH prints by default, `md5` the old form. */
export type FingerprintHash = 'sha256' | 'md5'

/**
 * Fingerprint of a key as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding, or `MD5:` and
 * hexadecimal pairs with colons.
 *
 * MD5 can be forged by whoever made the key: show it to compare with old lists, decide nothing by it.
 *
 * @param blob - The canonical blob of the key, {@link PublicKey.blob}; other spellings of the same key give
 *   another fingerprint.
 */
export function fingerprintOf(blob: Uint8Array, hash: FingerprintHash): string {
  if (hash === 'md5') {
    const pairs = createHash('md5').update(blob).digest('hex').match(/../gu) ?? []
    return `MD5:${pairs.join(':')}`
  }
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`
}
