import { MAX_POLICY_BYTES, ParseError } from '@gatehouse/core'
import { HostLists, type ReadList } from './host-lists.ts'
import type { Files, Policy, Profile } from './model.ts'
import { makePolicy } from './policy.ts'
import { RuleCollector } from './rules/rule-collector.ts'
import { TableLoader } from './table-loader.ts'

/** How the two files are read. */
export interface ParseOptions {
  /** Default `strict`. */
  readonly profile?: Profile
  /** Labels of the two texts in every message and reason. Default: `hosts.allow` and `hosts.deny`. */
  readonly files?: { readonly allow: string; readonly deny: string }
  /** Largest text of each file and list, in bytes (of a string: characters). Default 16 MiB. */
  readonly maxBytes?: number
  /** Characters that the texts may hold in profile `strict`. Default `ascii`. */
  readonly encoding?: 'ascii' | 'utf-8'
  /**
   * Gives the text of a list that a rule names by its path, `null` when there is none. Without it a
   * rule with a list is refused: in profile `strict` when it is read, in `libwrap` when it is asked.
   */
  readonly readList?: ReadList
}

/**
 * Reads `hosts.allow` and `hosts.deny`.
 *
 * In profile `strict` one bad line refuses both files, and so does a file that is missing. In
 * profile `libwrap` only a text that is too large, is no UTF-8 or holds a zero byte is refused.
 *
 * @throws ParseError (`ERR_PARSE`) carrying every error of both files, with file, line and column.
 * @see hosts_access(5) and hosts_options(5) of TCP Wrappers 7.6.q
 */
export function parse(files: Files, options: ParseOptions = {}): Policy {
  const { profile = 'strict', maxBytes = MAX_POLICY_BYTES, encoding = 'ascii', readList } = options
  const labels = options.files ?? { allow: 'hosts.allow', deny: 'hosts.deny' }
  const lists = new HostLists(readList, profile, maxBytes)
  const rules = new RuleCollector()
  const first = new TableLoader({ file: labels.allow, maxBytes, encoding }, profile, lists, rules)
  const second = new TableLoader({ file: labels.deny, maxBytes, encoding }, profile, lists, rules)
  const allow = first.load(files.allow)
  const allowed = rules.count
  const deny = second.load(files.deny)
  throwAll([first, second])
  return makePolicy({ profile, allow, deny, lists, rules: rules.seal(), allowed })
}

function throwAll(readers: readonly TableLoader[]): void {
  const errors = readers.flatMap((reader) => errorOf(reader))
  const [first, ...rest] = errors.flatMap(({ diagnostics }) => diagnostics)
  if (first === undefined) return
  throw new ParseError(
    [first, ...rest],
    errors.reduce((sum, { total }) => sum + total, 0),
  )
}

function errorOf(reader: TableLoader): ParseError[] {
  try {
    reader.throwIfAny()
    return []
  } catch (error) {
    if (error instanceof ParseError) return [error]
    throw error
  }
}
