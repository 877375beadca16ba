import { claimed } from '@gatehouse/core'
import * as access from '@gatehouse/hawk-trusted/console-access'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { examineBy } from '../verbs.ts'
import { nodeColumn, NODES, PARTS, quotedAtTimes, USERS } from './hawk-trusted.ts'

/** The two-column files of Hawk's consoles. */
export const HAWK_CONSOLE_ACCESS: FuzzFormat = {
  name: 'hawk-console-access',
  takesBytes: true,
  words: [USERS, NODES, PARTS, '!', '"', '<LogService>'].flat(),
  compose: (random) => several(random, 6, () => `${line(random)}\n`).join(''),
  examine: examineBy(access, makeRequest),
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
