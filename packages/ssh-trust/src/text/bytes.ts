const NOT_ASCII = /[^\0-\x7f]/u

/**
 * A text as one character a byte, which is how OpenSSH sees it: `?` is one byte, and what is no UTF-8 stays
 * as it is.
 *
 * @param text - A string stands for its UTF-8 form.
 */
export function toByteText(text: string | Uint8Array): string {
  if (typeof text !== 'string') {
    return Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1')
  }
  return NOT_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

/** The inverse of {@link toByteText}, as string or bytes like `form`. */
export function fromByteText<Text extends string | Uint8Array>(bytes: string, form: Text): Text {
  if (typeof form !== 'string') return new Uint8Array(Buffer.from(bytes, 'latin1')) as Text
  if (!NOT_ASCII.test(bytes)) return bytes as Text
  return Buffer.from(bytes, 'latin1').toString('utf8') as Text
}

/** Lower case of the ASCII letters; everything else as it is. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/gu, (letters) => letters.toLowerCase())
}
