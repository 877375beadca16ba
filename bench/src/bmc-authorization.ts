import * as bmc from '@gatehouse/bmc-authorization'
import { claimed } from '@gatehouse/core'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import { hold, type Contestant } from './contest.ts'
import type { Measurement } from './measure.ts'
import { randomNumbers, type Random } from './random.ts'

const REQUESTS = 100_000
/** Users below each computer: a file of n rules has n / 5 computers with four users each. */
const USERS = 4

/**
 * Decisions per CPU-second on Authorization.cfg files of given sizes, counted in `PERMISSION`
 * statements: ours, a linear scan over the parsed tree, and casbin. casbin has no tree, so it gets
 * the rows of every level in order of rank, one for each level that an action can need, and takes
 * the first that matches.
 */
export async function benchBmcAuthorization(sizes: readonly number[]): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const size of sizes) {
    const random = randomNumbers(size)
    const computers = computersOf(size / (USERS + 1), random)
    const requests = Array.from({ length: REQUESTS }, () => requestOf(computers, random))
    const policy = bmc.parse(fileOf(computers, random), { file: 'Authorization.cfg' })
    const ours = {
      name: 'bmc.check',
      decide: (request: bmc.Request) => bmc.check(policy, request).outcome === 'allow',
    }
    // oxlint-disable-next-line no-await-in-loop -- one size after the other, so that they do not disturb each other
    const results = await hold(size, requests, ours, [
      { enter: () => linear(policy), rulesPerMillisecond: 20_000 },
      { enter: () => casbin(policy), rulesPerMillisecond: 200 },
    ])
    measurements.push(...results)
  }
  return measurements
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

/** A request with strings of its own, as a server reads them from the wire. */
function requestOf(computers: readonly string[], random: Random): bmc.Request {
  const name = computers[random(computers.length)] as string
  const isHost = name.startsWith('host')
  const actions = Object.keys(bmc.ACTIONS)
  return JSON.parse(
    JSON.stringify({
      peer: {
        address: isHost
          ? `192.0.2.${random(256)}`
          : name.endsWith('*')
            ? name.replace('*', String(random(256)))
            : name,
        verifiedName: isHost ? name : null,
      },
      claimedUser: claimed(`user${random(USERS * 3)}`),
      action: actions[random(actions.length)],
      startedByCaller: random(2) === 0,
      othersHaveRequests: random(2) === 0,
    }),
  ) as bmc.Request
}

/** One level of the tree as a row: which peer, which user (`*`: any), what is granted. */
interface Row {
  readonly kind: bmc.ComputerKind
  readonly computer: string
  readonly user: string
  readonly level: bmc.Level
}

const RANKS: readonly bmc.ComputerKind[] = ['address', 'host', 'pattern', 'any']

/** The tree as rows of which the first that matches decides. */
function rowsOf({ computers, permission }: bmc.Policy): Row[] {
  const rows = computers
    .toSorted((a, b) => RANKS.indexOf(a.kind) - RANKS.indexOf(b.kind))
    .flatMap(({ kind, name, users, permission: own }) => {
      const computer = kind === 'pattern' ? name.replace('*', '') : name
      const inherited = own?.level ?? permission?.level ?? 'NONE'
      return [
        ...users.map((user) => ({
          kind,
          computer,
          user: user.name,
          level: user.permission?.level ?? inherited,
        })),
        { kind, computer, user: '*', level: inherited },
      ]
    })
  return [...rows, { kind: 'any', computer: '*', user: '*', level: permission?.level ?? 'NONE' }]
}

function matches(kind: string, computer: string, address: string, name: string): boolean {
  if (kind === 'address') return computer === address
  if (kind === 'host') return computer === name
  return kind === 'any' || address.startsWith(computer)
}

/** What an action needs; the benchmark asks for known actions only. */
function neededBy(request: bmc.Request): bmc.Level {
  return bmc.needed(request.action as bmc.Action, request)
}

function suffices(granted: bmc.Level, needed: bmc.Level): boolean {
  return bmc.LEVELS.indexOf(granted) >= bmc.LEVELS.indexOf(needed)
}

function linear(policy: bmc.Policy): Contestant<bmc.Request> {
  const rows = rowsOf(policy)
  return {
    name: 'linear scan',
    decide: (request) => {
      const { address, verifiedName } = request.peer
      const row = rows.find(
        ({ kind, computer, user }) =>
          (user === '*' || user === request.claimedUser) &&
          matches(kind, computer, address, verifiedName ?? ''),
      )
      return row !== undefined && suffices(row.level, neededBy(request))
    },
  }
}

const MODEL = `
[request_definition]
r = address, name, user, needed
[policy_definition]
p = kind, computer, user, needed, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = p.needed == r.needed && (p.user == '*' || p.user == r.user) && matches(p.kind, p.computer, r.address, r.name)
`

async function casbin(policy: bmc.Policy): Promise<Contestant<bmc.Request>> {
  const rows = rowsOf(policy).flatMap(({ kind, computer, user, level }) =>
    bmc.LEVELS.map((needed) => {
      const effect = suffices(level, needed) ? 'allow' : 'deny'
      return `p, ${kind}, ${computer}, ${user}, ${needed}, ${effect}`
    }),
  )
  const adapter = new StringAdapter(rows.join('\n'))
  const enforcer = await newEnforcer(newModelFromString(MODEL), adapter)
  await enforcer.addFunction('matches', matches)
  return {
    name: 'casbin enforceSync',
    decide: (request) => {
      const { address, verifiedName } = request.peer
      return enforcer.enforceSync(
        address,
        verifiedName ?? '',
        request.claimedUser,
        neededBy(request),
      )
    },
  }
}
