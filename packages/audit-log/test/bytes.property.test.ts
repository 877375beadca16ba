import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { AuditEvent } from '../src/index.ts'
import { clockAt, temporaryLog } from './logs.ts'

const ORDER = [
  ['event', 'outcome', 'codes', 'source', 'by', 'peer', 'peerName', 'claimedUser', 'verifiedUser'],
  ['operation', 'target', 'policy', 'message', 'facts'],
].flat() as (keyof AuditEvent)[]

/** Structure, escapes and more than one byte, at the edges of a text and alone. */
const text = fc
  .array(
    fc.constantFrom('"', '\\', '@!@', 'a', 'ü', '€', '😀', '\u{d800}', '\0', '\n', '\u007f', '~'),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))
const facts = fc.array(fc.tuple(fc.constantFrom('b', 'a"', 'ü'), text), { maxLength: 3 })

const event = fc.record(
  {
    event: fc.constantFrom('decision', 'sign-in'),
    outcome: fc.constantFrom('allow', 'deny'),
    codes: fc.array(text, { maxLength: 3 }),
    source: text,
    claimedUser: text,
    operation: fc.oneof(
      text,
      fc.integer({ min: 0, max: 3000 }).map((size) => 'x'.repeat(size)),
    ),
    message: text,
    facts: facts.map((entries) => Object.fromEntries(entries)),
  },
  { requiredKeys: ['event'] },
) as fc.Arbitrary<AuditEvent>

/** A text as JSON has it, all but printable ASCII escaped, unit by unit. */
function quoted(value: string): string {
  const units = Array.from({ length: value.length }, (_, index) => {
    const unit = value.charAt(index)
    const isKey = unit === '!' && value.slice(index - 1, index + 2) === '@!@'
    if (/[ -~]/.test(unit) && !isKey) return /["\\]/.test(unit) ? `\\${unit}` : unit
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `"${units.join('')}"`
}

function valueOf(value: (AuditEvent[keyof AuditEvent] & object) | string): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(quoted).join(',')}]`
  const entries = Object.entries(value).map(([key, fact]) => `${quoted(key)}:${quoted(fact)}`)
  return `{${entries.join(',')}}`
}

/** A log as its format has it, one text after the other. */
function expected(records: readonly (readonly [AuditEvent, number])[]): string {
  let previous = '0'.repeat(64)
  let last = 0
  const lines = records.map(([given, time], index) => {
    const back = time < last ? `,"clockBack":${last - time}` : ''
    last = time
    const fields = ORDER.map((name) => {
      const value = given[name]
      return value === undefined ? '' : `,"${name}":${valueOf(value)}`
    })
    const head = `{"sequence":${index + 1},"time":"${new Date(time).toISOString()}"${back}`
    const sealed = `${head}${fields.join('')},"previous":"${previous}"`
    previous = createHash('sha256').update(sealed).digest('hex')
    return `${sealed},"hash":"${previous}"}\n`
  })
  return lines.join('')
}

it('writes the bytes that the format says, whatever the events, the clock and the groups', async () => {
  const record = fc.tuple(event, fc.integer({ min: 0, max: 4e12 }))
  const groups = fc.array(fc.array(record, { minLength: 1, maxLength: 12 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(groups, async (given) => {
      const clock = clockAt(0)
      const { log, path } = await temporaryLog({ clock: clock.read })
      for (const group of given) {
        const appended = group.map(([content, time]) => {
          clock.now = time
          return log.append(content)
        })
        // oxlint-disable-next-line no-await-in-loop -- one group after the other
        await Promise.all(appended)
      }
      await log.close()
      const bytes = given.length === 0 ? '' : readFileSync(path, 'latin1')
      expect(bytes).toBe(expected(given.flat()))
    }),
    { numRuns: 40 },
  )
})
