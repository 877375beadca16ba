import * as bmc from '@gatehouse/bmc-authorization'
import { claimed } from '@gatehouse/core'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused, without } from '../oracle.ts'

const COMPUTERS = [
  ['10.1.2.3', '::ffff:10.1.2.3', '10.1.2.4', '2001:db8::1', '2001:DB8:0::01', '::1', '10.*'],
  ['10.1.*', '10.1.2.*', '*', 'gw1', 'GW1.', 'gw1.test', '10.1.2.evil.test', '010.1.2.3', '10.1'],
].flat()
const USERS = ['*', 'ann', 'Ann', 'CORP\\ann', 'corp\\ANN', 'Ann Lee', 'ann#1', 'a #b', 'jörg']
const LEVELS = ['NONE', 'VIEW', 'MODIFY', 'MANAGE', 'view', 'MANAGE # all']
const KEYWORDS = [
  ['BEGIN_AUTHORIZATION', 'END_AUTHORIZATION', 'BEGIN_COMPUTER', 'END_COMPUTER', 'BEGIN_USER'],
  ['END_USER', 'NAME = ', 'PERMISSION = ', 'PERMISSION', '=', '# a note', '#', ' = ', 'NAME='],
].flat()
const PLACES: ReadonlySet<string> = new Set(['line', 'beginLine', 'endLine'])

/** Authorization.cfg. */
export const BMC_AUTHORIZATION: FuzzFormat = {
  name: 'bmc-authorization',
  takesBytes: true,
  words: [COMPUTERS, USERS, LEVELS, KEYWORDS].flat(),
  compose: (random) => {
    const inside = [...permission(random), ...several(random, 3, () => computer(random)).flat()]
    const lines = [...notes(random), ...block(random, 'AUTHORIZATION', inside), ...notes(random)]
    return `${lines.join(random(12) === 0 ? '\r\n' : '\n')}${random(8) === 0 ? '' : '\n'}`
  },
  examine,
}

function computer(random: Random): string[] {
  const users = several(random, 2, () => named(random, 'USER', USERS, [])).flat()
  return named(random, 'COMPUTER', COMPUTERS, users)
}

function named(
  random: Random,
  kind: string,
  names: readonly string[],
  inner: readonly string[],
): string[] {
  const name = `${random(4) === 0 ? '\t' : '  '}NAME = ${pick(random, names)}`
  const parts = [[...notes(random), name], permission(random), inner]
  return block(random, kind, (random(3) === 0 ? parts.toReversed() : parts).flat())
}

function block(random: Random, kind: string, lines: readonly string[]): string[] {
  return [`BEGIN_${kind}`, ...lines, ...notes(random), `END_${kind}`]
}

function permission(random: Random): string[] {
  return random(3) === 0 ? [] : [` PERMISSION = ${LEVELS[random(random(16) === 0 ? 6 : 4)]}`]
}

function notes(random: Random): string[] {
  return random(6) === 0 ? [pick(random, ['# a note', '', '  # x', '\t', '#'])] : []
}

function examine(input: Input, random: Random): boolean {
  const options = { file: 'T', encoding: random(2) === 0 ? 'ascii' : 'utf-8' } as const
  const policy = readOrRefused(() => bmc.parse(input, options), bmc.LOAD_CODES)
  if (policy === undefined) return false
  const text = bmc.format(policy)
  const again = bmc.parse(text, options)
  const before = without(PLACES, policy)
  ensureEqual(without(PLACES, again), before, 'what is written reads as another policy')
  ensureEqual(bmc.format(again), text, 'what is written is written anew otherwise')
  const request = makeRequest(random)
  const decision = bmc.check(policy, request)
  ensureDecision(decision, bmc.CODES)
  ensure(
    bmc.check(again, request).outcome === decision.outcome,
    'what is written decides otherwise',
  )
  if (random(8) === 0) {
    ensureEqual(bmc.explain(policy, request).decision, decision, 'explain and check disagree')
    for (const { code } of bmc.lint(policy)) ensure(Object.hasOwn(bmc.LINT_CODES, code), code)
  }
  return true
}

function makeRequest(random: Random): bmc.Request {
  const request = {
    peer: perhapsOdd(random, {
      address: perhapsOdd(random, pick(random, COMPUTERS)),
      verifiedName: perhapsOdd(random, random(2) === 0 ? null : pick(random, COMPUTERS)),
    }),
    claimedUser: perhapsOdd(random, claimed(pick(random, USERS))),
    action: perhapsOdd(random, pick(random, Object.keys(bmc.ACTIONS))),
    startedByCaller: perhapsOdd(random, random(2) === 0),
    othersHaveRequests: perhapsOdd(random, random(2) === 0),
  }
  return perhapsOdd(random, request)
}
