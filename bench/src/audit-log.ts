import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { openAuditLog, type AuditEvent } from '@gatehouse/audit-log'
import type { AuditWriter } from './audit-writer.ts'
import type { Options } from './command.ts'
import { markdownTable, short } from './markdown-table.ts'
import { cpuSince, median } from './measure.ts'
import { AUDIT_WRITERS } from './peers/audit-writers.ts'
import { report } from './report.ts'

/** How fast a writer is. */
export interface Appends {
  /** What was measured. */
  readonly subject: string
  /** Records by the clock. */
  readonly perSecond: number
  /** Records by CPU time, of all threads. */
  readonly perCpuSecond: number
}

const ROUNDS = 5
/** Rounds before those that count: until the compiler has made what it makes of hot code. */
const WARM_UP_ROUNDS = 2
const ROUND_MS = 700
/** Records that come in one turn of the event loop. */
const A_TURN = 100
/** Records that may wait before the next turn has to. */
const MOST_WAITING = 2_000
/** Type of a file system in memory, as Linux has it. */
const TMPFS = 0x01021994

const OURS: AuditWriter = {
  name: 'audit-log',
  promise: 'on disk, chained, heads signed',
  open: async (folder) => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const log = await openAuditLog({
      path: join(folder, 'audit.jsonl'),
      onFull: 'refuse',
      heads: { key: privateKey, sink: () => undefined },
    })
    return {
      append: (event) => log.append(event),
      close: async () => void (await log.close()),
    }
  },
}

/**
 * Records a second, in bulk: 100 in a turn of the event loop, 2,000 at most that nobody has
 * acknowledged. The clock runs until all that was appended is written.
 */
export async function benchAuditLog(options: Options): Promise<void> {
  const figures: Appends[] = []
  for (const writer of [OURS, ...AUDIT_WRITERS]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    figures.push(await measure(writer))
  }
  report({ name: 'audit-log', body: bodyOf(figures), figures }, options)
}

async function measure(writer: AuditWriter): Promise<Appends> {
  const rounds: { readonly perSecond: number; readonly perCpuSecond: number }[] = []
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    const figures = await oneRound(writer)
    if (round >= 0) rounds.push(figures)
  }
  return {
    subject: writer.name,
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    perCpuSecond: median(rounds.map(({ perCpuSecond }) => perCpuSecond)),
  }
}

async function oneRound(writer: AuditWriter): Promise<Omit<Appends, 'subject'>> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  try {
    const log = await writer.open(folder)
    const before = process.cpuUsage()
    const start = performance.now()
    let appended = 0
    const waiting: Promise<unknown>[] = []
    while (performance.now() - start < ROUND_MS) {
      for (let index = 0; index < A_TURN; index += 1) {
        const done = log.append(eventOf(appended + index))
        if (done instanceof Promise) waiting.push(done)
      }
      appended += A_TURN
      // oxlint-disable-next-line no-await-in-loop -- the next turn has to wait
      if (waiting.length >= MOST_WAITING) await Promise.all(waiting.splice(0, MOST_WAITING / 2))
      // oxlint-disable-next-line no-await-in-loop -- as above
      await setImmediate()
    }
    await Promise.all(waiting)
    await log.close()
    const seconds = (performance.now() - start) / 1000
    return {
      perSecond: appended / seconds,
      perCpuSecond: (appended * 1_000_000) / cpuSince(before),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function eventOf(number: number): AuditEvent {
  return {
    event: 'decision',
    outcome: number % 3 === 0 ? 'deny' : 'allow',
    codes: [number % 3 === 0 ? 'not-granted' : 'granted'],
    source: `Trusted.txt:${number % 1_000}`,
    peer: `10.1.${(number >> 8) & 255}.${number & 255}`,
    claimedUser: `CORP\\user${number % 10_000}`,
    operation: 'COM.TIBCO.hawk.microagent.Custom:execute',
    target: `web${number % 500}`,
  }
}

function bodyOf(figures: readonly Appends[]): string {
  const promises = new Map([OURS, ...AUDIT_WRITERS].map(({ name, promise }) => [name, promise]))
  const table = markdownTable([
    ['records', 'a second', 'a CPU-second', 'acknowledged when'],
    ...figures.map(({ subject, perSecond, perCpuSecond }) => [
      subject,
      short(perSecond),
      short(perCpuSecond),
      promises.get(subject) ?? '',
    ]),
  ])
  const isInMemory = statfsSync(tmpdir()).type === TMPFS
  return isInMemory
    ? `${table}\n\n**The folder for temporary files is in memory: these figures are worth nothing.**`
    : table
}
