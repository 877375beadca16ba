/** As many pieces as come to a size. */
export function fill(size: number, piece: (index: number) => Uint8Array): Buffer {
  const count = Math.ceil(size / piece(1000).length)
  return Buffer.concat(Array.from({ length: count }, (_, index) => piece(index)))
}

/** Values in one another, to a size. */
export function nested(size: number, tag = 0x30): Buffer {
  const headers: Uint8Array[] = []
  let length = 0
  while (length < size) {
    const octets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3
    const written = Buffer.alloc(octets === 0 ? 0 : octets)
    if (octets > 0) written.writeUIntBE(length, 0, octets)
    const header = Buffer.concat([Buffer.of(tag, octets === 0 ? length : 0x80 | octets), written])
    headers.push(header)
    length += header.length
  }
  return Buffer.concat(headers.toReversed())
}
