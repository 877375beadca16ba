import * as hawk from '@gatehouse/hawk-trusted'
import { claimed } from '@gatehouse/core'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { examineBy } from '../verbs.ts'

/** User ids, as files and requests of Hawk have them. */
export const USERS: readonly string[] = [
  'ops',
  'Ops',
  'night shift',
  'CORP\\ops',
  'corp\\OPS',
  '*',
  '#x',
  '<y',
  'jörg',
]
/** What stands for nodes. */
export const NODES: readonly string[] = ['web01', 'WEB01', 'db01', '*', '+']
/** Parts of the identity of an agent. */
export const PARTS: readonly string[] = [
  '*',
  'none',
  'None',
  'default',
  'example.test',
  'web01',
  'web01 none default',
]
const MICROAGENTS = ['*', 'M.Custom', 'COM.TIBCO.hawk.microagent.RuleBaseEngine', 'm:x', 'M']
const METHODS = ['*', '+', 'execute', 'Execute', '_$1', 'getHostName']
const BLANKS = [' ', '\t', '  ', ' \t ']
const OPTIONS = [
  ['-log_dir', '-log_max_size', '-log_max_num', '-log_dir "my logs"', '-log_dir .', '-log_dir <'],
  ['-log_max_size 5M', '-log_max_size 10', '-log_max_num 3', '-log_max_num 0', '-log_max_size 0'],
].flat()

/** Trusted.txt and TrustedWithDomain.txt, which share one grammar. */
export const HAWK_TRUSTED: FuzzFormat = {
  name: 'hawk-trusted',
  takesBytes: true,
  words: [USERS, NODES, PARTS, MICROAGENTS, METHODS, OPTIONS, '!', '"', '<LogService>'].flat(),
  compose: (random) => {
    const lines = several(random, 6, () => line(random))
    return lines.join(random(12) === 0 ? '\r\n' : '\n') + (random(8) === 0 ? '' : '\n')
  },
  examine: examineBy(hawk, makeRequest),
}

function line(random: Random): string {
  const kind = random(16)
  if (kind === 0) return pick(random, ['', ' \t', '# a note', '  # another', '#'])
  if (kind === 1) {
    return `<LogService> ${several(random, 3, () => pick(random, OPTIONS)).join(' ')}`
  }
  const columns = [
    () => quotedAtTimes(random, pick(random, USERS)),
    () => nodeColumn(random),
    () => quotedAtTimes(random, pick(random, MICROAGENTS)),
    () => pick(random, METHODS),
    () => 'more',
  ]
  const count = random(24) === 0 ? 5 : 1 + random(4)
  const fields = columns.slice(0, count).map((column) => column())
  return (random(3) === 0 ? '!' : '') + fields.join(pick(random, BLANKS))
}

/** The text, in quotes where it has a blank, and at times where it has none. */
export function quotedAtTimes(random: Random, text: string): string {
  return text.includes(' ') || random(8) === 0 ? `"${text}"` : text
}

/** A node column. */
export function nodeColumn(random: Random): string {
  if (random(2) === 0) return pick(random, NODES)
  const parts = Array.from({ length: random(16) === 0 ? 2 : 3 }, () => pick(random, PARTS))
  return random(3) === 0 ? `"${parts.join(' ')}"` : parts.join(':')
}

function makeRequest(random: Random): hawk.Request {
  const request = {
    user: perhapsOdd(random, claimed(pick(random, USERS))),
    node: perhapsOdd(random, {
      name: perhapsOdd(random, pick(random, NODES)),
      dns: perhapsOdd(random, pick(random, PARTS)),
      domain: perhapsOdd(random, pick(random, PARTS)),
    }),
    scope: perhapsOdd(random, pick(random, ['point-to-point', 'group'] as const)),
    microagent: perhapsOdd(random, pick(random, MICROAGENTS)),
    method: perhapsOdd(random, pick(random, METHODS)),
    impact: perhapsOdd(random, pick(random, ['INFO', 'ACTION', 'ACTION_INFO', 'VOID'] as const)),
  }
  return perhapsOdd(random, request)
}
