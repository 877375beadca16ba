import { once } from 'node:events'
import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { pino, type DestinationStream } from 'pino'
import roll from 'pino-roll'
import type { AuditWriter, OpenLog } from '../audit-writer.ts'

/** Bytes that pino collects in its asynchronous mode, as its documentation advises. */
const MIN_LENGTH = 4096

type PinoDestination = ReturnType<typeof pino.destination>

/** What records are kept with where there is no audit log. */
export const AUDIT_WRITERS: readonly AuditWriter[] = [
  {
    name: 'appendFileSync',
    promise: 'given to the system',
    open: (folder) => {
      const file = join(folder, 'audit.jsonl')
      const append: OpenLog['append'] = (event) =>
        appendFileSync(file, `${JSON.stringify(event)}\n`)
      return { append, close: () => undefined }
    },
  },
  {
    name: 'appendFileSync + fsync',
    promise: 'on disk',
    open: (folder) => {
      const descriptor = openSync(join(folder, 'audit.jsonl'), 'a')
      const append: OpenLog['append'] = (event) => {
        appendFileSync(descriptor, `${JSON.stringify(event)}\n`)
        fsyncSync(descriptor)
      }
      return { append, close: () => closeSync(descriptor) }
    },
  },
  {
    name: 'pino, sync',
    promise: 'given to the system',
    open: (folder) => openPino(pino.destination({ dest: join(folder, 'pino.log'), sync: true })),
  },
  {
    name: 'pino, async',
    promise: 'in the memory of the process',
    open: (folder) =>
      openPino(
        pino.destination({ dest: join(folder, 'pino.log'), sync: false, minLength: MIN_LENGTH }),
      ),
  },
  {
    name: 'pino-roll',
    promise: 'in the memory of the process',
    open: async (folder) => openPino(await roll({ file: join(folder, 'roll'), size: '64m' })),
  },
]

function openPino(destination: PinoDestination): OpenLog {
  const logger = pino(destination as DestinationStream)
  return {
    append: (event) => logger.info(event),
    close: async () => {
      const closed = once(destination, 'close')
      destination.end()
      await closed
    },
  }
}
