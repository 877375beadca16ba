import { verify as verifySignature } from 'node:crypto'
import {
  MALFORMED_CODES,
  parseCertificate,
  parseCertificateLists,
  verify,
  type CertificateList,
} from '@gatehouse/certificate-trust'
import { AT, issue, serverOf } from '../../certificates/issue.ts'
import type { Random } from '../../random.ts'
import { damaged, ensureVerification } from '../certificates/asking.ts'
import { ED25519, rarely, TIMES, WORDS } from '../certificates/compose.ts'
import { testKey } from '../certificates/keys.ts'
import { nodesOf, signedParts } from '../certificates/naive.ts'
import { derOf } from '../certificates/outline.ts'
import { ABOVE, BETWEEN, SERVER_HOLDER } from '../certificates/world.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureEqual, readOrRefused } from '../oracle.ts'

const ISSUER = `30{31{30{06:550403 0c'Between'}}}`
const OTHER = `30{31{30{06:550403 0c'Other'}}}`
const PEER = parseCertificate(
  issue(SERVER_HOLDER, BETWEEN, { extensions: serverOf('a.example.com') }),
  { file: 'peer' },
)
const AUTHORITY = parseCertificate(ABOVE.between, { file: 'between' })
/** The INTEGER of the certificate that is looked up, in hexadecimal. */
const SERIAL = `02${(PEER.serialNumber.length / 2).toString(16).padStart(2, '0')}${PEER.serialNumber}`

const ENTRY_EXTENSIONS = [
  ...[0, 1, 6, 8, 10].map((reason) => `30{06:551d15 04{0a:0${reason.toString(16)}}}`),
  `30{06:551d1d 01:ff 04{30{a4{${OTHER}}}}}`,
  `30{06:551d1d 01:ff 04{30{a4{${ISSUER}}}}}`,
  `30{06:551d18 04{18'20260101000000Z'}}`,
  '30{06:2a0304 04{05:}}',
]

const SCOPES = [
  '',
  '81:ff',
  '82:ff',
  '83:0106',
  '84:ff',
  '85:ff',
  `a0{a0{86'http://a'}}`,
  `a0{a0{a4{${ISSUER}}}}`,
]

const LIST_EXTENSIONS: readonly ((random: Random) => string)[] = [
  (random) => `30{06:551d14 ${random(4) === 0 ? '01:ff ' : ''}04{02:0${random(9)}}}`,
  (random) => `30{06:551d1b 01:ff 04{02:0${random(4)}}}`,
  (random) =>
    `30{06:551d1c 01:ff 04{30{${several(random, 2, () => pick(random, SCOPES)).join(' ')}}}}`,
  (random) => `30{06:551d23 04{30{80:0${random(9)}}}}`,
  (random) => `30{06:2a0304 ${pick(random, ['', '01:ff '])}04{05:}}`,
]

function entry(random: Random): string {
  const serial =
    random(3) === 0 ? `!${SERIAL}` : pick(random, ['02:01', '02:00', '02:7fffffff', '02:ff'])
  const since = rarely(random, 6, `17'261101000000Z'`, () => pick(random, TIMES))
  const extensions = random(3) === 0 ? pick(random, ENTRY_EXTENSIONS) : ''
  return `30{${serial} ${since}${extensions === '' ? '' : ` 30{${extensions}}`}}`
}

function compose(random: Random): string {
  const signer = rarely(random, 12, 'b', () => pick(random, ['a', 'c', 'd']))
  const version = rarely(random, 16, '02:01', () => pick(random, ['', '02:00', '02:02']))
  const issuer = rarely(random, 12, ISSUER, () => OTHER)
  const from = rarely(random, 6, `17'261101000000Z'`, () => pick(random, TIMES))
  const until = rarely(random, 6, `17'271101000000Z'`, () => pick(random, ['', ...TIMES]))
  const entries = several(random, 4, () => entry(random)).join(' ')
  const number = rarely(random, 8, '30{06:551d14 04{02:05}}', () => '')
  const extensions = random(3) === 0 ? pick(random, LIST_EXTENSIONS)(random) : ''
  const own = `${number} ${extensions}`.trim()
  const parts = [
    version,
    ED25519,
    issuer,
    from,
    until,
    entries === '' ? '' : `30{${entries}}`,
    own === '' ? '' : `a0{30{${own}}}`,
  ]
  return `~${signer}{30{${parts.join(' ')}} ${ED25519}}`
}

/** A revocation list, made up in outline, and what it says of one certificate. */
export const CERTIFICATE_LIST: FuzzFormat = {
  name: 'certificate-list',
  takesBytes: false,
  words: [...WORDS, ...ENTRY_EXTENSIONS, ...SCOPES, `!${SERIAL}`],
  compose,
  examine: (input, random) => {
    const der = damaged(derOf(input as string), random)
    const lists = readOrRefused(() => parseCertificateLists(der, { file: 'T' }), MALFORMED_CODES)
    if (lists === undefined) return false
    const [list, ...more] = lists as readonly [CertificateList]
    ensure(more.length === 0 && list.size >= 0, 'a list that is not one')
    const deviations = pick(random, ['refuse', 'tolerate'] as const)
    const ask = (onUnknown: 'deny' | 'allow'): string => {
      const found = verify([PEER, AUTHORITY], {
        at: AT,
        anchors: [ABOVE.root],
        deviations,
        revocation: { lists, onUnknown, depth: 'peer' },
      })
      ensureVerification(found)
      return found.decision.reasons[0].code
    }
    const [strict, lenient] = [ask('deny'), ask('allow')]
    ensure(strict !== 'chain-trusted' || lenient === 'chain-trusted', 'unknown is worse than good')
    ensureEqual(
      strict === 'revoked',
      lenient === 'revoked',
      'revoked for the one and not for the other',
    )
    ensureBelieved(der, strict)
    return true
  },
}

/** Extensions of an entry or list that make somebody else of the issuer, or take an entry back. */
const MEANING_MORE = ['551d1d', '551d1b']

/** What a reader that is not strict has to say as well. */
function ensureBelieved(der: Buffer, code: string): void {
  if (code !== 'revoked' && code !== 'chain-trusted') return
  const { body, signature } = signedParts(der)
  const isGenuine = verifySignature(null, body.whole, testKey('b').publicKey, signature)
  ensure(isGenuine, `${code} by a list that is not signed`)
  const entries = nodesOf(body.content).find(({ tag }, index) => tag === 0x30 && index > 2)
  const rows = nodesOf(entries?.content ?? Buffer.alloc(0))
  const isOn = rows.some(({ content }) => nodesOf(content)[0]?.whole.toString('hex') === SERIAL)
  ensure(isOn || code !== 'revoked', 'revoked, and not on the list')
  const text = der.toString('hex')
  const isPlain = MEANING_MORE.every((type) => !text.includes(type)) && !text.includes('0a0108')
  ensure(!isOn || !isPlain || code === 'revoked', 'on the list, and trusted')
}
