const WELL_FORMED = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u

/** White space as C has it, which OpenSSH skips inside base64; a no-break space is none. */
const WHITE_SPACE = /[\t\n\v\f\r ]+/gu

/**
 * Decodes base64 as strictly as OpenSSH: padding complete, no foreign characters, the unused bits zero; white
 * space is skipped.
 *
 * @returns Nothing if the text is not well-formed.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const packed = text.replace(WHITE_SPACE, '')
  if (!WELL_FORMED.test(packed)) return undefined
  const bytes = Buffer.from(packed, 'base64')
  return bytes.toString('base64') === packed ? new Uint8Array(bytes) : undefined
}

/** Base64 as a JWK has it (RFC 7518). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** Base64 with padding, in lines of at most 70 characters, as ssh-keygen writes. */
export function encodeBase64Lines(bytes: Uint8Array): readonly string[] {
  return (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,70}/gu) ?? []
  )
}
