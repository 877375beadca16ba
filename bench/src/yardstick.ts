import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { rate } from './measure.ts'

/** What three bare checks of a P-256 signature took, in microseconds, on the machine for which the goals were set. */
export const MICROSECONDS_THERE = 149

/** How often three are checked between two looks at the time. */
const BATCH = 50

/** What three bare checks of a P-256 signature take here and now, in microseconds of CPU time. */
export async function microsecondsHere(): Promise<number> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const message = Buffer.alloc(1_000)
  const signature = sign('sha256', message, privateKey)
  const perSecond = await rate(() => () => {
    for (let check = 0; check < 3 * BATCH; check += 1) {
      verify('sha256', message, publicKey, signature)
    }
    return BATCH
  })
  return 1_000_000 / perSecond
}
