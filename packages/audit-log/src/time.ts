/** The end of the year 9999: four digits of year, so that times sort as text. */
const LAST_TIME = Date.UTC(10_000, 0) - 1

let lastTime = Number.NaN
let lastText = ''

/**
 * A time as records hold it: ISO 8601 in UTC with milliseconds.
 *
 * @param time - Milliseconds since 1970. Most records share the millisecond of the one before.
 */
export function formatTime(time: number): string {
  if (time !== lastTime) {
    lastText = new Date(time).toISOString()
    lastTime = time
  }
  return lastText
}

/** Asks a caller's clock. @throws TypeError when it gives no time. */
export function readClock(clock: () => number): number {
  const time = Math.floor(clock())
  if (!(time >= 0 && time <= LAST_TIME)) throw new TypeError('`clock` gives no time')
  return time
}
