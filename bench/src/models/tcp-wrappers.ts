import * as tcp from '@gatehouse/tcp-wrappers'
import type { Model } from '../model.ts'
import { randomNumbers, type Random } from '../random.ts'
import type { Question, Rule } from '../rule-table.ts'

const DAEMONS = 20

/**
 * A hosts.allow of given size over a hosts.deny of `ALL: ALL`, profile `strict`. Which rule comes
 * first decides which line is named, not whether a connection is allowed: peers get an allow a rule.
 */
export const tcpWrappers: Model<tcp.Request> = {
  name: 'tcp-wrappers',
  unit: 'rules',
  subject: 'tcp.check',
  generate: (size) => {
    const random = randomNumbers(size)
    const clients = Array.from({ length: size }, () => clientOf(size, random))
    const daemons = clients.map(() => (random(20) === 0 ? 'ALL' : daemonOf(random)))
    const lines = clients.map(({ text }, at) => `${daemons[at]}: ${text}\n`)
    const allow = Buffer.from(lines.join(''))
    return {
      load: () => {
        const policy = tcp.parse({ allow, deny: 'ALL: ALL\n' })
        return (request) => tcp.check(policy, request).outcome === 'allow'
      },
      requests: (count) =>
        Array.from({ length: count }, () => {
          const at = random(size)
          const daemon = daemons[at] === 'ALL' || random(4) === 0 ? undefined : daemons[at]
          const client =
            random(2) === 0 ? clients[at]?.matching() : clientOf(size, random).matching()
          return JSON.stringify({ daemon: daemon ?? daemonOf(random), client })
        }),
      table: () => ({
        tests: {
          daemon: 'is',
          address: 'is',
          prefix: 'starts-with',
          net: 'in-range',
          except: 'none-of',
          name: 'is',
          suffix: 'ends-with',
        },
        rules: clients.map(({ values }, at): Rule => {
          const daemon = daemons[at] ?? 'ALL'
          return { effect: 'allow', values: daemon === 'ALL' ? values : { daemon, ...values } }
        }),
      }),
      questions: (request) => [questionOf(request)],
    }
  },
}

function daemonOf(random: Random): string {
  return `daemon${random(DAEMONS)}`
}

/** A client list: as the file writes it, as peers test it, and clients that it may match. */
interface Clients {
  readonly text: string
  readonly values: Readonly<Record<string, string>>
  readonly matching: () => tcp.Client
}

/** Two fifths addresses, a fifth prefixes, a tenth nets, the rest names and their suffixes. */
function clientOf(size: number, random: Random): Clients {
  const kind = random(20)
  const [second, third, fourth] = [random(256), random(256), random(256)]
  if (kind < 8) {
    const address = `10.${second}.${third}.${fourth}`
    return { text: address, values: { address }, matching: () => ({ address, name: null }) }
  }
  if (kind < 14) return netOf(second, third, kind >= 12, random)
  const suffix = `.dept${random(size)}.example.test`
  const name = `host${random(100)}${suffix}`
  const matching = (): tcp.Client => ({ address: `192.0.2.${random(256)}`, name })
  return kind < 17
    ? { text: suffix, values: { suffix }, matching }
    : { text: name, values: { name }, matching }
}

/** `10.a.b.` or `10.a.b.0/255.255.252.0`, every third one with an exception. */
function netOf(second: number, third: number, isMask: boolean, random: Random): Clients {
  const first = isMask ? third & 252 : third
  const start = numberOf(`10.${second}.${first}.0`)
  const net = { net: `${start}-${start + 1023}` }
  const prefix = `10.${second}.${first}.`
  const except = random(3) === 0 ? `${prefix}${random(256)}` : undefined
  const text = isMask ? `${prefix}0/255.255.252.0` : prefix
  return {
    text: except === undefined ? text : `${text} EXCEPT ${except}`,
    values: { ...(isMask ? net : { prefix }), ...(except === undefined ? {} : { except }) },
    matching: () => ({
      address: random(4) === 0 ? (except ?? `${prefix}1`) : `${prefix}${random(256)}`,
      name: null,
    }),
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
}

function questionOf({ daemon, client }: tcp.Request): Question {
  const { address } = client
  const name = client.name ?? ''
  return {
    daemon,
    address,
    prefix: address,
    net: numberOf(address),
    except: address,
    name,
    suffix: name,
  }
}
