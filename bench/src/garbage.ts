import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void

/** Moves what was made for a measurement out of the young generation, so that nobody pays for it. */
export function settle(): void {
  collect({ type: 'minor' })
  collect({ type: 'minor' })
}

/** Bytes in use outside of the young generation and after a full collection, external memory included. */
export function bytesInUse(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
