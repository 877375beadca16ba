import { LimitError } from '@gatehouse/core'
import * as snmp from '@gatehouse/snmp-access'
import type { Random } from '../../random.ts'
import { pick, several } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureEqual } from '../oracle.ts'

/** Communities that the grammars of configurations write, and some that they do not. */
const COMMUNITIES: readonly string[] = ['public', 'private', 'it', 'a b', "it's", '']
/** Users that the grammars of configurations write, and one that they do not. */
const USERS: readonly string[] = ['ann', 'bob', 'eve']
/** Contexts that exist beside the default one. */
export const CONTEXTS: readonly string[] = ['alpha', 'alpine']

const SOURCES = ['10.0.0.1', '10.9.9.9', '127.0.0.1', '::1', 'fd00::5', '::ffff:10.0.0.1', 'x', '']
/** Objects that the views of the grammars tell apart. */
export const OBJECTS: readonly snmp.Oid[] = [
  [1, 3, 6, 1, 2, 1, 1, 1, 0],
  [1, 3, 6, 1, 2, 1, 1, 5, 0],
  [1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 2],
  [1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 2],
  [1, 3, 6, 1, 4, 1, 4_294_967_295, 1],
  [2, 999, 1],
  [1],
]

/** A MIB of these objects, of which every second one is a Counter64. */
const MIB: snmp.Mib = {
  find: (oid) => {
    const at = OBJECTS.findIndex((one) => snmp.compareOids(one, oid) === 0)
    return at === -1 ? 'noSuchInstance' : { oid, counter64: at % 2 === 1 }
  },
  next: (after) => {
    const [oid] = OBJECTS.filter((one) => snmp.compareOids(one, after) > 0).toSorted(
      snmp.compareOids,
    )
    return oid && { oid, counter64: OBJECTS.indexOf(oid) % 2 === 1 }
  },
  test: (_oid, position) => (position === 1 ? 'wrongType' : 'noError'),
}

/** A sender, some of whose fields are now and then missing or of another type. */
export function senderOf(random: Random): snmp.Sender {
  const version = pick(random, ['1', '2c', '3'] as const)
  const source = perhapsOdd(random, pick(random, SOURCES))
  if (version !== '3') {
    const text = pick(random, COMMUNITIES)
    const community = random(2) === 0 ? text : Buffer.from(text)
    return {
      version: perhapsOdd(random, version),
      community: perhapsOdd(random, community),
      source,
    }
  }
  return {
    version,
    user: perhapsOdd(random, pick(random, USERS)),
    level: perhapsOdd(random, pick(random, ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const)),
    context: perhapsOdd(random, pick(random, ['', '', 'alpha', 'beta'])),
    usm: perhapsOdd(random, random(6) === 0 ? 'wrong-digest' : 'accepted'),
    source,
  }
}

/** A command, some of whose fields are now and then missing or of another type. */
function requestOf(random: Random): snmp.Request {
  const varbinds = several(random, 3, () => ({ oid: perhapsOdd(random, pick(random, OBJECTS)) }))
  return perhapsOdd(random, {
    ...senderOf(random),
    pdu: perhapsOdd(random, pick(random, ['get', 'getnext', 'getbulk', 'set'] as const)),
    varbinds: perhapsOdd(random, varbinds),
    ...(random(2) === 0 ? {} : { nonRepeaters: perhapsOdd(random, random(5) - 1) }),
    ...(random(2) === 0 ? {} : { maxRepetitions: perhapsOdd(random, random(9)) }),
  })
}

/** What must hold for a command, whatever the policy. */
export function ensureDecided(policy: snmp.Configuration, random: Random): snmp.Verdict {
  const request = requestOf(random)
  const verdict = snmp.check(policy, request)
  ensureReasons(verdict.reasons)
  const { varbinds, ...rest } = snmp.answer(policy, request, () => MIB, { maxSteps: 50 })
  const shown = varbinds.filter(({ value }) => value === 'value')
  ensure(verdict.reply === 'response' || varbinds.length === 0, 'more than silence or a report')
  ensure(shown.length === 0 || verdict.path.access !== null, 'a value without an access entry')
  for (const { oid } of shown) {
    ensure(verdict.view?.ask(oid).state === 'included', 'a value that the view does not show')
    const hasBig = request.version === '1' && OBJECTS.findIndex((one) => one === oid) % 2 === 1
    ensure(!hasBig, 'a Counter64 in version 1')
  }
  ensure(snmp.resultOf({ varbinds, ...rest }) !== '', 'an answer without a name')
  if (random(4) === 0) {
    ensureEqual(snmp.explain(policy, request).decision, verdict, 'explain and check disagree')
  }
  return verdict
}

/** What must hold for reasons: known codes, and no character that a terminal acts on. */
export function ensureReasons(reasons: snmp.Verdict['reasons']): void {
  ensure(reasons.length > 0, 'no reason')
  for (const reason of reasons) {
    ensure(Object.hasOwn(snmp.CODES, reason.code), `reason \`${reason.code}\` is known`)
    ensure(!/\p{Cc}/u.test(snmp.describe(reason)), 'a reason that cannot be printed')
  }
}

/** What must hold for a policy beside its decisions. */
export function ensureReviewed(policy: snmp.Configuration, random: Random): void {
  for (const finding of snmp.lint(policy)) {
    ensure(Object.hasOwn(snmp.LINT_CODES, finding.code), finding.code)
    ensure(!/\p{Cc}/u.test(snmp.describeFinding(finding)), 'a finding that cannot be printed')
  }
  try {
    ensureEqual(snmp.diff(policy, policy), [], 'a policy differs from itself')
    ensureListed(policy, random)
  } catch (error) {
    if (!(error instanceof LimitError)) throw error
  }
}

/** Whoever is let in is among those that may, and nobody who is not among them is let in. */
function ensureListed(policy: snmp.Configuration, random: Random): void {
  const oid = pick(random, OBJECTS)
  const [pdu, operation] = pick(random, [
    ['get', 'read'],
    ['set', 'write'],
  ] as const)
  const sender = { ...senderOf(random), usm: 'accepted' } as const
  const { outcome, path } = snmp.check(policy, { ...sender, pdu, varbinds: [{ oid }] })
  const { communities, users } = snmp.whoCan(policy, oid, operation)
  if (outcome === 'allow' && path.community !== null) {
    ensure(communities.length > 0, 'a community gets in that whoCan does not list')
  }
  if (sender.version !== '3' || typeof sender.user !== 'string') return
  const isListed = users.some(
    ({ user, contexts, levels }) =>
      user === sender.user &&
      contexts.includes(sender.context ?? '') &&
      levels.some((level) => level === sender.level),
  )
  if (typeof sender.source === 'string' && /^[\d.]+$/.test(sender.source)) {
    ensureEqual(isListed, outcome === 'allow', 'whoCan and check disagree on a user')
  }
}
