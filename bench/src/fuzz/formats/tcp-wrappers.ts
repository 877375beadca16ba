import { claimed } from '@gatehouse/core'
import * as tcp from '@gatehouse/tcp-wrappers'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused, without } from '../oracle.ts'

const DAEMONS = ['bgssd', 'ALL', 'bgs*', '10128', 'bgssd@10.9.9.9', 'ALL@LOCAL', 'b?ssd', 'x', '/l']
const CLIENTS = [
  ['10.0.0.1', '10.0.0.', '10.*', '10.0.0.0/24', '10.0.0.1/24', '10.0.0.0/255.255.0.255', '1?.*'],
  ['[2001:db8::1]', '[2001:db8::]/32', '[::]/0', '[::ffff:10.0.0.1]', '0.0.0.0/0.0.0.0', '10/8'],
  ['gw', '.example.com', '*.example.com', 'LOCAL', 'KNOWN', 'UNKNOWN', 'PARANOID', 'ALL', '@ops'],
  ['bob@10.0.0.1', 'ALL@ALL', 'UNKNOWN@10.', 'b*@.com', '/etc/list', '{RBL}.x', '010.0.0.1'],
].flat()
const OPTIONS = [
  ['allow', 'deny', 'severity mail.info', 'spawn /bin/true %a\\:%n', 'nice', 'nice 5', 'linger 3'],
  [
    'twist /bin/echo %h',
    'aclexec /bin/false',
    'setenv A b',
    'umask 077',
    'banners /x',
    'keepalive',
  ],
  ['user nobody.kmem', 'rfc931 10', 'severity = mail.info', 'umask 8', '', 'ALLOW', 'spawn (x) &'],
].flat()
const SIGNS = [': ', ' : ', ':', ' EXCEPT ', ', ', ' ', '\\\n', '#', '[', ']', '@', '/', '\\:']
const PLACES: ReadonlySet<string> = new Set(['text', 'line', 'firstLine'])
const ADDRESSES = ['10.0.0.1', '10.0.7.0', '2001:db8::1', '::ffff:10.0.0.1', 'unknown', '9.9.9.9']
const NAMES = [null, 'gw', 'GW.example.com', 'paranoid', 'unknown', 'a.example.com.', '10.0.0.1']

/** hosts.allow and hosts.deny, each profile a format of its own. */
export const TCP_WRAPPERS: readonly FuzzFormat[] = (['strict', 'libwrap'] as const).map(
  (profile) => ({
    name: `tcp-wrappers-${profile}`,
    takesBytes: true,
    words: [DAEMONS, CLIENTS, OPTIONS, SIGNS].flat(),
    compose: (random) => {
      const lines = several(random, 5, () => line(random))
      return lines.join('\n') + (random(8) === 0 ? '' : '\n')
    },
    examine: (input, random) => examine(input, random, profile),
  }),
)

function line(random: Random): string {
  if (random(10) === 0) return pick(random, ['', '# a note', ' \t', '#: ALL', '# x \\', 'no colon'])
  const options = several(random, random(3), () => ` : ${pick(random, OPTIONS)}`)
  return `${list(random, DAEMONS)}${pick(random, [':', ': ', ' : '])}${list(random, CLIENTS)}${options.join('')}`
}

function list(random: Random, items: readonly string[]): string {
  const segment = (): string => {
    const words = [pick(random, items), ...several(random, 2, () => pick(random, items))]
    return words.join(pick(random, [' ', ', ', ',\t', ' \\\n  ']))
  }
  return [segment(), ...several(random, random(2), segment)].join(' EXCEPT ')
}

function examine(input: Input, random: Random, profile: tcp.Profile): boolean {
  const encoding = random(2) === 0 ? 'ascii' : 'utf-8'
  const isAllow = random(2) === 0
  const other = pick(random, ['', 'ALL: ALL\n', 'bgssd: 10.\n'])
  const options = { profile, encoding, readList: random(2) === 0 ? listOf : noList } as const
  const files = isAllow ? { allow: input, deny: other } : { allow: other, deny: input }
  const policy = readOrRefused(() => tcp.parse(files, options), tcp.LOAD_CODES)
  if (policy === undefined) return false
  const texts = tcp.format(policy)
  const again = tcp.parse(texts, options)
  ensureEqual(without(PLACES, again), without(PLACES, policy), 'written, it reads otherwise')
  ensureEqual(tcp.format(again), texts, 'what is written is written anew otherwise')
  const request = makeRequest(random)
  const decision = tcp.check(policy, request)
  ensureDecision(decision, tcp.CODES)
  ensure(tcp.check(again, request).outcome === decision.outcome, 'written, it decides otherwise')
  if (random(8) === 0) {
    ensureEqual(tcp.explain(policy, request).decision, decision, 'explain and check disagree')
    for (const { code } of tcp.lint(policy)) ensure(Object.hasOwn(tcp.LINT_CODES, code), code)
  }
  return true
}

function listOf(): string {
  return '10.0.0.7 gw\n.example.org\n'
}

function noList(): null {
  return null
}

function makeRequest(random: Random): tcp.Request {
  const user = random(2) === 0 ? null : claimed(pick(random, ['bob', 'BOB', 'eve']))
  const request = {
    daemon: perhapsOdd(random, pick(random, DAEMONS)),
    client: perhapsOdd(random, {
      address: perhapsOdd(random, pick(random, ADDRESSES)),
      name: perhapsOdd(random, pick(random, NAMES)),
      user: perhapsOdd(random, user),
      ...(random(2) === 0 ? {} : { netgroups: perhapsOdd(random, ['ops']) }),
    }),
    ...(random(2) === 0
      ? {}
      : {
          server: perhapsOdd(random, {
            address: perhapsOdd(random, pick(random, ADDRESSES)),
            port: perhapsOdd(random, 10_128),
          }),
        }),
  }
  return perhapsOdd(random, request)
}
