import {
  formatCsv,
  formatHead,
  formatMxRecord,
  MX_SHAPE,
  MX_VOCABULARIES,
  parseHead,
  parseMxLog,
  parseRecord,
  toOcsf,
  type AuditRecord,
  type MxEntry,
  type MxRecord,
} from '@gatehouse/audit-log'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { asFromFile, ensure, ensureEqual } from '../oracle.ts'

const HASH = 'a'.repeat(64)
const MEMBERS = [
  ['"sequence":1', '"sequence":0', '"sequence":1.5', '"sequence":"1"', '"clockBack":3'],
  ['"time":"2026-01-02T03:04:05.678Z"', '"time":"never"', '"event":"decision"', '"event":7'],
  ['"outcome":"allow"', '"outcome":"x"', '"codes":["a","b"]', '"codes":[1]', '"codes":{}'],
  ['"source":"T:1"', '"peer":"10.0.0.1"', '"message":"a\\u0000b"', '"message":"=1+1"'],
  ['"facts":{"a":"b"}', '"facts":[]', '"facts":{"__proto__":"x"}', '"facts":null', '"x":1'],
  [`"previous":"${HASH}"`, `"hash":"${HASH}"`, '"__proto__":{}', '"constructor":"x"'],
].flat()
const SOUND = `"sequence":1,"time":"2026-01-02T03:04:05.678Z","event":"decision"`
const PRODUCT = { name: 'Gatehouse', vendorName: 'nobody' }

/** A line of the chained log, and what the exports make of it. */
export const AUDIT_RECORD: FuzzFormat = {
  name: 'audit-record',
  takesBytes: false,
  words: [...MEMBERS, '{', '}', ',', '"'],
  compose: (random) => {
    const others = several(random, 4, () => `,${pick(random, MEMBERS)}`).join('')
    return `{${SOUND}${others},"previous":"${HASH}","hash":"${HASH}"}`
  },
  examine: (input: Input): boolean => {
    const record = parseRecord(input as string)
    if (record === undefined) return false
    ensureEqual(parseRecord(JSON.stringify(record)), record, 'what is written reads otherwise')
    const csv = formatCsv(record)
    ensure(csv.endsWith('\r\n') && !/[\r\n]/.test(csv.slice(0, -2)), 'a record of several lines')
    exportOcsf(record)
    return true
  },
}

function exportOcsf(record: AuditRecord): void {
  ensure(typeof JSON.stringify(toOcsf(record, PRODUCT)) === 'string', 'an event is no JSON')
}

const HEAD_MEMBERS = [
  ['"log":"audit.jsonl"', '"count":7', '"count":-1', '"count":"7"', `"hash":"${HASH}"`, '"x":1'],
  ['"time":"2026-01-02T03:04:05.678Z"', '"signature":"QUJD"', '"signature":null', '"log":[]'],
].flat()

/** A signed head, as one line of JSON. */
export const AUDIT_HEAD: FuzzFormat = {
  name: 'audit-head',
  takesBytes: false,
  words: [...HEAD_MEMBERS, '{', '}', ',', '"'],
  compose: (random) => {
    const others = several(random, 2, () => `,${pick(random, HEAD_MEMBERS)}`).join('')
    return `{"log":"a","count":${random(9)},"hash":"${HASH}","time":"t","signature":"QUJD"${others}}`
  },
  examine: (input: Input): boolean => {
    const head = parseHead(input as string)
    if (head === undefined) return false
    ensureEqual(parseHead(formatHead(head)), head, 'what is written reads as another head')
    return true
  },
}

const MX_FIELDS = [
  ['2026-01-02 03:04:05 UTC', 'root', '<>', '', ' ', 'a%2Cb', '%0A', '%FF', '%ED%A0%80', 'x@!@y'],
  Object.values(MX_VOCABULARIES).flat(),
].flat()

/** mx.log, read with and without our escapes; records of known words are written and read again. */
export const MX_LOG: FuzzFormat = {
  name: 'mx-log',
  takesBytes: false,
  words: [...MX_FIELDS, '@!@,', '@!@', ',', '\n'],
  compose: (random) => several(random, 3, () => mxRecord(random)).join('\n'),
  examine,
}

function mxRecord(random: Random): string {
  const { category, result, action, objectType, level } = MX_VOCABULARIES
  const words = [category, result, action, objectType].map((set) => pick(random, set))
  const blank = pick(random, ['', ' '])
  const texts = several(random, 3, () => pick(random, MX_FIELDS))
  const name = pick(random, MX_FIELDS)
  const fields = ['2026-01-02 03:04:05 UTC', ...words, name, pick(random, level), 'root', ...texts]
  const message = several(random, 2, () => `\n${pick(random, MX_FIELDS)}`)
  return `@!@,${blank}${fields.join(`,${blank}`)}${message.join('')}`
}

function examine(input: Input, random: Random): boolean {
  const text = asFromFile(input as string)
  const options = { escaped: random(4) > 0 }
  const entries = parseMxLog(text, options)
  ensureEqual(parseMxLog(text, options), entries, 'a second reading differs')
  const known = entries.filter(isKnown)
  for (const { record } of known) {
    const written = formatMxRecord(record as MxRecord)
    ensure(!written.some((line) => /[\r\n]/.test(line)), 'a line that is several lines')
    ensure(!(written[1] ?? '').startsWith(MX_SHAPE.start), 'a message that is a record')
    const [again, ...more] = parseMxLog(`${written.join('\n')}\n`)
    ensure(more.length === 0 && again !== undefined, 'a record that is not one')
    ensureEqual(again, { line: 1, record, unknown: [] }, 'what is written reads otherwise')
  }
  return known.length > 0
}

function isKnown(entry: MxEntry): entry is Extract<MxEntry, { record: unknown }> {
  return 'record' in entry && entry.unknown.length === 0 && entry.record.message !== undefined
}
