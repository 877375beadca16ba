import { formatEntry, joinColumns } from '../format.ts'
import type { AccessEntry, AccessPolicy } from './model.ts'
import { asTrusted } from './policy.ts'

/** Writes a policy in canonical form, comments and ignored columns kept. Parses to an equal policy. */
export function format(policy: AccessPolicy): string {
  return policy.lines
    .map((line) => {
      if (line.kind === 'entry') return `${formatAccessEntry(line)}\n`
      return line.kind === 'comment' ? `${line.text}\n` : '\n'
    })
    .join('')
}

/** One access line. */
export function formatAccessEntry(entry: AccessEntry): string {
  const ignored = entry.ignored.map((text) => (/[ \t]/.test(text) ? `"${text}"` : text))
  return joinColumns([...formatEntry(asTrusted(entry)), ...ignored])
}
