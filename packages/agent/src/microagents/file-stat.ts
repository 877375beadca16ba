import { opendir, stat } from 'node:fs/promises'
import { z } from 'zod'
import { confine } from '../confine.ts'
import { Failure } from '../failure.ts'
import { method, microagent, type Microagent } from './method.ts'

/** Most entries of a folder that are counted: 100,000, a second's work. */
const MAX_ENTRIES = 100_000

const path = z.string().max(4096)

/** Status of files in the folders that the config names. Names of methods are the vendor's, those of arguments ours. */
export const fileStat: Microagent = microagent('status of files in allowed folders', {
  getFileStatus: method({
    impact: 'INFO',
    description: 'kind, size and time of change of a file or folder',
    arguments: { path },
    run: async (args, { fileStatRoots }) => {
      const real = await confine(fileStatRoots, args.path, 'path')
      const status = await stat(real)
      return {
        path: real,
        kind: status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other',
        bytes: status.size,
        changed: status.mtime.toISOString(),
      }
    },
  }),
  getFileCount: method({
    impact: 'INFO',
    description: 'how many files and folders a folder holds, or those whose names hold a text',
    arguments: { directory: path, name: z.string().max(255).default('') },
    run: async ({ directory, name }, { fileStatRoots }) => ({
      count: await countEntries(await confine(fileStatRoots, directory, 'directory'), name),
    }),
  }),
})

async function countEntries(directory: string, name: string): Promise<number> {
  let seen = 0
  let count = 0
  for await (const entry of await opendir(directory)) {
    seen += 1
    if (seen > MAX_ENTRIES) throw new Failure('limit-reached')
    if (entry.name.includes(name)) count += 1
  }
  return count
}
