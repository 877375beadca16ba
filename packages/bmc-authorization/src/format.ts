import { MAX_LINE_CHARACTERS } from '@gatehouse/core'
import { KEYWORDS } from './keywords.ts'
import type { BlockComments, Computer, Permission, Policy, User } from './model.ts'

/**
 * Writes a policy as text in the vendor's style: one blank a depth, `NAME` before `PERMISSION`, LF.
 *
 * Comments stay with the statement that they stood before; blank lines go.
 *
 * @returns Text that {@link parse} reads as an equal policy, line numbers aside. With names or
 * comments outside ASCII it needs `encoding: 'utf-8'`, as the text that it came from did.
 */
export function format(policy: Policy): string {
  const { permission, computers, comments, trailingComments } = policy
  const [begin, end] = KEYWORDS.authorization
  const lines = [
    ...comments.begin,
    begin,
    ...formatPermission(permission, comments, 1),
    ...computers.flatMap(formatComputer),
    ...comments.end.map((text) => indented(text, 1)),
    end,
    ...trailingComments,
  ]
  return `${lines.join('\n')}\n`
}

function formatComputer(computer: Computer): string[] {
  const users = computer.users.flatMap(formatUser)
  return formatNamed(computer, KEYWORDS.computer, 1, users)
}

function formatUser(user: User): string[] {
  return formatNamed(user, KEYWORDS.user, 2, [])
}

function formatNamed(
  { name, permission, comments }: Computer | User,
  [begin, end]: readonly [string, string],
  depth: number,
  inner: readonly string[],
): string[] {
  return [
    ...comments.begin.map((text) => indented(text, depth)),
    indented(begin, depth),
    ...comments.name.map((text) => indented(text, depth + 1)),
    indented(`${KEYWORDS.name} ${KEYWORDS.assign} ${name}`, depth + 1),
    ...formatPermission(permission, comments, depth + 1),
    ...inner,
    ...comments.end.map((text) => indented(text, depth + 1)),
    indented(end, depth),
  ]
}

function formatPermission(
  permission: Permission | null,
  comments: BlockComments,
  depth: number,
): string[] {
  if (permission === null) return []
  const word = KEYWORDS.levels[permission.level]
  return [
    ...comments.permission.map((text) => indented(text, depth)),
    indented(`${KEYWORDS.permission} ${KEYWORDS.assign} ${word}`, depth),
  ]
}

/** A line as long as may be gets no blanks in front: it must stay readable. */
function indented(text: string, depth: number): string {
  return text.length + depth > MAX_LINE_CHARACTERS ? text : ' '.repeat(depth) + text
}
