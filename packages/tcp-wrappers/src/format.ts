import { optionFields, segmentsOf, splitRule, tokensOf, type Token } from './fields.ts'
import { MAX_RULE_BYTES } from './logical-lines.ts'
import type { Line, ListText, Policy, Rule, Table } from './model.ts'
import { chop } from './options.ts'

/** The texts of the two files. */
export interface FormattedFiles {
  /** `null` when there is no file. */
  readonly allow: string | null
  /** `null` when there is no file. */
  readonly deny: string | null
}

/**
 * Writes the files with one blank between the words of a rule, LF, and every line where it was.
 *
 * Comments, rules continued over lines and what would not read the same stay as they are.
 *
 * @returns Texts that `parse` reads as an equal policy, but for the `text` of rules.
 */
export function format(policy: Policy): FormattedFiles {
  return { allow: formatTable(policy.allow), deny: formatTable(policy.deny) }
}

function formatTable({ state, lines }: Table): string | null {
  if (state !== 'read') return null
  return lines.map((line) => `${formatLine(line)}${line.kind === 'rest' ? '' : '\n'}`).join('')
}

function formatLine(line: Line): string {
  if (line.kind === 'blank' && line.line === line.firstLine) return ''
  return line.kind === 'rule' ? formatRule(line) : line.text
}

function formatRule(rule: Rule): string {
  if (rule.line !== rule.firstLine) return rule.text
  const fields = splitRule(rule.text)
  if (fields === undefined) return rule.text
  const lists = [rule.daemons, rule.clients].map(formatList)
  const options = fields.options === null ? [] : rawFields(fields.options)
  const text = [lists.join(': '), ...options].join(' : ').replace(/ +$/, '')
  return readsAs(text, rule) ? text : rule.text
}

/** The words of a list with one blank between them. */
export function formatList(list: ListText): string {
  return list
    .map((segment) => segment.join(' '))
    .join(' EXCEPT ')
    .replaceAll(/^ +| +$/g, '')
}

/** The fields between the colons as they are written, `\:` in them. */
function rawFields({ text }: Token): string[] {
  return text.split(/(?<!\\):/).map(chop)
}

/** Whether a line is read as the rule that it was written from. */
function readsAs(text: string, rule: Rule): boolean {
  const isRule = text.length <= MAX_RULE_BYTES - 1 && !/^[#\s]|\\$/.test(text)
  const fields = isRule ? splitRule(text) : undefined
  const before = splitRule(rule.text)
  if (fields === undefined || before === undefined) return false
  const same = [fields, before].map(({ daemons, clients, options }) => ({
    daemons: wordsOf(daemons),
    clients: wordsOf(clients),
    options: options === null ? null : optionFields(options).map((option) => chop(option.text)),
  }))
  return JSON.stringify(same[0]) === JSON.stringify(same[1])
}

function wordsOf(list: Token): string[][] {
  return segmentsOf(tokensOf(list)).map((segment) => segment.map((token) => token.text))
}
