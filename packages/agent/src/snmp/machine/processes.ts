import { join } from 'node:path'
import { readNames, readText } from './read.ts'

/** Most processes of which more than their number is shown: each costs a file, all while nothing else is done. */
const MAX_PROCESSES = 512

/** Clock ticks of the kernel in a second, in what it tells programs. */
const TICKS_PER_SECOND = 100

/** Size of a page in bytes, on all that Node runs on but some ARM and POWER. */
const PAGE_BYTES = 4096

/** A process. Its command line is left out: it may hold passwords. */
export interface RunningProcess {
  readonly pid: number
  readonly name: string
  /** One letter, as the kernel has it. */
  readonly state: string
  /** Whether it is a thread of the kernel. */
  readonly isKernel: boolean
  /** Seconds of processors that it has used. */
  readonly seconds: number
  readonly residentBytes: number
}

/** The processes: how many, and what is known of the first. */
export interface Processes {
  readonly count: number
  readonly shown: readonly RunningProcess[]
}

/** The processes of the machine; none where there is no /proc. */
export function readProcesses(proc = '/proc'): Processes {
  const pids = readNames(proc)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b)
  return {
    count: pids.length,
    shown: pids.slice(0, MAX_PROCESSES).flatMap((pid) => readProcess(proc, pid)),
  }
}

function readProcess(proc: string, pid: number): readonly RunningProcess[] {
  const stat = readText(join(proc, String(pid), 'stat'))
  if (stat === undefined) return []
  // The name stands between the first and the last parenthesis and may hold any character.
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')]
  if (open < 0 || close < open) return []
  const fields = stat.slice(close + 2).split(' ')
  const number = (at: number): number => Number(fields[at]) || 0
  return [
    {
      pid,
      name: Buffer.from(stat.slice(open + 1, close), 'latin1').toString('utf8'),
      state: fields[0] ?? '',
      isKernel: pid === KERNEL_THREADS || number(1) === KERNEL_THREADS,
      seconds: (number(11) + number(12)) / TICKS_PER_SECOND,
      residentBytes: number(21) * PAGE_BYTES,
    },
  ]
}

/** The process that all threads of the kernel come from. */
const KERNEL_THREADS = 2
