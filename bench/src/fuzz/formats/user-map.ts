import { allow, deny, type Decision } from '@gatehouse/core'
import {
  decideUser,
  describeUser,
  formatUserMap,
  parseCertificate,
  parseUserMap,
  TRUST_TEXT_CODES,
  USER_CODES,
  type UserMap,
} from '@gatehouse/certificate-trust'
import type { Random } from '../../random.ts'
import { issue, serverOf } from '../../certificates/issue.ts'
import { BETWEEN, SERVER_HOLDER } from '../certificates/world.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused, without } from '../oracle.ts'

const HOSTS = ['web01.example.com', 'ws-1.example.com']
const CERTIFICATES = HOSTS.map((host) => {
  const der = issue(SERVER_HOLDER, BETWEEN, { extensions: serverOf(host) })
  return { host, certificate: parseCertificate(der, { file: 'T' }) }
})
const [FIRST, SECOND] = CERTIFICATES.map(({ certificate }) => certificate.sha256)
const USERS = ['ann', 'Ann', 'EXAMPLE\\ann', 'bob', 'å', 'any', '']
const NAMES = [
  ...HOSTS,
  'WEB01.Example.com',
  'web01.example.com.',
  '*.example.com',
  'ann@Example.com',
]
const VERDICTS: readonly Decision[] = [
  allow({ code: 'chain-trusted' }),
  allow({ code: 'certificate-pinned' }),
  allow({ code: 'trust-all' }),
  deny({ code: 'expired' }),
]
const WORDS = [
  ['{', '}', '[', ']', ',', ':', '"', '\\', '\\ud800', 'null', '{}', '[]', '""', '\n'],
  ['"users"', '"user"', '"certificate"', '"name"', '"any"', '"__proto__"', '"constructor"'],
  [`"${FIRST}"`, `"${SECOND}"`, ...USERS.map((user) => JSON.stringify(user))],
  NAMES.map((name) => `"${name}"`),
].flat()

function entry(random: Random): string {
  const whose =
    random(2) === 0
      ? `"certificate":"${pick(random, [FIRST, SECOND, '0a'.repeat(32), 'x'])}"`
      : `"name":"${pick(random, NAMES)}"`
  const user = random(4) === 0 ? '"users":"any"' : `"user":${JSON.stringify(pick(random, USERS))}`
  return `{${(random(2) === 0 ? [whose, user] : [user, whose]).join(', ')}}`
}

/** What a user map says, by looking at one entry after the other. */
function naive(
  { entries }: UserMap,
  sha256: string,
  host: string,
  isVouchedFor: boolean,
  user: string,
): boolean {
  const own = entries.filter((one) => 'certificate' in one && one.certificate === sha256)
  const named = entries.filter((one) => 'name' in one && one.name.toLowerCase() === host)
  const found = own.length > 0 ? own : isVouchedFor ? named : []
  return found.some((one) => 'users' in one || one.user === user)
}

/** Whose certificate is whose, and what it says of one caller. */
export const USER_MAP: FuzzFormat = {
  name: 'user-map',
  takesBytes: true,
  words: WORDS,
  compose: (random) => `{"users": [${several(random, 4, () => entry(random)).join(',\n')}]}`,
  examine: (input, random) => {
    const map = readOrRefused(() => parseUserMap(input, { file: 'T' }), TRUST_TEXT_CODES)
    if (map === undefined) return false
    const again = parseUserMap(formatUserMap(map), { file: 'T' })
    const places = new Set(['source'])
    ensureEqual(without(places, again.entries), without(places, map.entries), 'another map')
    const { host, certificate } = pick(random, CERTIFICATES)
    const trusted = pick(random, VERDICTS)
    const user = perhapsOdd(random, pick(random, USERS)) as Parameters<typeof decideUser>[2]
    const decision = decideUser(map, random(8) === 0 ? undefined : { certificate, trusted }, user)
    ensureDecision(decision, USER_CODES)
    for (const reason of decision.reasons) {
      ensure(!/\p{Cc}/u.test(describeUser(reason)), 'a reason that cannot be printed')
    }
    if (decision.outcome === 'deny') return true
    const isVouchedFor = trusted.reasons[0].code === 'chain-trusted'
    ensure(trusted.outcome === 'allow', 'a certificate that is not trusted stands for somebody')
    ensure(
      naive(map, certificate.sha256, host, isVouchedFor, user),
      'a certificate stands for a user that no entry gives it',
    )
    return true
  },
}
