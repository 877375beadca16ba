import type { ObjectInstance } from '@gatehouse/snmp-access/engine'
import type { Oid } from '@gatehouse/snmp-access'
import type { FileSystem } from '../machine/file-systems.ts'
import type { Memory } from '../machine/memory.ts'
import type { Processes, RunningProcess } from '../machine/processes.ts'
import { HOST } from './arcs.ts'
import {
  counter,
  gauge,
  identifier,
  integer,
  NONE,
  octets,
  scalar,
  table,
  text,
  ticks,
  type Row,
} from './values.ts'

/** Groups of the Host Resources MIB, each a subtree. */
export const HOST_GROUPS: Readonly<
  Record<'system' | 'storage' | 'device' | 'running' | 'performance', Oid>
> = {
  system: [...HOST, 1],
  storage: [...HOST, 2],
  device: [...HOST, 3],
  running: [...HOST, 4],
  performance: [...HOST, 5],
}

/**
 * hrSystem: how long the machine has been up, its date, and how many processes it has.
 *
 * @param uptime - Seconds since the machine started.
 */
export function hostSystem(
  uptime: number,
  date: Date,
  processes: number,
): readonly ObjectInstance[] {
  const { system } = HOST_GROUPS
  return [
    scalar([...system, 1], ticks(uptime)),
    scalar([...system, 2], octets(dateAndTime(date))),
    scalar([...system, 6], gauge(processes)),
    // No fixed number.
    scalar([...system, 7], integer(0)),
  ]
}

/** RFC 2579, DateAndTime: in local time, with its distance from UTC. */
export function dateAndTime(date: Date): Uint8Array {
  const bytes = Buffer.alloc(11)
  bytes.writeUInt16BE(date.getFullYear())
  const rest = [
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
    Math.trunc(date.getMilliseconds() / 100),
  ]
  for (const [at, value] of rest.entries()) bytes[2 + at] = value
  const east = -date.getTimezoneOffset()
  bytes.write(east < 0 ? '-' : '+', 8, 'latin1')
  bytes[9] = Math.trunc(Math.abs(east) / 60)
  bytes[10] = Math.abs(east) % 60
  return bytes
}

/** Kinds of storage. */
const STORAGE = { memory: 2, virtual: 3, disk: 4, memoryDisk: 8 }

/** Number of the first file system among the kinds of storage: those before are memory. */
const FIRST_FILE_SYSTEM = 31

interface Storage {
  readonly index: number
  readonly kind: number
  readonly name: string
  readonly unitBytes: number
  readonly units: number
  readonly usedUnits: number
}

/** hrStorage: memory and file systems. Numbers of file systems hold while none is mounted or taken away. */
export function hostStorage(
  memory: Memory,
  fileSystems: readonly FileSystem[],
): readonly ObjectInstance[] {
  const { storage } = HOST_GROUPS
  const { total, free, cached, swapTotal, swapFree } = memory
  const bytes = { unitBytes: 1024, kind: STORAGE.virtual }
  const rows: Storage[] = [
    {
      ...bytes,
      kind: STORAGE.memory,
      index: 1,
      name: 'Physical memory',
      units: total / 1024,
      usedUnits: (total - free) / 1024,
    },
    {
      ...bytes,
      index: 3,
      name: 'Virtual memory',
      units: (total + swapTotal) / 1024,
      usedUnits: (total - free + swapTotal - swapFree) / 1024,
    },
    {
      ...bytes,
      kind: STORAGE.memory,
      index: 7,
      name: 'Cached memory',
      units: cached / 1024,
      usedUnits: cached / 1024,
    },
    {
      ...bytes,
      index: 10,
      name: 'Swap space',
      units: swapTotal / 1024,
      usedUnits: (swapTotal - swapFree) / 1024,
    },
    ...fileSystems.map(({ path, isMemory, blockBytes, blocks, freeBlocks }, at) => ({
      index: FIRST_FILE_SYSTEM + at,
      kind: isMemory ? STORAGE.memoryDisk : STORAGE.disk,
      name: path,
      unitBytes: blockBytes,
      units: blocks,
      usedUnits: blocks - freeBlocks,
    })),
  ]
  return [
    scalar([...storage, 2], integer(total / 1024)),
    ...table([...storage, 3, 1], rows.map(storageRow)),
  ]
}

function storageRow({ index, kind, name, unitBytes, units, usedUnits }: Storage): Row {
  // What 32 bits cannot count is counted in larger units.
  let scale = 1
  while (units / scale >= 2 ** 31) scale *= 2
  return {
    index,
    columns: {
      1: integer(index),
      2: identifier([...HOST_GROUPS.storage, 1, kind]),
      3: text(name),
      4: integer(unitBytes * scale),
      5: integer(units / scale),
      6: integer(usedUnits / scale),
      7: counter(0),
    },
  }
}

/** Number of the first processor among the devices, as net-snmp has it. */
const FIRST_PROCESSOR = 196_608

const DEVICE = { processor: 3, running: 2 }

/** hrDevice: processors only, and how busy each was over the last minute, in percent. */
export function hostDevices(percent: readonly number[], model: string): readonly ObjectInstance[] {
  const { device } = HOST_GROUPS
  const devices = percent.map((_, at) => ({
    index: FIRST_PROCESSOR + at,
    columns: {
      1: integer(FIRST_PROCESSOR + at),
      2: identifier([...device, 1, DEVICE.processor]),
      3: text(model, 64),
      4: NONE,
      5: integer(DEVICE.running),
      6: counter(0),
    },
  }))
  const loads = percent.map((load, at) => ({
    index: FIRST_PROCESSOR + at,
    columns: { 1: NONE, 2: integer(Math.round(load)) },
  }))
  return [...table([...device, 2, 1], devices), ...table([...device, 3, 1], loads)]
}

/** What runs: of the operating system, or an application. */
const KIND = { system: 2, application: 4 }

/** States of hrSWRunStatus. */
const RUN = { running: 1, runnable: 2, notRunnable: 3, invalid: 4 }

/** By the kernel's letters; whatever waits is runnable once that has come. */
const RUN_STATES: Readonly<Record<string, number>> = {
  R: RUN.running,
  S: RUN.runnable,
  I: RUN.runnable,
  D: RUN.notRunnable,
  T: RUN.notRunnable,
  t: RUN.notRunnable,
}

/** hrSWRun: processes by name. Paths and parameters are empty: they may hold passwords. */
export function hostRunning({ shown }: Processes): readonly ObjectInstance[] {
  return table([...HOST_GROUPS.running, 2, 1], shown.map(runningRow))
}

function runningRow({ pid, name, state, isKernel }: RunningProcess): Row {
  return {
    index: pid,
    columns: {
      1: integer(pid),
      2: text(name, 64),
      3: NONE,
      4: text(''),
      5: text(''),
      6: integer(isKernel ? KIND.system : KIND.application),
      7: integer(RUN_STATES[state] ?? RUN.invalid),
    },
  }
}

/** hrSWRunPerf: time of processors and memory of each process. */
export function hostPerformance({ shown }: Processes): readonly ObjectInstance[] {
  return table(
    [...HOST_GROUPS.performance, 1, 1],
    shown.map(({ pid, seconds, residentBytes }) => ({
      index: pid,
      columns: { 1: integer(seconds * 100), 2: integer(residentBytes / 1024) },
    })),
  )
}
