import { readdir, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import { method, microagent, type Microagent } from './method.ts'

/** Most processes that are looked at: 4096, an eighth of the kernel's default limit on process ids. */
const MAX_PROCESSES = 4096

interface RunningProcess {
  readonly pid: number
  readonly name: string
  readonly state: string
  readonly residentBytes: number
}

const nameFilter = { name: z.string().max(64).optional() }

/** Processes of the machine, on Linux. Command lines are left out: they may hold passwords. Names are the vendor's. */
export const processes: Microagent = microagent('processes of the machine', {
  getProcess: method({
    impact: 'INFO',
    description: 'the running processes, or those with exactly this name',
    arguments: nameFilter,
    run: async ({ name }) => ({ processes: await list(name) }),
  }),
  getInstanceCount: method({
    impact: 'INFO',
    description: 'how many processes run, or how many with exactly this name',
    arguments: nameFilter,
    run: async ({ name }) => ({ count: (await list(name)).length }),
  }),
})

async function list(name: string | undefined): Promise<RunningProcess[]> {
  const pids = (await entries()).filter((entry) => /^\d+$/.test(entry)).slice(0, MAX_PROCESSES)
  const found: RunningProcess[] = []
  for (const pid of pids) {
    // oxlint-disable-next-line no-await-in-loop -- opens one file at a time
    const running = await read(pid)
    if (running !== undefined && (name === undefined || running.name === name)) found.push(running)
  }
  return found
}

async function entries(): Promise<string[]> {
  try {
    return await readdir('/proc')
  } catch (cause) {
    throw new Failure('not-supported', { message: 'this platform has no /proc', cause })
  }
}

/** What the kernel says of one process; nothing when it has ended meanwhile. */
async function read(pid: string): Promise<RunningProcess | undefined> {
  let status: string
  try {
    status = await readFile(`/proc/${pid}/status`, 'utf8')
  } catch {
    return undefined
  }
  const fields = new Map(
    status.split('\n').map((line) => {
      const [key = '', value = ''] = line.split(':\t')
      return [key, value.trim()]
    }),
  )
  return {
    pid: Number(pid),
    name: fields.get('Name') ?? '',
    state: fields.get('State') ?? '',
    residentBytes: Number.parseInt(fields.get('VmRSS') ?? '0', 10) * 1024,
  }
}
