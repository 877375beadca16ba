/** The number of these bytes, most significant first; none is zero. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** How many bits a magnitude without leading zeros has. */
export function bitLength(magnitude: Uint8Array): number {
  const first = magnitude[0]
  return first === undefined ? 0 : (magnitude.length - 1) * 8 + (32 - Math.clz32(first))
}
