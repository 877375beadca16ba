/** Draws a whole number from 0 up to, not including, `below`. */
export type Random = (below: number) => number

/** Repeatable numbers: the 32-bit mixing function of `splitmix32` over a counter. */
export function randomNumbers(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * below)
  }
}
