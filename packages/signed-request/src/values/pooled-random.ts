import { randomFillSync } from 'node:crypto'
import type { RandomSource } from './memory-replay-store.ts'

const POOL_BYTES = 1_024

/**
 * Random bytes of `node:crypto`, fetched by the kilobyte: sixteen at a time take as long as an
 * authentication code. For what is no secret, since bytes wait in memory; no byte is given twice.
 */
export function pooledRandom(): RandomSource {
  const pool = Buffer.alloc(POOL_BYTES)
  let given = POOL_BYTES
  return (bytes) => {
    if (bytes > POOL_BYTES) return randomFillSync(Buffer.alloc(bytes))
    if (given + bytes > POOL_BYTES) {
      randomFillSync(pool)
      given = 0
    }
    given += bytes
    return Buffer.from(pool.subarray(given - bytes, given))
  }
}
