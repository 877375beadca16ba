import { claimed } from '@gatehouse/core'
import * as access from '@gatehouse/hawk-trusted/console-access'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused } from '../oracle.ts'
import { nodeColumn, NODES, PARTS, quotedAtTimes, USERS } from './hawk-trusted.ts'

/** The two-column files of Hawk's consoles. */
export const HAWK_CONSOLE_ACCESS: FuzzFormat = {
  name: 'hawk-console-access',
  takesBytes: true,
  words: [USERS, NODES, PARTS, '!', '"', '<LogService>'].flat(),
  compose: (random) => several(random, 6, () => `${line(random)}\n`).join(''),
  examine,
}

function line(random: Random): string {
  if (random(16) === 0) return pick(random, ['', ' \t', '# a note', '  # another', '#'])
  const ignored = (): string => quotedAtTimes(random, pick(random, PARTS))
  const fields = [
    quotedAtTimes(random, pick(random, USERS)),
    ...(random(4) === 0 ? [] : [nodeColumn(random), ...several(random, random(3), ignored)]),
  ]
  return (random(3) === 0 ? '!' : '') + fields.join(pick(random, [' ', '\t', '  ']))
}

function examine(input: Input, random: Random): boolean {
  const options = { file: 'T', encoding: random(2) === 0 ? 'ascii' : 'utf-8' } as const
  const policy = readOrRefused(() => access.parse(input, options), access.LOAD_CODES)
  if (policy === undefined) return false
  const text = access.format(policy)
  const again = access.parse(text, options)
  ensureEqual(again, policy, 'what is written reads as another policy')
  ensureEqual(access.format(again), text, 'what is written is written anew otherwise')
  const request = makeRequest(random)
  const decision = access.check(policy, request)
  ensureDecision(decision, access.CODES)
  if (random(8) === 0) {
    const explained = access.explain(policy, request).decision
    ensureEqual(explained, decision, 'explain and check disagree')
    for (const { code } of access.lint(policy)) ensure(Object.hasOwn(access.LINT_CODES, code), code)
  }
  return true
}

function makeRequest(random: Random): access.AccessRequest {
  const request = {
    user: perhapsOdd(random, claimed(pick(random, USERS))),
    node: perhapsOdd(random, {
      name: perhapsOdd(random, pick(random, NODES)),
      dns: perhapsOdd(random, pick(random, PARTS)),
      domain: perhapsOdd(random, pick(random, PARTS)),
    }),
  }
  return perhapsOdd(random, request)
}
