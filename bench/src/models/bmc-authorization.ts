import * as bmc from '@gatehouse/bmc-authorization'
import { claimed } from '@gatehouse/core'
import type { Model } from '../model.ts'
import { randomNumbers, type Random } from '../random.ts'
import type { Question, Rule } from '../rule-table.ts'

/** Users below each computer: a file of n rules has n / 5 computers with four users each. */
const USERS = 4

/** Stands for the computers that have no entry: the global level applies. */
const NO_ENTRY = 'none'

/**
 * Authorization.cfg files, counted in `PERMISSION` statements. Peers have neither tree nor ranks:
 * the entry of the computer is looked up for them, and a rule each for what it and its users allow.
 */
export const bmcAuthorization: Model<bmc.Request> = {
  name: 'bmc-authorization',
  unit: 'levels',
  subject: 'bmc.check',
  generate: (size) => {
    const random = randomNumbers(size)
    const computers = computersOf(size / (USERS + 1), random)
    const bytes = Buffer.from(fileOf(computers, random))
    const load = (): bmc.Policy => bmc.parse(bytes, { file: 'Authorization.cfg' })
    const entries = new Set(computers)
    return {
      load: () => {
        const policy = load()
        return (request) => bmc.check(policy, request).outcome === 'allow'
      },
      requests: (count) =>
        Array.from({ length: count }, () => JSON.stringify(requestOf(computers, random))),
      table: () => ({
        tests: { computer: 'is', user: 'is', others: 'none-of', needed: 'at-most' },
        rules: rulesOf(load()),
      }),
      questions: (request) => [questionOf(request, entries)],
    }
  },
}

/** Names of computers: seven tenths addresses, two tenths host names, one tenth subnets. */
function computersOf(count: number, random: Random): string[] {
  const names = new Set<string>()
  while (names.size < count) {
    const kind = random(10)
    const third = `10.${random(256)}.${random(256)}`
    if (kind < 7) names.add(`${third}.${random(256)}`)
    else names.add(kind < 9 ? `host${random(count * 10)}.example.test` : `${third}.*`)
  }
  return [...names]
}

function fileOf(computers: readonly string[], random: Random): string {
  const level = (): string => ` PERMISSION = ${bmc.LEVELS[random(4)]}`
  const blocks = computers.flatMap((name) => [
    'BEGIN_COMPUTER',
    ` NAME = ${name}`,
    level(),
    ...Array.from({ length: USERS }, (_, user) => [
      'BEGIN_USER',
      ` NAME = user${user * 3 + random(3)}`,
      level(),
      'END_USER',
    ]).flat(),
    'END_COMPUTER',
  ])
  return ['BEGIN_AUTHORIZATION', ' PERMISSION = VIEW', ...blocks, 'END_AUTHORIZATION'].join('\n')
}

function requestOf(computers: readonly string[], random: Random): bmc.Request {
  const name = computers[random(computers.length)] as string
  const isHost = name.startsWith('host')
  const actions = Object.keys(bmc.ACTIONS)
  const address = isHost ? `192.0.2.${random(256)}` : name.replace('*', String(random(256)))
  return {
    peer: { address, verifiedName: isHost ? name : null },
    claimedUser: claimed(`user${random(USERS * 3)}`),
    action: actions[random(actions.length)] as string,
    startedByCaller: random(2) === 0,
    othersHaveRequests: random(2) === 0,
  }
}

function rulesOf({ computers, permission }: bmc.Policy): Rule[] {
  const rules = computers.flatMap(({ name: computer, users, permission: own }) => {
    const level = own?.level ?? permission?.level ?? 'NONE'
    return [
      ...users.map(({ name: user, permission: set }) =>
        allow({ computer, user, needed: ofLevel(set?.level ?? level) }),
      ),
      allow({
        computer,
        others: users.map(({ name }) => name).join('|'),
        needed: ofLevel(level),
      }),
    ]
  })
  return [...rules, allow({ computer: NO_ENTRY, needed: ofLevel(permission?.level ?? 'NONE') })]
}

function allow(values: Rule['values']): Rule {
  return { effect: 'allow', values }
}

function ofLevel(level: bmc.Level): string {
  return String(bmc.LEVELS.indexOf(level))
}

function questionOf(request: bmc.Request, entries: ReadonlySet<string>): Question {
  const { address, verifiedName } = request.peer
  const subnet = `${address.slice(0, address.lastIndexOf('.'))}.*`
  const computer = [address, verifiedName ?? '', subnet].find((name) => entries.has(name))
  const needed = bmc.needed(request.action as bmc.Action, request)
  return {
    computer: computer ?? NO_ENTRY,
    user: request.claimedUser,
    others: request.claimedUser,
    needed: bmc.LEVELS.indexOf(needed),
  }
}
