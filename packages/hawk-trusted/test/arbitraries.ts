import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import type { Request } from '../src/index.ts'

/** A small universe, so that lines and requests meet often. */
const USERS = ['ops', 'Ops', 'night', 'CORP\\ops', 'corp\\OPS'] as const
const NAMES = ['web01', 'Web01', 'db01'] as const
const DNS = ['none', 'None', 'example.test'] as const
const DOMAINS = ['default', 'plant2'] as const
const MICROAGENTS = ['M.Custom', 'M.SysInfo', 'm.custom'] as const
const METHODS = ['execute', 'getHostName', 'Execute'] as const

const part = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom<string>('*', ...names)

const triple = fc
  .tuple(part(NAMES), part(DNS), part(DOMAINS), fc.boolean())
  .map(([name, dns, domain, isQuoted]) =>
    isQuoted ? `"${name} ${dns} ${domain}"` : `${name}:${dns}:${domain}`,
  )

const columns = fc.tuple(
  fc.constantFrom<string>('*', ...USERS),
  fc.oneof(fc.constantFrom<string>('*', '+', ...NAMES), triple),
  fc.constantFrom<string>('*', ...MICROAGENTS),
  fc.constantFrom<string>('*', '+', ...METHODS),
)

/** One access line with one to four columns. */
export const entryLine: fc.Arbitrary<string> = fc
  .tuple(fc.boolean(), columns, fc.integer({ min: 1, max: 4 }), fc.constantFrom(' ', '\t', '   '))
  .map(([isRestriction, fields, count, blank]) => {
    return (isRestriction ? '!' : '') + fields.slice(0, count).join(blank)
  })

const otherLine = fc.constantFrom(
  '',
  '# a comment',
  '  # after blanks',
  '"night shift"  web01',
  '!"#ops"',
)

/** A good file: lines of every kind, LF or CRLF, with or without a last line end. */
export const goodFile: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: entryLine }, otherLine), { maxLength: 12 }),
    fc.option(fc.constant('<LogService> -log_dir "my logs" -log_max_size 5M -log_max_num 3')),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([lines, logService, end, isEnded]) => {
    const all = logService === null ? lines : [...lines, logService]
    return all.join(end) + (isEnded && all.length > 0 ? end : '')
  })

/** A request of the same universe. */
export const request: fc.Arbitrary<Request> = fc.record({
  user: fc.constantFrom<string>(...USERS, 'stranger', 'NIGHT').map((user) => claimed(user)),
  node: fc.record({
    name: fc.constantFrom<string>(...NAMES, 'DB01'),
    dns: fc.constantFrom<string>(...DNS),
    domain: fc.constantFrom<string>(...DOMAINS),
  }),
  scope: fc.constantFrom('point-to-point' as const, 'group' as const),
  microagent: fc.constantFrom<string>(...MICROAGENTS, 'M.Other'),
  method: fc.constantFrom<string>(...METHODS, 'other'),
  impact: fc.constantFrom(
    'INFO' as const,
    'ACTION' as const,
    'ACTION_INFO' as const,
    'VOID' as const,
  ),
})
