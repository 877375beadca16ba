import { startAttacked, type Doings, type Target } from './servers.ts'

/** What a process that is attacked says of itself. */
export interface Figures extends Doings {
  /** Octets. */
  readonly rss: number
  readonly heapUsed: number
  /** CPU time until now, in microseconds. */
  readonly cpu: number
  readonly droppedByKernel: number
  readonly receiveBufferBytes: number
}

process.on('message', (message: { start: Target } | 'figures' | 'end') => {
  void take(message)
})

process.on('disconnect', () => process.exit())

let attacked: Awaited<ReturnType<typeof startAttacked>> | undefined

async function take(message: { start: Target } | 'figures' | 'end'): Promise<void> {
  if (message === 'end') process.exit()
  if (message !== 'figures') {
    attacked = await startAttacked(message.start)
    process.send?.({ port: attacked.listening.addresses[0]?.port })
    return
  }
  if (attacked === undefined) return
  const { user, system } = process.cpuUsage()
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({
    ...attacked.doings(),
    rss,
    heapUsed,
    cpu: user + system,
    droppedByKernel: attacked.listening.droppedByKernel() ?? 0,
    receiveBufferBytes: attacked.listening.receiveBufferBytes,
  })
}
