import * as snmp from '@gatehouse/snmp-access'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { ensure, ensureEqual, readOrRefused } from '../oracle.ts'
import {
  CONTEXTS,
  ensureDecided,
  ensureReasons,
  ensureReviewed,
  OBJECTS,
  senderOf,
} from '../snmp/asking.ts'
import { perhapsOdd } from '../odd-values.ts'

const SOURCES = [
  ['default', '10.0.0.1', '10.0.0.0/8', '10.0.0.1/8', '127.0.0.1/255.0.0.255', '!10.0.0.1', '::1'],
  ['fd00::/64', '!::1', 'gw', 'GW', 'NETWORK', '1.2.3.4/0', '10.0.0.1/', '!', '0.0.0.0/0', '/8'],
].flat()
const COMMUNITIES = ['public', 'private', `"it's"`, `'a b'`, 'pub\\lic', `""`, 'COMMUNITY', '#a']
const OIDS = [
  '.1',
  '.1.3.6.1.2.1',
  '1.3.6.1.2.1.1',
  '.1.3.6.1.2.1.2.2.1.0.2',
  'system',
  '.1.3.',
  '2',
]
const MASKS = ['', ' ff:a0', ' ff.a0', ' fff0', ' zz', ' 0xff 0xa0', ' 80']
const NAMES = ['g', 'h', 's', 't', 'v', 'w', 'none', '_all_', 'grpcomm1', 'x'.repeat(33)]
const MODELS = ['v1', 'v2c', 'usm', 'any', 'tsm', 'V1', '']
const LEVELS = ['noauth', 'auth', 'priv', 'authPriv', 'none']
const TYPES = [
  'read',
  'write',
  'notify',
  'log',
  'execute',
  'net',
  'read,write',
  'log:net',
  'log|net',
]
const SPECIAL = [
  ['[snmpd]', '[snmptrapd]', '[', '[other]', 'includeFile x', 'includeDir /etc', 'include_all x'],
  ['vacmView 1 2', 'authtrapenable 1', 'authtrapenable enable', 'authtrapenable 3', '# note', ''],
  [
    'disableAuthorization yes',
    'disableAuthorization no',
    'sysLocation here',
    'trapcommunity public',
  ],
  ['rocommunitty public', 'informsink 10.0.0.9', 'trap2sink 10.0.0.9 public 162', 'createUser ann'],
].flat()

function line(random: Random): string {
  const one = (values: readonly string[]): string => pick(random, values)
  const perhaps = (text: string): string => (random(2) === 0 ? '' : ` ${text}`)
  const six = random(4) === 0 ? '6' : ''
  const view = random(4) === 0 ? `-V ${one(NAMES)}` : one(OIDS)
  const rest = perhaps(`${one(SOURCES)}${perhaps(`${view}${perhaps('al*')}`)}`)
  switch (random(12)) {
    case 0:
    case 1:
      return `${one(['rocommunity', 'rwcommunity'])}${six} ${one(COMMUNITIES)}${rest}`
    case 2:
      return `com2sec${six}${perhaps('-Cn alpha')} ${one(NAMES)} ${one(SOURCES)} ${one(COMMUNITIES)}`
    case 3:
      return `group ${one(NAMES)} ${one(MODELS)} ${one(NAMES)}`
    case 4:
      return `view ${one(NAMES)} ${one(['included', 'excluded'])} ${one(OIDS)}${one(MASKS)}`
    case 5:
      return `access ${one(NAMES)} ${one(['""', 'alpha', 'al'])} ${one(MODELS)} ${one(LEVELS)} ${one(['exact', 'prefix', '0'])} ${one(NAMES)} ${one(NAMES)} none`
    case 6:
      return `authCommunity ${one(TYPES)} ${one(COMMUNITIES)}${rest}`
    case 7:
      return `${one(['rouser', 'rwuser'])} ${one(['ann', 'bob', '-s usm ann'])}${perhaps(`${one(LEVELS)}${perhaps(view)}`)}`
    case 8:
      return `${one(['authuser', 'authgroup', 'authGroup'])} ${one(TYPES)} ${one(['ann', 'g'])}${perhaps(one(LEVELS))}`
    case 9:
      return `authaccess ${one(TYPES)} ${one(NAMES)}${perhaps('-s usm')} ${one(NAMES)}${perhaps(one(LEVELS))}`
    case 10:
      return `setaccess ${one(NAMES)} "" ${one(MODELS)} ${one(LEVELS)} exact ${one(TYPES)} ${one(NAMES)}`
    default:
      return one(SPECIAL)
  }
}

const WORDS = [
  SOURCES,
  COMMUNITIES,
  OIDS,
  MASKS,
  NAMES,
  MODELS,
  LEVELS,
  TYPES,
  SPECIAL,
  ['rocommunity ', 'com2sec ', 'view ', ' -V ', ' -Cn ', ' -v 2c ', '\\', `"`, `'`, '.'],
].flat()

function compose(random: Random): string {
  const most = random(3) === 0 ? 8 : 2
  return several(random, most, () => line(random)).join('\n') + (random(6) === 0 ? '' : '\n')
}

interface Read {
  readonly policy: snmp.Configuration
  readonly isStrict: boolean
}

/** Strictly, and where that refuses it as the daemon would. */
function read(input: Input, random: Random, daemon: snmp.Daemon): Read | undefined {
  const options = {
    file: 'T',
    daemon,
    profile: pick(random, ['net-snmp', 'rfc3415'] as const),
    contexts: CONTEXTS,
    resolve: new Map([['gw', ['10.0.0.9', 'fd00::9']]]),
    includes: pick(random, ['refused', 'passed-over'] as const),
  }
  const parse = (text: Input, lenient: boolean): snmp.Configuration | undefined =>
    readOrRefused(() => snmp.parse(text, { ...options, lenient }), snmp.FAULT_CODES)
  const strict = parse(input, false)
  const lenient = parse(input, true)
  if (strict !== undefined) ensureEqual(lenient, strict, 'lenient makes another thing of it')
  const policy = strict ?? lenient
  if (policy === undefined) return undefined
  for (const { code } of policy.warnings) {
    ensure(Object.hasOwn(snmp.FAULT_CODES, code), `warning \`${code}\` is known`)
  }
  const text = snmp.format(policy)
  ensureEqual(parse(text, strict === undefined), policy, 'written, it reads otherwise')
  const plain = typeof input === 'string' ? input : Buffer.from(input).toString()
  ensureEqual(text.replace(/^\ufeff/, ''), plain.replace(/^\ufeff/, ''), 'it is written otherwise')
  return { policy, isStrict: strict !== undefined }
}

/** snmpd.conf. */
const SNMPD: FuzzFormat = {
  name: 'snmp-configuration',
  takesBytes: true,
  words: WORDS,
  compose,
  examine: (input, random) => {
    const found = read(input, random, 'snmpd')
    if (found === undefined) return false
    const { policy, isStrict } = found
    for (let left = 3; left > 0; left -= 1) ensureDecided(policy, random)
    if (random(4) === 0) ensureReviewed(policy, random)
    if (random(16) === 0) ensureDifferences(policy)
    return isStrict
  },
}

const OTHER = snmp.parse('rocommunity public 10.0.0.0/8 .1.3.6.1.2.1\nrouser ann priv\n', {
  file: 'O',
  contexts: CONTEXTS,
})

/** Each example must be what it is said to be. */
function ensureDifferences(policy: snmp.Configuration): void {
  for (const { example, before, after } of snmp.diff(OTHER, policy)) {
    ensure(before.outcome !== after.outcome, 'a difference without one')
    ensureEqual(snmp.check(policy, example).outcome, after.outcome, 'an example that is none')
  }
}

/** snmptrapd.conf. */
const SNMPTRAPD: FuzzFormat = {
  name: 'snmp-notification-configuration',
  takesBytes: true,
  words: WORDS,
  compose,
  examine: (input, random) => {
    const found = read(input, random, 'snmptrapd')
    if (found === undefined) return false
    const { policy, isStrict } = found
    const notification = notificationOf(random)
    const verdict = snmp.checkNotification(policy, notification)
    ensureReasons(verdict.reasons)
    ensureEqual(verdict.purposes.length > 0, verdict.outcome === 'allow', 'allowed for nothing')
    ensure(!verdict.acknowledged || verdict.outcome === 'allow', 'what is dropped is acknowledged')
    if (!policy.authorizationDisabled && verdict.outcome === 'allow') {
      ensure(verdict.path.access !== null, 'a notification without an access entry')
    }
    if (random(4) === 0) ensureReviewed(policy, random)
    return isStrict
  },
}

function notificationOf(random: Random): snmp.Notification {
  const name = {
    pdu: perhapsOdd(random, pick(random, ['trap1', 'trap2', 'inform'] as const)),
    trapOid: perhapsOdd(random, pick(random, OBJECTS)),
    enterprise: perhapsOdd(random, pick(random, OBJECTS)),
    generic: perhapsOdd(random, random(8)),
    specific: perhapsOdd(random, random(9)),
  }
  return perhapsOdd(random, { ...senderOf(random), ...name })
}

/** The configurations of net-snmp's two daemons. */
export const SNMP_CONFIGURATIONS: readonly FuzzFormat[] = [SNMPD, SNMPTRAPD]
