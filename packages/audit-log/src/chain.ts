import { hash } from 'node:crypto'
import type { LineBuffer } from './durable/line-buffer.ts'
import { formatTime } from './time.ts'

/** Where a chain stands. */
export interface ChainState {
  /** Records so far: the sequence of the last one. */
  readonly sequence: number
  /** Hash of the last record. */
  readonly hash: string
  /** Time of the last record in milliseconds since 1970. */
  readonly time: number
}

/** The chain before its first record. */
export const BEGINNING: ChainState = { sequence: 0, hash: '0'.repeat(64), time: 0 }

/**
 * Puts the next line of a chain behind others.
 *
 * @param fields - What `encodeEvent` gave.
 * @param time - Milliseconds since 1970.
 * @returns The chain with this record.
 */
export function seal(
  before: ChainState,
  fields: string,
  time: number,
  lines: LineBuffer,
): ChainState {
  const sequence = before.sequence + 1
  const back = time < before.time ? `,"clockBack":${before.time - time}` : ''
  const start = lines.size
  lines.put(
    `{"sequence":${sequence},"time":"${formatTime(time)}"${back}${fields},"previous":"${before.hash}"`,
    'latin1',
  )
  const own = hash('sha256', lines.from(start), 'hex')
  lines.put(`,"hash":"${own}"}\n`, 'latin1')
  return { sequence, hash: own, time }
}

/** What a line says of its place in the chain. */
export interface Link {
  readonly sequence: number
  readonly previous: string
  readonly hash: string
  /** Whether the hash is that of the line. */
  readonly genuine: boolean
}

const HASH_TAIL = /^,"hash":"([0-9a-f]{64})"\}$/
const HASH_TAIL_BYTES = 75
const PREVIOUS_TAIL = /^,"previous":"([0-9a-f]{64})"$/
const PREVIOUS_TAIL_BYTES = 78
const HEAD = /^\{"sequence":([1-9]\d{0,15}),"time":"/
const HEAD_BYTES = 40

/**
 * Reads the place in the chain off a line.
 *
 * @param line - Its bytes without the newline: text could hide a byte that decodes like another.
 * @returns Nothing when the line has not the form of a record.
 */
export function readLink(line: Buffer): Link | undefined {
  const end = line.length - HASH_TAIL_BYTES
  if (end < PREVIOUS_TAIL_BYTES) return undefined
  const head = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES))?.[1]
  const previous = PREVIOUS_TAIL.exec(line.toString('latin1', end - PREVIOUS_TAIL_BYTES, end))?.[1]
  const stated = HASH_TAIL.exec(line.toString('latin1', end))?.[1]
  if (head === undefined || previous === undefined || stated === undefined) return undefined
  const genuine = hash('sha256', line.subarray(0, end), 'hex') === stated
  return { sequence: Number(head), previous, hash: stated, genuine }
}
