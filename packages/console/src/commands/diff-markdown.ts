import { escapeControls } from '@gatehouse/core'
import type { StatedDifference } from '../kinds/stated.ts'
import { reasonOf } from './review.ts'

/** What a comment tells of. */
interface Comparison {
  /** Names of the two policies, as they were given. */
  readonly before: string
  readonly after: string
  readonly differences: readonly StatedDifference[]
  /** What was not looked at. */
  readonly notCompared: string | undefined
}

/** Longest comment: GitHub takes 65,536 characters. */
const MAX_CHARACTERS = 60_000

/**
 * Differences as a comment on a pull request.
 *
 * Everything that comes from a file stands in a code span, where it can neither be markup nor name
 * anybody. What does not fit is counted.
 */
export function diffMarkdown(comparison: Comparison): string {
  const { before, after, differences, notCompared } = comparison
  const opened = differences.filter(({ after: is }) => is.outcome === 'allow').length
  const lines = [
    `**${headline(opened, differences.length - opened)}** from ${code(before)} to ${code(after)}`,
  ]
  if (differences.length > 0) lines.push('')
  let characters = 0
  for (const [index, difference] of differences.entries()) {
    const item = itemOf(difference)
    characters += item.length
    if (characters > MAX_CHARACTERS) {
      lines.push(`- and ${differences.length - index} more, which do not fit here`)
      break
    }
    lines.push(item)
  }
  if (notCompared !== undefined) lines.push('', `Not compared: ${notCompared}.`)
  return lines.join('\n')
}

function headline(opened: number, closed: number): string {
  if (opened + closed === 0) return 'No request is answered differently'
  const parts = [
    ...(opened === 0
      ? []
      : [`${opened} ${opened === 1 ? 'kind' : 'kinds'} of request newly allowed`]),
    ...(closed === 0
      ? []
      : [`${closed} ${closed === 1 ? 'kind' : 'kinds'} of request no longer allowed`]),
  ]
  return parts.join(', ')
}

function itemOf({ requests, before, after, example }: StatedDifference): string {
  const word = after.outcome === 'allow' ? 'Now allowed' : 'Now denied'
  return [
    `- **${word}**: ${code(requests)}`,
    `  - was ${before.outcome}: ${code(reasonOf(before))}, is ${after.outcome}: ${code(reasonOf(after))}`,
    `  - for example ${code(JSON.stringify(example))}`,
  ].join('\n')
}

/** A code span, whatever its text holds. */
function code(text: string): string {
  const printable = escapeControls(text)
  const longest = Math.max(0, ...Array.from(printable.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const blank = /^`|`$/.test(printable) ? ' ' : ''
  return `${fence}${blank}${printable}${blank}${fence}`
}
