import { MAX_LINE_CHARACTERS } from '@gatehouse/core'
import { isBareName } from './node-index.ts'
import type { Entry, Line, LogService, NodePattern, Policy } from './model.ts'

/**
 * Writes a policy in canonical form: comments and blank lines kept, the columns of neighbouring
 * lines aligned. Parses to an equal policy.
 */
export function format(policy: Policy): string {
  const output: string[][] = []
  let block: string[][] = []
  for (const line of policy.lines) {
    if (line.kind === 'entry') {
      block.push(formatEntry(line))
      continue
    }
    output.push(align(block), [formatOther(line)])
    block = []
  }
  output.push(align(block))
  return output.flatMap((lines) => lines.map((line) => `${line}\n`)).join('')
}

/** The columns of one access line as they are written. */
export function formatEntry({ effect, user, node, microagent, method }: Entry): string[] {
  const mark = effect === 'restriction' ? '!' : ''
  const columns = [`${mark}${formatUser(user)}`]
  if (node !== undefined) columns.push(formatNode(node))
  if (microagent !== undefined) columns.push(microagent)
  if (method !== undefined) columns.push(method)
  return columns
}

/** A user that reads as something else without quotes keeps them. */
function formatUser(user: string): string {
  return / |^[#<]/.test(user) ? `"${user}"` : user
}

function formatNode(node: '*' | '+' | NodePattern): string {
  if (typeof node === 'string') return node
  const { name, dns, domain } = node
  return isBareName(node) ? name : `${name}:${dns}:${domain}`
}

function formatOther(line: Exclude<Line, Entry>): string {
  switch (line.kind) {
    case 'blank':
      return ''
    case 'comment':
      return line.text
    case 'log-service':
      return formatLogService(line)
  }
}

function formatLogService({ directory, maxSize, maxFiles }: LogService): string {
  const fields = ['<LogService>']
  if (directory !== undefined) {
    fields.push('-log_dir', /[ \t]/.test(directory) ? `"${directory}"` : directory)
  }
  if (maxSize !== undefined) {
    fields.push('-log_max_size', `${maxSize.amount}${maxSize.unit === 'MB' ? 'm' : ''}`)
  }
  if (maxFiles !== undefined) fields.push('-log_max_num', String(maxFiles))
  return fields.join(' ')
}

function align(block: readonly string[][]): string[] {
  const widths: number[] = []
  for (const columns of block) {
    for (const [index, text] of columns.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, text.length)
    }
  }
  return block.map((columns) => {
    const last = columns.length - 1
    const padded = columns.map((text, index) =>
      index === last ? text : text.padEnd(widths[index] ?? 0),
    )
    return joinColumns(columns, padded)
  })
}

/** Columns as a line: apart as they should be, or by one blank where a line may not be so long. */
export function joinColumns(
  columns: readonly string[],
  padded: readonly string[] = columns,
): string {
  const line = padded.join('  ')
  return line.length > MAX_LINE_CHARACTERS ? columns.join(' ') : line
}
