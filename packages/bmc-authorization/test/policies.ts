import { claimed } from '@gatehouse/core'
import { parse, type Level, type Policy, type Request } from '../src/index.ts'

/** A policy of lines that stand in the outer block from line 2 on. */
export function policyOf(...lines: string[]): Policy {
  const text = ['BEGIN_AUTHORIZATION', ...lines, 'END_AUTHORIZATION', ''].join('\n')
  return parse(text, { file: 'Authorization.cfg' })
}

/** The lines of a computer: `NAME` is the second, `PERMISSION` the third where there is one. */
export function computer(name: string, level?: Level | null, ...inner: string[]): string[] {
  return ['BEGIN_COMPUTER', `NAME = ${name}`, ...permission(level), ...inner, 'END_COMPUTER']
}

/** The lines of a user, in the order of {@link computer}. */
export function user(name: string, level?: Level): string[] {
  return ['BEGIN_USER', `NAME = ${name}`, ...permission(level), 'END_USER']
}

function permission(level: Level | null | undefined): string[] {
  return level === null || level === undefined ? [] : [`PERMISSION = ${level}`]
}

/** A request to chart by `ann` at 192.0.2.7, with some fields changed. */
export function requestOf(changes: Partial<Request> = {}): Request {
  return {
    peer: { address: '192.0.2.7', verifiedName: null },
    claimedUser: claimed('ann'),
    action: 'chart',
    startedByCaller: false,
    othersHaveRequests: false,
    ...changes,
  }
}

/** The public content of a policy, less the line numbers. */
export function withoutLines(policy: Policy): unknown {
  return JSON.parse(
    JSON.stringify(policy, (key, value: unknown) => (/line$/i.test(key) ? 0 : value)),
  )
}

/** The comment lines of a text, without the blanks around them. */
export function commentsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('#'))
}
