/** An `expiry-time=`: the first second after which a line lets nobody in. */
export interface ExpiryTime {
  /** As it is written. */
  readonly text: string
  /** Whether it is in UTC; otherwise in the time zone of the system. */
  readonly utc: boolean
  /** The date and time as if it were in UTC, milliseconds since 1970. */
  readonly reading: number
}

const FORM = /^(.{4})(.{2})(.{2})(?:(.{2})(.{2})(.{2})?)?$/u
const SUFFIX = /(?:z|utc)$/iu
/** Smallest and largest month, day, hour, minute and second, as strptime has them. */
const BOUNDS = [
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 61],
] as const

/**
 * Reads `YYYYMMDD[HHMM[SS]]`, with `Z` or `UTC` behind it for UTC. As with mktime(3), the 30th of
 * February is the 2nd of March.
 *
 * @returns Nothing for what is no time, or not after 1970 began.
 */
export function readExpiryTime(text: string): ExpiryTime | undefined {
  const bare = text.replace(SUFFIX, '')
  const utc = bare !== text
  const fields = FORM.exec(bare)?.slice(1)
  if (fields === undefined) return undefined
  const written = fields.filter((field) => field !== undefined)
  if (!written.every((field) => /^ *\d+$/u.test(field))) return undefined
  const [year = 0, ...rest] = written.map(Number)
  const inBounds = rest.every((value, index) => {
    const [low, high] = BOUNDS[index] as readonly [number, number]
    return value >= low && value <= high
  })
  if (!inBounds || year < 1970) return undefined
  const [month = 1, day, hour = 0, minute = 0, second = 0] = rest
  const reading = Date.UTC(year, month - 1, day, hour, minute, second)
  return utc && reading <= 0 ? undefined : { text, utc, reading }
}

/**
 * The instant of an expiry time, milliseconds since 1970.
 *
 * @param timeZone - Zone of the system that the file is on, such as `Europe/Berlin`.
 * @param wallClock - Whether a local time in summer is what the clock on the wall shows. OpenSSH
 * reads it as standard time, all year. The result is never later than that of OpenSSH.
 * @returns Nothing when the zone is needed and not known.
 */
export function expiryInstant(
  { utc, reading }: ExpiryTime,
  timeZone: string | undefined,
  wallClock: boolean,
): number | undefined {
  if (utc) return reading
  const offsetAt = timeZone === undefined ? undefined : offsetsOf(timeZone)
  if (timeZone === undefined || offsetAt === undefined) return undefined
  const standard = reading - standardOffset(timeZone, reading, offsetAt)
  return wallClock ? Math.min(standard, onTheWall(reading, offsetAt)) : standard
}

/** Milliseconds that a zone is ahead of UTC at an instant. */
type Offsets = (instant: number) => number

const DAY = 24 * 60 * 60 * 1000
const SOME_MONTHS = 182 * DAY

/** Zones whose law calls the time ahead standard, and the one behind, in winter or Ramadan, saving. */
const SAVING_BEHIND = new Set(['Europe/Dublin', 'Eire', 'Africa/Casablanca', 'Africa/El_Aaiun'])

function standardOffset(timeZone: string, reading: number, offsetAt: Offsets): number {
  const offsets = [reading, reading + SOME_MONTHS].map((instant) => offsetAt(instant))
  return SAVING_BEHIND.has(timeZone) ? Math.max(...offsets) : Math.min(...offsets)
}

/** The first instant at which a clock on the wall shows the reading, or would, where it is skipped. */
function onTheWall(reading: number, offsetAt: Offsets): number {
  const near = [reading - DAY, reading + DAY].map((instant) => reading - offsetAt(instant))
  const shown = near.filter((instant) => instant + offsetAt(instant) === reading)
  return Math.min(...(shown.length === 0 ? near : shown))
}

function offsetsOf(timeZone: string): Offsets | undefined {
  const format = clockOf(timeZone)
  if (format === undefined) return undefined
  return (instant) => {
    const shown = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(shown.get(type))
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
    return local - Math.floor(instant / 1000) * 1000
  }
}

function clockOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}
