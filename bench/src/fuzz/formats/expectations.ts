import * as bmc from '@gatehouse/bmc-authorization'
import {
  EXPECTATION_CODES,
  EXPECTATION_FIELD_CODES,
  parseExpectations,
  type ExpectationResult,
} from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { ensureDecision, ensureEqual, readOrRefused } from '../oracle.ts'

const FIELDS = [
  ['user=ops', 'node=web01', 'node=web01:none:default', 'microagent=M.Custom', 'method=execute'],
  ['scope=group', 'impact=INFO', 'address=10.0.0.1', 'name=gw', 'action=collect.start', 'own=yes'],
  ['daemon=bgssd', 'port=10128', 'server=10.0.0.9', 'others=no', 'tool=uptime', 'targets=web01,x'],
  ['user="night shift"', 'user=""', 'user=*', 'x=', '=x', 'address=10.0.0', 'port=-1', 'tool=" "'],
].flat()
const STARTS = ['expect allow', 'expect deny', 'expect\tdeny', ' expect allow', 'expect', '# x', '']

const POLICIES = {
  hawk: hawk.parse('ops * * *\n!ops web01 M.Custom execute\n', { file: 'T' }),
  bmc: bmc.vendorDefaultPolicy(bmc.insecureVendorDefault),
  tcp: tcp.parse({ allow: 'bgssd: 10.\n', deny: 'ALL: ALL\n' }),
}

/** Expectations beside a policy, and what each model makes of them. */
export const EXPECTATIONS: FuzzFormat = {
  name: 'expectations',
  takesBytes: true,
  words: [...FIELDS, ...STARTS, '"', '='],
  compose: (random) => several(random, 3, () => line(random)).join('\n'),
  examine,
}

const SOUND = [
  'expect allow user=ops node=web01 microagent=M.Custom method=execute',
  'expect deny address=10.0.0.1 user=ops action=collect.start',
  'expect allow daemon=bgssd address=10.0.0.1',
]

function line(random: Random): string {
  const start = random(3) === 0 ? pick(random, SOUND) : pick(random, STARTS)
  return `${start} ${several(random, 4, () => pick(random, FIELDS)).join(' ')}`
}

function examine(input: Input, random: Random): boolean {
  const options = { file: 'E', encoding: random(2) === 0 ? 'ascii' : 'utf-8' } as const
  const read = (): ReturnType<typeof parseExpectations> => parseExpectations(input, options)
  const expectations = readOrRefused(read, EXPECTATION_CODES)
  if (expectations === undefined) return false
  ensureEqual(read(), expectations, 'a second reading differs')
  answer(() => hawk.test(POLICIES.hawk, expectations), hawk.CODES)
  answer(() => bmc.test(POLICIES.bmc, expectations), bmc.CODES)
  answer(() => tcp.test(POLICIES.tcp, expectations), tcp.CODES)
  return true
}

function answer(
  test: () => readonly ExpectationResult[],
  codes: Readonly<Record<string, string>>,
): void {
  for (const { decision } of readOrRefused(test, EXPECTATION_FIELD_CODES) ?? []) {
    ensureDecision(decision, codes)
  }
}
