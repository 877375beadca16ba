import { constants, open } from 'node:fs/promises'
import { z } from 'zod'
import { confine } from '../confine.ts'
import { Failure } from '../failure.ts'
import { readTail } from '../tail.ts'
import { integerArgument, method, microagent, type Host, type Microagent } from './method.ts'

/** Most bytes of a log that one request reads: 64 KiB, some 500 lines. */
const MAX_TAIL_BYTES = 64 * 1024

const file = z.string().max(4096)

/** The ends of log files in the folders that the config names. */
export const logfile: Microagent = microagent('the newest lines of log files in allowed folders', {
  /** The vendor's name; there it is a subscription, here one question. */
  onNewLine: method({
    impact: 'INFO',
    description: 'the last line of a log file, and the one before it',
    arguments: { file },
    run: async (args, host) => {
      const [nextLine = '', previousLine = ''] = (await lastLines(args.file, host)).toReversed()
      return { nextLine, previousLine }
    },
  }),
  /** Our name. */
  getLastLines: method({
    impact: 'INFO',
    description: 'the last lines of a log file',
    arguments: { file, count: integerArgument(1, 500).default(10) },
    run: async (args, host) => ({ lines: (await lastLines(args.file, host)).slice(-args.count) }),
  }),
})

async function lastLines(path: string, { logfileRoots }: Host): Promise<string[]> {
  const real = await confine(logfileRoots, path, 'file')
  // Neither follows a link that took the file's place meanwhile, nor waits for a writer of a pipe.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  if ((await handle.stat()).isFile()) return (await readTail(handle, MAX_TAIL_BYTES)).lines
  await handle.close()
  throw new Failure('no-such-object', { field: 'arguments.file' })
}
