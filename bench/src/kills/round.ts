import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Random } from '../random.ts'
import type { Contestant } from './contestants.ts'

const WRITER = fileURLToPath(new URL('./writer.js', import.meta.url))

/** Longest time from the first acknowledgement to the kill, in milliseconds. */
const MAX_WRITING_MS = 60
/** Longest time from the start of the process to the kill, in rounds that also kill it while it opens the log. */
const MAX_OPENING_MS = 200

/** What one kill left. */
export interface Round {
  /** Records that the writer had acknowledged. */
  readonly acknowledged: number
  /** Those of them that are not in the log. */
  readonly lost: number
  /** Lines of the log that are no record. */
  readonly halves: number
  /** Whether half a record was cut off when the log was opened again. */
  readonly repaired: boolean
}

/**
 * Lets a process append to a log, kills it at a random moment, and looks at what it left.
 *
 * @throws Error when the log is not intact once it has been opened again.
 */
export async function killOnce(
  contestant: Contestant,
  folder: string,
  name: string,
  random: Random,
): Promise<Round> {
  const acknowledged = await writeAndKill([contestant.name, folder, name], random)
  const repaired = (await contestant.recover?.(folder)) ?? false
  const { targets, halves } = contentOf(folder)
  const lost = acknowledged.filter((number) => !targets.has(`${name}.${number}`))
  return { acknowledged: acknowledged.length, lost: lost.length, halves, repaired }
}

async function writeAndKill(args: readonly string[], random: Random): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const pipe = child.stdio[3] as Readable
  const pieces: Buffer[] = []
  pipe.on('data', (piece: Buffer) => pieces.push(piece))
  const gone = once(child, 'close')
  if (random(10) === 0) {
    await setTimeout(random(MAX_OPENING_MS))
  } else {
    await Promise.race([once(pipe, 'data'), gone])
    await setTimeout(random(MAX_WRITING_MS))
  }
  child.kill('SIGKILL')
  const [, signal] = (await gone) as [number | null, NodeJS.Signals | null]
  if (signal !== 'SIGKILL') throw new Error(`the writer ${args.join(' ')} ended by itself`)
  return Buffer.concat(pieces).toString().split('\n').slice(0, -1)
}

/** What the files of a log hold. */
function contentOf(folder: string): { targets: ReadonlySet<string>; halves: number } {
  const targets = new Set<string>()
  let halves = 0
  const files = readdirSync(folder).filter((file) => !file.endsWith('.lock'))
  for (const file of files) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    const unended = lines.pop()
    if (unended !== '') halves += 1
    for (const line of lines) {
      const target = targetOf(line)
      if (target === undefined) halves += 1
      else targets.add(target)
    }
  }
  return { targets, halves }
}

/** `undefined` for a line that is no record; empty for a record of another kind. */
function targetOf(line: string): string | undefined {
  try {
    const { target = '' } = JSON.parse(line) as { target?: string }
    return target
  } catch {
    return undefined
  }
}
