import type { KeyObject } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { MAX_LINE_BYTES } from './chain-form.ts'
import { BEGINNING, readLink, type Link } from './chain.ts'
import { eachLine, type Line } from './durable/lines.ts'
import { listRolled } from './durable/rolled-names.ts'
import { HeadBook } from './head-book.ts'
import type { SignedHead } from './heads.ts'

const TABLE = {
  /** Look for the files: none of those named is there, or none holds a record. */
  'log-missing': 'there is no record',
  /**
   * Compare the line with a copy of the log; it was not written by this package, or was
   * overwritten.
   */
  'record-malformed': 'the line is no record',
  /** Open the log once to repair it, unless a writer is at work on it just now. */
  'record-cut': 'the last line has no end',
  /** Compare the record with a copy of the log: it is not what was written. */
  'record-changed': 'the record was changed',
  /** Look for the records between the one before and this one. */
  'record-missing': 'records before this one are missing',
  /**
   * Look at the order: the record that should stand here stands further back, or this one stood
   * before.
   */
  'record-misplaced': 'the record does not stand in its place',
  /**
   * The record or the one before it was written anew, with a hash to fit: compare both with a copy.
   */
  'chain-broken': 'the record does not follow the one before it',
  /** Look for the older files; or state a later `from` when they were dropped on purpose. */
  'start-missing': 'the log begins later than it should',
  /** Records at the end are gone: compare with a copy of the log. */
  'tail-cut': 'the log ends before a head that was signed',
  /** The record is not the one that was there when the head was signed: the chain was made anew. */
  'chain-rebuilt': 'the record is not the one that a head was signed for',
  /** Do not rely on this head: none of the keys signed it, or it belongs to another log. */
  'head-forged': 'a head has no valid signature for this log',
} as const

/** What {@link verifyLog} may find, with a sentence for each. Part of the interface. */
export const VERIFY_CODES: typeof TABLE = TABLE

/** A code of {@link VERIFY_CODES}. */
export type VerifyCode = keyof typeof VERIFY_CODES

/** The first thing that is wrong with a log. */
export interface Fault {
  /** What is wrong. */
  readonly code: VerifyCode
  /** File in which it shows. */
  readonly file: string
  /** Line in that file, from 1; absent when it is not about one line. */
  readonly line?: number
  /** Sequence of the record that should stand there. */
  readonly expected?: number
  /** Sequence that stands there. */
  readonly found?: number
}

/** What came of a verification. */
export type Verification =
  | {
      readonly intact: true
      /** How many records there are. */
      readonly records: number
      /** Sequence of the first record: above 1 when older files were dropped. */
      readonly first: number
      /**
       * Whether the first record is that of a new log or follows one that a head was signed for. If
       * not, records before it may be gone that were not dropped with a whole file.
       */
      readonly startProven: boolean
      /** Sequence of the last record. */
      readonly last: number
      /** Hash of the last record. */
      readonly hash: string
      /** How many heads told of records that are there. */
      readonly headsMet: number
      /** The files, the oldest first. */
      readonly files: readonly string[]
    }
  | {
      readonly intact: false
      /** The first fault; what stands behind it was not looked at. */
      readonly fault: Fault
      /** How many records before it are sound. */
      readonly records: number
    }

/** What to verify a log against. */
export interface VerifyOptions {
  /**
   * Heads that were kept elsewhere. Without them a cut tail or a chain made anew is not noticed.
   */
  readonly heads?: readonly SignedHead[]
  /** Public Ed25519 keys, one of which signed each head. Needed with `heads`. */
  readonly keys?: readonly KeyObject[]
  /** Name of the log in its heads. Default: that of the first head. */
  readonly name?: string
  /** First sequence that must be there. Default: whatever the log begins with. */
  readonly from?: number
}

/**
 * Follows the chain of a log through all its files and finds the first record that was changed, is
 * missing, out of order or cut off.
 *
 * A log that is being written may end in half a record or roll meanwhile: verify it when it is
 * closed, or a copy.
 *
 * @param files - The file in use, whose rolled files are then found beside it; or all files, the
 * oldest first.
 * @throws TypeError when there are heads and no keys; the system's error when a file cannot be
 * read.
 */
export async function verifyLog(
  files: string | readonly string[],
  options: VerifyOptions = {},
): Promise<Verification> {
  const { heads = [], keys = [], name } = options
  if (heads.length > 0 && keys.length === 0) throw new TypeError('heads need `keys`')
  const paths = typeof files === 'string' ? await logFiles(files) : files
  const book = HeadBook.of(heads, keys, name)
  const [first = ''] = paths
  if (book === undefined) {
    return { intact: false, fault: { code: 'head-forged', file: first }, records: 0 }
  }
  const walk = new Walk(book, options.from)
  for (const path of paths) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const fault = await walk.through(path)
    if (fault !== undefined) {
      const found = await locate(fault, paths)
      return { intact: false, fault: found, records: walk.records }
    }
  }
  return walk.end(paths)
}

/** The files of a log that exist, the oldest first, found by the name of the file in use. */
export async function logFiles(path: string): Promise<string[]> {
  const rolled = (await listRolled(path)).map((file) => file.path).toReversed()
  const inUse = await stat(path).then(
    () => [path],
    () => [],
  )
  return [...rolled, ...inUse]
}

/** A record that seems to be missing may stand further back. */
async function locate(fault: Fault, paths: readonly string[]): Promise<Fault> {
  if (fault.code !== 'record-missing' && fault.code !== 'start-missing') return fault
  const start = Buffer.from(`{"sequence":${fault.expected},`)
  let isThere = false
  for (const path of paths) {
    // oxlint-disable-next-line no-await-in-loop -- one file after the other
    await overLines(path, ({ bytes }) => {
      isThere = bytes.subarray(0, start.length).equals(start)
      return !isThere
    })
    if (isThere) return { ...fault, code: 'record-misplaced' }
  }
  return fault
}

async function overLines(path: string, visit: (line: Line) => boolean): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await eachLine(handle, MAX_LINE_BYTES, visit)
  } finally {
    await handle.close()
  }
}

/** The way along the chain. */
class Walk {
  readonly #book: HeadBook
  readonly #from: number | undefined
  #last: Pick<Link, 'sequence' | 'hash'> | undefined
  #headsMet = 0
  #first = 0
  #startProven = false
  records = 0

  constructor(book: HeadBook, from: number | undefined) {
    this.#book = book
    this.#from = from
  }

  async through(file: string): Promise<Fault | undefined> {
    let fault: Fault | undefined
    await overLines(file, (line) => {
      const wrong = this.#step(line)
      if (wrong !== undefined) fault = { file, line: line.number, ...wrong }
      return wrong === undefined
    })
    return fault
  }

  end(files: readonly string[]): Verification {
    const file = files.at(-1) ?? ''
    const { records } = this
    if (this.#last === undefined) {
      return { intact: false, fault: { code: 'log-missing', file }, records }
    }
    const { sequence: last, hash } = this.#last
    const { highest } = this.#book
    if (highest > last) {
      const fault: Fault = { code: 'tail-cut', file, expected: highest, found: last }
      return { intact: false, fault, records }
    }
    const startProven = this.#startProven
    const headsMet = this.#headsMet
    return { intact: true, records, first: this.#first, startProven, last, hash, headsMet, files }
  }

  #step({ bytes, complete }: Line): Omit<Fault, 'file' | 'line'> | undefined {
    const expected = this.#last === undefined ? {} : { expected: this.#last.sequence + 1 }
    if (!complete && bytes.length < MAX_LINE_BYTES) return { code: 'record-cut', ...expected }
    const link = readLink(bytes)
    if (link === undefined) return { code: 'record-malformed', ...expected }
    if (!link.genuine) return { code: 'record-changed', ...expected }
    const wrong = this.#last === undefined ? this.#begin(link) : follow(this.#last, link)
    if (wrong !== undefined) return { ...wrong, found: link.sequence }
    const heads = this.#book.at(link.sequence)
    if (heads.some((hash) => hash !== link.hash)) {
      return { code: 'chain-rebuilt', expected: link.sequence, found: link.sequence }
    }
    this.#headsMet += heads.length
    this.#last = link
    this.records += 1
    return undefined
  }

  #begin({ sequence, previous }: Link): Omit<Fault, 'file' | 'line'> | undefined {
    this.#first = sequence
    if (this.#from !== undefined && sequence > this.#from) {
      return { code: 'start-missing', expected: this.#from }
    }
    const heads = sequence === 1 ? [BEGINNING.hash] : this.#book.at(sequence - 1)
    if (heads.some((hash) => hash !== previous)) return { code: 'chain-broken', expected: sequence }
    this.#startProven = heads.length > 0
    return undefined
  }
}

function follow(
  last: Pick<Link, 'sequence' | 'hash'>,
  { sequence, previous }: Link,
): Omit<Fault, 'file' | 'line'> | undefined {
  const expected = last.sequence + 1
  if (sequence > expected) return { code: 'record-missing', expected }
  if (sequence < expected) return { code: 'record-misplaced', expected }
  return previous === last.hash ? undefined : { code: 'chain-broken', expected }
}
