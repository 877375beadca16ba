import type { Outcome } from '@gatehouse/core'
import type { AgentNode } from './model.ts'

/** What one line of `Trusted.log` tells. There is one line for each node that a request names. */
export interface LogRecord {
  /** When it was decided, to the second. */
  readonly date: Date
  /** User id as presented, with its domain (`DOMAIN\user`) under TrustedWithDomain. */
  readonly user: string
  readonly node: AgentNode
  /** Full name. */
  readonly microagent: string
  readonly method: string
  /** Whether the operation was permitted. */
  readonly outcome: Outcome
}

/** A line as it was read: the date as it stands, and the instant where its zone is known. */
export interface LogLine extends Omit<LogRecord, 'date'> {
  /** The date in the shape of Java's `Date.toString`, such as `Tue Dec 31 11:14:13 EST 2002`. */
  readonly dateText: string
  /** Absent when the abbreviation of the zone is not known, or there is no such date. */
  readonly date?: Date
}

/** How a line is read. */
export interface LogLineOptions {
  /**
   * Minutes east of Greenwich for abbreviations of time zones. They are ambiguous; known without it
   * are `UTC`, `GMT`, `GMT+hh:mm`, and those of North America as in RFC 5322.
   */
  readonly zones?: Readonly<Record<string, number>>
}

const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ')
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/**
 * Writes a line of `Trusted.log`, without its line end; the date in UTC.
 *
 * The vendor documents no escaping. Here whatever could end a field or a line, and all that is not
 * printable ASCII, is percent-encoded, so that no name can forge a field or an entry. A backslash
 * stays: it is part of `DOMAIN\user`.
 *
 * @throws TypeError when the date is none, or not of the years 0 to 9999, which the line can hold.
 * @see TIBCO Hawk Installation and Configuration, "Trusted Model".
 */
export function formatLogLine({
  date,
  user,
  node,
  microagent,
  method,
  outcome,
}: LogRecord): string {
  const parts = [node.name, node.dns, node.domain].map((part) => encode(part, /[:]/))
  const fields = [
    `userID=${encode(user)}`,
    `node=${parts.join(':')}`,
    `microagent=${encode(microagent)}`,
    `method=${encode(method, / /)}`,
  ]
  const end = outcome === 'allow' ? '.' : `${DENIED}.`
  return `${formatDate(date)}: Trusted operation: ${fields.join(', ')}${end}`
}

const DENIED = ' - permission denied'

/** Also the blank that a reader takes for the one after `=`. */
function encode(text: string, more?: RegExp): string {
  const isSafe = (character: string, index: number): boolean =>
    /[ -~]/.test(character) &&
    !/[,%]/.test(character) &&
    !(index === 0 && character === ' ') &&
    more?.test(character) !== true
  return Array.from(text, (character, index) =>
    isSafe(character, index) ? character : percent(character),
  ).join('')
}

function percent(character: string): string {
  const bytes = Array.from(new TextEncoder().encode(character))
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

function formatDate(date: Date): string {
  if (!hasYear(date)) throw new TypeError('not a date of the years 0 to 9999')
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())}`
  return `${day} ${time} UTC ${String(date.getUTCFullYear()).padStart(4, '0')}`
}

/** Whether a date is one, and its year in UTC has four digits at most. */
function hasYear(date: Date): boolean {
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Anchored at both ends, and no field can hold a comma: one pass over the line. */
const LINE =
  /^([A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} \S{1,9} \d{4}): Trusted operation: userID= ?([^,]*), node= ?([^,:]*):([^,:]*):([^,:]*), microagent= ?([^,]*), method= ?([^, ]*?)( - permission denied)?\.$/

/**
 * Reads a line of `Trusted.log`, in either of the published forms: with or without a blank after
 * `=`, permitted or refused. Percent-encoding is undone.
 *
 * @param line - Without its line end.
 * @returns undefined for anything else.
 */
export function parseLogLine(line: string, options: LogLineOptions = {}): LogLine | undefined {
  const match = LINE.exec(line)
  if (match === null) return undefined
  const [dateText, user, name, dns, domain, microagent, method] = match.slice(1, 8).map(decode) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const date = readDate(dateText, options.zones ?? {})
  return {
    dateText,
    ...(date === undefined ? {} : { date }),
    user,
    node: { name, dns, domain },
    microagent,
    method,
    outcome: match[8] === undefined ? 'allow' : 'deny',
  }
}

/** A sequence that is no character in UTF-8 was not encoded here: it stays. */
function decode(text: string): string {
  return text.replaceAll(/(?:%[0-9A-F]{2})+/g, (sequence) => {
    try {
      return decodeURIComponent(sequence)
    } catch {
      return sequence
    }
  })
}

/** Abbreviations that RFC 5322, section 4.3, gives an offset, in minutes. */
const KNOWN_ZONES: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
}

function readDate(text: string, zones: Readonly<Record<string, number>>): Date | undefined {
  const [, month = '', day = '', time = '', zone = '', year = ''] = text.split(' ')
  const offset = offsetOf(zone, zones)
  const number = two(MONTHS.indexOf(month) + 1)
  const local = new Date(`${year}-${number}-${day}T${time}Z`)
  if (offset === undefined || Number.isNaN(local.getTime())) return undefined
  const date = new Date(local.getTime() - offset * 60_000)
  return local.getUTCDate() === Number(day) && hasYear(date) ? date : undefined
}

function offsetOf(zone: string, zones: Readonly<Record<string, number>>): number | undefined {
  if (Object.hasOwn(zones, zone)) return zones[zone]
  if (Object.hasOwn(KNOWN_ZONES, zone)) return KNOWN_ZONES[zone]
  const match = /^GMT([+-])(\d{2}):(\d{2})$/.exec(zone)
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}
