import { InvalidArgumentError } from 'commander'

const INSTANT = /^\d{4}-\d\d-\d\d(?<time>T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/

/** Reads an instant of a command line, such as `2026-11-22` or `2026-11-22T12:00:00Z`; a date begins at 0:00 UTC. */
export function readInstant(text: string): Date {
  const instant = new Date(INSTANT.test(text) ? text : Number.NaN)
  if (!Number.isNaN(instant.getTime())) return instant
  throw new InvalidArgumentError('write 2026-11-22 or 2026-11-22T12:00:00Z')
}

/** Reads the last second of something: a date goes on to its end. */
export function readEnd(text: string): Date {
  const instant = readInstant(text)
  const isWholeDay = INSTANT.exec(text)?.groups?.['time'] === undefined
  return isWholeDay ? new Date(instant.getTime() + 86_399_000) : instant
}

/** Seconds since 1970 as text: `2026-11-22T12:00:00Z`. Years past 9999 have six digits. */
export function formatSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
