import { randomBytes } from 'node:crypto'
import type { SshConnection, SshErrorCode } from '@gatehouse/ssh-trust/ssh2'
import { PLACING_CODES, PlacingError } from './codes.ts'
import { readCommand, replaceCommand } from './remote-script.ts'

/** The authorized_keys of an account, or that there is none. */
interface RemoteText {
  /** Whether the file is there. */
  readonly isThere: boolean
  /** What stands in it. */
  readonly text: Uint8Array
}

/** What came of an edit. */
export interface RemoteEdit {
  /** The file before. */
  readonly before: RemoteText
  /** The file afterwards: the same object when nothing was written. */
  readonly after: RemoteText
}

/** Largest authorized_keys that is edited. */
const MAX_BYTES = 1024 * 1024

/** Longest time of one command on a system; it waits a few seconds for another console. */
const COMMAND_MS = 60_000

/** How often an edit begins anew when somebody else was faster. */
const ATTEMPTS = 3

/**
 * Edits the authorized_keys of the account that is logged in: reads it, and replaces it whole if nobody changed it
 * meanwhile; otherwise it begins anew.
 *
 * @param edit - Makes the new text, or returns undefined to leave the file as it is. What it throws passes through.
 * @throws PlacingError; but for `outcome-unknown` the file is as it was. SshError when nothing was sent to be written.
 */
export async function editRemote(
  connection: SshConnection,
  edit: (text: Uint8Array) => Uint8Array | undefined,
): Promise<RemoteEdit> {
  for (let attempt = 1; ; attempt += 1) {
    // oxlint-disable no-await-in-loop -- each attempt comes after the last
    const before = await readRemote(connection)
    const text = edit(before.text)
    if (text === undefined) return { before, after: before }
    const after = { isThere: true, text }
    try {
      await replaceRemote(connection, { before, after })
      return { before, after }
    } catch (error) {
      const isLate = error instanceof PlacingError && error.code === 'changed-meanwhile'
      if (!isLate || attempt === ATTEMPTS) throw error
    }
    // oxlint-enable no-await-in-loop
  }
}

/** @throws PlacingError, or SshError. */
async function readRemote(connection: SshConnection): Promise<RemoteText> {
  const marker = newMarker()
  const output = await outputOf(connection, readCommand(marker))
  const begin = `\n${marker} text\n`
  const end = `\n${marker} end\n`
  const at = output.indexOf(begin)
  const till = output.indexOf(end, at + begin.length)
  if (at === -1 || till === -1) {
    const word = answerIn(output, marker)
    if (word === 'missing') return { isThere: false, text: new Uint8Array() }
    throw refusalOf(word)
  }
  return { isThere: true, text: output.subarray(at + begin.length, till) }
}

/**
 * Replaces the file by another text, or by none, if it is what was read before.
 *
 * @throws PlacingError; but for `outcome-unknown` the file is as it was.
 */
export async function replaceRemote(
  connection: SshConnection,
  { before, after }: RemoteEdit,
): Promise<void> {
  if (after.text.length > MAX_BYTES) throw new PlacingError('file-too-large')
  const marker = newMarker()
  const input = Buffer.concat([before.text, after.text])
  const command = replaceCommand(marker, {
    wasThere: before.isThere,
    oldBytes: before.text.length,
    allBytes: input.length,
    staysThere: after.isThere,
  })
  const word = answerIn(await writing(connection, command, input), marker)
  if (word !== 'written') throw refusalOf(word, 'unknown')
}

function newMarker(): string {
  return randomBytes(16).toString('hex')
}

async function outputOf(
  connection: SshConnection,
  command: string,
  input?: Uint8Array,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const signal = AbortSignal.timeout(COMMAND_MS)
  const running = connection.exec(command, {
    signal,
    ...(input !== undefined && { input }),
    onOutput: (chunk, stream) => {
      if (stream === 'stderr') return
      length += chunk.length
      if (length > MAX_BYTES) throw new PlacingError('file-too-large')
      chunks.push(chunk)
    },
  })
  try {
    await running
  } catch (cause) {
    throw signal.aborted ? new PlacingError('command-hangs', { cause }) : cause
  }
  return Buffer.concat(chunks)
}

/** Once the command was sent only a refusal says that nothing was written. */
async function writing(
  connection: SshConnection,
  command: string,
  input: Uint8Array,
): Promise<Buffer> {
  try {
    return await outputOf(connection, command, input)
  } catch (cause) {
    const code = (cause as { readonly code?: SshErrorCode }).code
    if (code === 'request-refused') throw cause
    throw new PlacingError('outcome-unknown', { account: 'unknown', cause })
  }
}

/** The last answer of a script; what stands before it is of the login shell. */
function answerIn(output: Buffer, marker: string): string | undefined {
  const line = output
    .toString('latin1')
    .split('\n')
    .findLast((one) => one.startsWith(`${marker} `))
  return line?.slice(marker.length + 1)
}

/** @param silent - What is known of the account when the script says nothing. */
function refusalOf(
  word: string | undefined,
  silent: 'unchanged' | 'unknown' = 'unchanged',
): PlacingError {
  if (word !== undefined && Object.hasOwn(PLACING_CODES, word)) {
    return new PlacingError(word as keyof typeof PLACING_CODES)
  }
  return new PlacingError(silent === 'unknown' ? 'outcome-unknown' : 'commands-not-run', {
    account: silent,
  })
}
