import { claimed } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import type { Model } from '../model.ts'
import { randomNumbers, type Random } from '../random.ts'
import type { Rule } from '../rule-table.ts'

/**
 * Access control files with ten lines a user, one tenth of them restrictions. Half of the requests
 * are made from a line, so that both answers are common.
 */
export const hawkTrusted: Model<hawk.Request> = {
  name: 'hawk-trusted',
  unit: 'lines',
  subject: 'hawk.check',
  generate: (size) => {
    const random = randomNumbers(size)
    const lines = Array.from({ length: size }, () => lineOf(size, random))
    const bytes = Buffer.from(lines.join('\n'))
    const load = (): hawk.Policy => hawk.parse(bytes, { file: 'Trusted.txt' })
    return {
      load: () => {
        const policy = load()
        return (request) => hawk.check(policy, request).outcome === 'allow'
      },
      requests: (count) =>
        Array.from({ length: count }, () => JSON.stringify(requestOf(lines, size, random))),
      table: () => ({
        tests: {
          user: 'is',
          node: 'is',
          microagent: 'is',
          method: 'is',
          scope: 'is',
          impact: 'is',
        },
        rules: load().entries.map(ruleOf),
      }),
      questions: ({ user, node, microagent, method, scope, impact }) => [
        { user, node: node.name, microagent, method, scope, impact },
      ],
    }
  },
}

function lineOf(size: number, random: Random): string {
  const user = `CORP\\user${random(size / 10)}`
  const node = random(4) === 0 ? '*' : random(4) === 0 ? '+' : `web${random(size / 20)}`
  const microagent = random(4) === 0 ? '*' : `COM.TIBCO.hawk.microagent.Agent${random(20)}`
  const method = random(3) === 0 ? '*' : random(2) === 0 ? '+' : `method${random(20)}`
  return `${random(10) === 0 ? '!' : ''}${user} ${node} ${microagent} ${method}`
}

function requestOf(lines: readonly string[], size: number, random: Random): hawk.Request {
  const [user = '', node = '', microagent = '', method = ''] = (lines[random(size)] as string)
    .replace('!', '')
    .split(' ')
  const isNear = random(2) === 0
  return {
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
  }
}

/** Levels become the values that they cover. Names of this benchmark have one case and no domains. */
function ruleOf({ effect, user, node, microagent, method }: hawk.Entry): Rule {
  const isGrant = effect === 'grant'
  const values: Record<string, string> = { user }
  if (typeof node === 'object') values['node'] = node.name
  else if ((node === '*') === isGrant) values['scope'] = isGrant ? 'point-to-point' : 'group'
  if (microagent !== undefined && microagent !== '*') values['microagent'] = microagent
  if (method !== undefined && method !== '*' && method !== '+') values['method'] = method
  else if ((method === '*') === isGrant) values['impact'] = isGrant ? 'INFO' : 'ACTION'
  return { effect: isGrant ? 'allow' : 'deny', values }
}
