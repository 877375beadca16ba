import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  openAuditLog,
  parseRecord,
  type AuditLog,
  type AuditLogOptions,
  type AuditRecord,
} from '../src/index.ts'

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A log in a folder of its own, closed with the test. */
export async function temporaryLog(
  options: Partial<AuditLogOptions> = {},
): Promise<{ log: AuditLog; path: string }> {
  const path = options.path ?? join(temporaryFolder(), 'audit.jsonl')
  const log = await openAuditLog({ onFull: 'refuse', ...options, path })
  onTestFinished(async () => void (await log.close()))
  return { log, path }
}

/** Writes a closed log of some records. */
export async function writtenLog(
  count: number,
  options: Partial<AuditLogOptions> = {},
): Promise<string> {
  const { log, path } = await temporaryLog(options)
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      log.append({ event: 'decision', facts: { index: String(index) } }),
    ),
  )
  await log.close()
  return path
}

export function linesOf(path: string): string[] {
  return readFileSync(path, 'latin1').split('\n').slice(0, -1)
}

/** The record on a line, counted from 0. */
export function recordAt(path: string, index: number): AuditRecord | undefined {
  return parseRecord(linesOf(path)[index] ?? '')
}

export function writeLines(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''), 'latin1')
}

/** A clock that a test sets. */
export function clockAt(time: number): { now: number; read: () => number } {
  const clock = { now: time, read: () => clock.now }
  return clock
}
