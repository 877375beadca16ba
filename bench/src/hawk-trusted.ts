import { claimed } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import { hold, type Contestant } from './contest.ts'
import type { Measurement } from './measure.ts'
import { randomNumbers, type Random } from './random.ts'

const REQUESTS = 100_000

/**
 * Decisions per CPU-second on access control files of given sizes: ours, a linear scan over the
 * parsed lines, and casbin with one row a line. One tenth of the lines are restrictions; half of
 * the requests are made from a line, so that both answers are common.
 */
export async function benchHawkTrusted(sizes: readonly number[]): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const size of sizes) {
    const random = randomNumbers(size)
    const lines = Array.from({ length: size }, () => lineOf(size, random))
    const requests = Array.from({ length: REQUESTS }, () => requestOf(lines, size, random))
    const policy = hawk.parse(lines.join('\n'), { file: 'Trusted.txt' })
    const ours = {
      name: 'hawk.check',
      decide: (request: hawk.Request) => hawk.check(policy, request).outcome === 'allow',
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

function lineOf(size: number, random: Random): string {
  const user = `CORP\\user${random(size / 10)}`
  const node = random(4) === 0 ? '*' : random(4) === 0 ? '+' : `web${random(size / 20)}`
  const microagent = random(4) === 0 ? '*' : `COM.TIBCO.hawk.microagent.Agent${random(20)}`
  const method = random(3) === 0 ? '*' : random(2) === 0 ? '+' : `method${random(20)}`
  return `${random(10) === 0 ? '!' : ''}${user} ${node} ${microagent} ${method}`
}

/** A request with strings of its own, as a server reads them from the wire. */
function requestOf(lines: readonly string[], size: number, random: Random): hawk.Request {
  const [user = '', node = '', microagent = '', method = ''] = (lines[random(size)] as string)
    .replace('!', '')
    .split(' ')
  const isNear = random(2) === 0
  return JSON.parse(
    JSON.stringify({
      user: claimed(user),
      node: {
        name: isNear && node.length > 1 ? node : `web${random(size / 20)}`,
        dns: 'none',
        domain: 'default',
      },
      scope: random(4) === 0 ? 'group' : 'point-to-point',
      microagent:
        isNear && microagent !== '*' ? microagent : `COM.TIBCO.hawk.microagent.Agent${random(20)}`,
      method: isNear && method.length > 1 ? method : `method${random(20)}`,
      impact: random(2) === 0 ? 'INFO' : 'ACTION',
    }),
  ) as hawk.Request
}

function linear({ entries }: hawk.Policy): Contestant<hawk.Request> {
  return {
    name: 'linear scan',
    decide: (request) => {
      let isGranted = false
      const folded = { user: request.user.toLowerCase(), node: request.node.name.toLowerCase() }
      for (const entry of entries) {
        if (entry.effect === 'grant' && isGranted) continue
        if (!covers(entry, request, folded)) continue
        if (entry.effect === 'restriction') return false
        isGranted = true
      }
      return isGranted
    },
  }
}

/** The lines of this benchmark have four columns and bare node names. */
function covers(
  { effect, user, node, microagent, method }: hawk.Entry,
  request: hawk.Request,
  folded: { readonly user: string; readonly node: string },
): boolean {
  const isGrant = effect === 'grant'
  if (isGrant ? user !== request.user : user.toLowerCase() !== folded.user) return false
  if (typeof node === 'object') {
    if (isGrant ? node.name !== request.node.name : node.name.toLowerCase() !== folded.node) {
      return false
    }
  } else if ((node === '*') === isGrant && (request.scope === 'group') === isGrant) return false
  if (microagent !== '*' && microagent !== request.microagent) return false
  if (method === '*') return !isGrant || request.impact === 'INFO'
  return method === '+' ? isGrant || request.impact !== 'INFO' : method === request.method
}

const MODEL = `
[request_definition]
r = user, folded, node, foldedNode, microagent, method, scope, impact
[policy_definition]
p = user, node, microagent, method, scopes, impacts, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.eft == 'allow' && p.user == r.user || p.eft == 'deny' && p.user == r.folded) && (p.node == '*' || p.eft == 'allow' && p.node == r.node || p.eft == 'deny' && p.node == r.foldedNode) && (p.microagent == '*' || p.microagent == r.microagent) && (p.method == '*' || p.method == r.method) && (p.scopes == '*' || p.scopes == r.scope) && (p.impacts == '*' || p.impacts == r.impact)
`

async function casbin({ entries }: hawk.Policy): Promise<Contestant<hawk.Request>> {
  const rows = entries.map((entry) => `p, ${row(entry).join(', ')}`).join('\n')
  const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(rows))
  return {
    name: 'casbin enforceSync',
    decide: ({ user, node, microagent, method, scope, impact }) =>
      enforcer.enforceSync(
        user,
        user.toLowerCase(),
        node.name,
        node.name.toLowerCase(),
        microagent,
        method,
        scope,
        impact,
      ),
  }
}

function row({ effect, user, node, microagent = '*', method = '*' }: hawk.Entry): string[] {
  const isGrant = effect === 'grant'
  const spelled = (name: string): string => (isGrant ? name : name.toLowerCase())
  const scopes = isGrant ? (node === '*' ? 'point-to-point' : '*') : node === '+' ? 'group' : '*'
  const impacts = isGrant ? (method === '*' ? 'INFO' : '*') : method === '+' ? 'ACTION' : '*'
  return [
    spelled(user),
    typeof node === 'object' ? spelled(node.name) : '*',
    microagent,
    method === '+' ? '*' : method,
    scopes,
    impacts,
    isGrant ? 'allow' : 'deny',
  ]
}
