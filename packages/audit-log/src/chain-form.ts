import type { FileHandle } from 'node:fs/promises'
import { BEGINNING, readLink, seal, type ChainState, type Link } from './chain.ts'
import { AuditLogError } from './codes.ts'
import type { Form, Gap, Inspection } from './durable/form.ts'
import type { LineBuffer } from './durable/line-buffer.ts'
import { eachLine } from './durable/lines.ts'
import { encodeEvent } from './encode.ts'
import { LOG_EVENTS } from './record.ts'

/** Longest line of a chained log that is read: 1 MiB. */
export const MAX_LINE_BYTES: number = 1024 * 1024

/** Encodes an event that the log writes of itself. */
export function encodeLogEvent(event: string, facts: Readonly<Record<string, string>>): string {
  return encodeEvent({ event, facts }) ?? ''
}

/** Chained records, one line of JSON each. Items are events as `encodeEvent` makes them. */
export class ChainForm implements Form<string, ChainState> {
  #state: ChainState = BEGINNING

  get position(): ChainState {
    return this.#state
  }

  next(fields: string, time: number, lines: LineBuffer): void {
    this.#state = seal(this.#state, fields, time, lines)
  }

  backTo(position: ChainState): void {
    this.#state = position
  }

  gap({ lost, from, to, cause }: Gap): string {
    return encodeLogEvent(LOG_EVENTS.gap, { lost: String(lost), from, to, cause })
  }

  /**
   * Follows the chain through one file.
   *
   * A last line without its end is a half-written record. So are lines with zero bytes that no
   * record follows: a file system leaves zeros where it lost what was not yet synced.
   *
   * @throws AuditLogError `log-damaged` at the first line that neither fits nor can be explained
   * so.
   */
  async inspect(handle: FileHandle, path: string): Promise<Inspection> {
    let last: Buffer | undefined
    let intactBytes = 0
    let expected: Pick<ChainState, 'sequence' | 'hash'> | undefined
    let firstBroken = 0
    let isDamaged = false
    await eachLine(handle, MAX_LINE_BYTES, ({ bytes, number, offset, complete }) => {
      const link = complete ? readLink(bytes) : undefined
      const fits = link?.genuine === true && firstBroken === 0 && follows(link, expected)
      if (fits) {
        expected = link
        last = Buffer.from(bytes)
        intactBytes = offset + bytes.length + 1
        return true
      }
      firstBroken ||= number
      const isHalf = complete ? bytes.includes(0) : bytes.length < MAX_LINE_BYTES
      isDamaged = !isHalf
      return isHalf
    })
    if (isDamaged) throw new AuditLogError('log-damaged', path, { detail: `line ${firstBroken}` })
    if (last !== undefined && expected !== undefined) {
      const { time } = JSON.parse(last.toString()) as { time: string }
      this.#state = { sequence: expected.sequence, hash: expected.hash, time: Date.parse(time) }
    }
    return { intactBytes }
  }
}

function follows(
  { sequence, previous }: Link,
  last: Pick<ChainState, 'sequence' | 'hash'> | undefined,
): boolean {
  return last === undefined || (sequence === last.sequence + 1 && previous === last.hash)
}
