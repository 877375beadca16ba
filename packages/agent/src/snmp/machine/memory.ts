import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { readText } from './read.ts'

/** The memory of the machine, all in bytes. */
export interface Memory {
  readonly total: number
  readonly free: number
  /** Of `total`; used for what can be read again at need. */
  readonly cached: number
  readonly swapTotal: number
  readonly swapFree: number
}

/** The memory as it is now. */
export function readMemory(proc = '/proc'): Memory {
  const info = readText(join(proc, 'meminfo')) ?? ''
  const bytes = (name: string): number | undefined => {
    const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(info) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  }
  return {
    total: bytes('MemTotal') ?? totalmem(),
    free: bytes('MemFree') ?? freemem(),
    cached: bytes('Cached') ?? 0,
    swapTotal: bytes('SwapTotal') ?? 0,
    swapFree: bytes('SwapFree') ?? 0,
  }
}
