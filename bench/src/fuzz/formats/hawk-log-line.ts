import { formatLogLine, parseLogLine } from '@gatehouse/hawk-trusted'
import type { Random } from '../../random.ts'
import { pick, type FuzzFormat, type Input } from '../format.ts'
import { asFromFile, ensureEqual } from '../oracle.ts'

const DATES = [
  'Tue Dec 31 11:14:13 EST 2002',
  'Fri Feb 30 00:00:00 UTC 2024',
  'Thu Jan 01 00:00:00 GMT+01:00 0000',
  'Fri Dec 31 23:59:60 PST 9999',
  'Xxx Yyy 99 99:99:99 ZZZ 1234',
]
const NAMES = ['ops', 'CORP\\ops', 'a%2Cb', '%C3%A9', '%FF', '%0A', ' x', 'x ', '', 'web01', 'x=y']
const WORDS = [
  ['Trusted operation: ', 'userID=', ', node=', ', microagent=', ', method=', ': '],
  [' - permission denied', '.', ',', ':', '=', '%', 'UTC', 'GMT-05:30', '2002'],
].flat()

/** A line of Trusted.log, in both published forms. */
export const HAWK_LOG_LINE: FuzzFormat = {
  name: 'hawk-log-line',
  takesBytes: false,
  words: [...WORDS, ...DATES, ...NAMES],
  compose: (random) => {
    const name = (): string => pick(random, ['', '', ' ']) + pick(random, NAMES)
    const node = [name(), pick(random, NAMES), pick(random, NAMES)].join(':')
    const fields = `userID=${name()}, node=${node}, microagent=${name()}, method=${name()}`
    const end = pick(random, ['', ' - permission denied'])
    return `${pick(random, DATES)}: Trusted operation: ${fields}${end}.`
  },
  examine,
}

function examine(input: Input, random: Random): boolean {
  const options = random(2) === 0 ? {} : { zones: { EST: 600, ZZZ: -90 } }
  const text = asFromFile(input as string)
  const line = parseLogLine(text, options)
  if (line === undefined) return false
  ensureEqual(parseLogLine(text, options), line, 'a second reading differs')
  const { dateText: _, ...record } = line
  const date = record.date ?? new Date(0)
  const again = parseLogLine(formatLogLine({ ...record, date }))
  const { dateText: _again, ...recordAgain } = again ?? { dateText: '' }
  ensureEqual(recordAgain, { ...record, date }, 'what is written reads as another entry')
  return true
}
