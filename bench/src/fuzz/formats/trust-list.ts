import {
  formatTrustList,
  parseCertificate,
  parseTrustConfiguration,
  parseTrustList,
  trustList,
  TRUST_CODES,
  TRUST_TEXT_CODES,
  TRUSTED_ROLES,
  verifyTrusted,
  type TrustedCertificate,
} from '@gatehouse/certificate-trust'
import { AT, authority, issue, serverOf } from '../../certificates/issue.ts'
import type { Random } from '../../random.ts'
import { ABOVE, BETWEEN, ROOT, SERVER_HOLDER } from '../certificates/world.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused } from '../oracle.ts'

const PEER = issue(SERVER_HOLDER, BETWEEN, { extensions: serverOf('web01.example.com') })
const CERTIFICATES = [
  ABOVE.root,
  ...[ABOVE.between, PEER, authority(ROOT, ROOT)].map((der) =>
    parseCertificate(der, { file: 'T' }),
  ),
]
const NOTES = [undefined, '', 'a note', 'two\nlines', '\u0000', 'ü', 'x'.repeat(1000)]
const DATES = [
  undefined,
  new Date('2027-01-01'),
  new Date('2025-01-01T00:00:00Z'),
  new Date('9999-12-31T23:59:59Z'),
]

const WORDS: readonly string[] = [
  [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '\n',
    'null',
    'true',
    '1e999',
    '{}',
    '[]',
    '""',
  ],
  [
    '"role"',
    '"root"',
    '"system"',
    '"console"',
    '"sha256"',
    '"until"',
    '"note"',
    '"certificate"',
    '"entries"',
    '"format"',
  ],
  [
    '"__proto__"',
    '"constructor"',
    '"2026-01-01T00:00:00Z"',
    '"2026-02-30T00:00:00Z"',
    '"never"',
    '-----BEGIN CERTIFICATE-----\\n',
  ],
  CERTIFICATES.map(({ sha256 }) => `"${sha256}"`),
].flat()

function entry(random: Random): TrustedCertificate {
  const note = pick(random, NOTES)
  const until = pick(random, DATES)
  return {
    certificate: pick(random, CERTIFICATES),
    role: pick(random, TRUSTED_ROLES),
    ...(note === undefined ? {} : { note }),
    ...(until === undefined ? {} : { until }),
  }
}

function compose(random: Random): string {
  const entries = several(random, 4, () => entry(random))
  const keys = entries.map(({ role, certificate }) => `${role} ${certificate.sha256}`)
  return formatTrustList(
    trustList(entries.filter((_, index) => keys.indexOf(keys[index] ?? '') === index)),
  )
}

/** The list of trusted certificates, and what it says of one peer. */
export const TRUST_LIST: FuzzFormat = {
  name: 'trust-list',
  takesBytes: true,
  words: WORDS,
  compose,
  examine: (input, random) => {
    const list = readOrRefused(() => parseTrustList(input, { file: 'T' }), TRUST_TEXT_CODES)
    if (list === undefined) return false
    const text = formatTrustList(list)
    const again = parseTrustList(text, { file: 'T' })
    ensureEqual(formatTrustList(again), text, 'what is written is written anew otherwise')
    const seen = (one: typeof list): unknown =>
      one.entries.map(({ certificate, role, until, note }) => [
        certificate.sha256,
        role,
        until?.getTime(),
        note,
      ])
    ensureEqual(seen(again), seen(list), 'what is written reads as another list')
    const role = pick(random, ['system', 'console'] as const)
    const name = { dns: 'web01.example.com' }
    const { decision } = verifyTrusted(list, [PEER, ABOVE.between], { at: AT, role, name })
    ensureDecision(decision, TRUST_CODES)
    const isVouchedFor = list.entries.some(({ certificate, role: own, until }) => {
      const counts = until === undefined || until >= AT
      const isRoot = own === 'root' && true
      return counts && (isRoot || (own === role && Buffer.compare(certificate.der, PEER) === 0))
    })
    ensure(
      isVouchedFor || decision.outcome === 'deny',
      'trusted, and nobody on the list vouches for it',
    )
    return true
  },
}

const MODES = ['none', 'certificate', 'name', 'all', 'insecureTrustAll']

/** The configuration of an unattended import. */
export const TRUST_CONFIGURATION: FuzzFormat = {
  name: 'trust-configuration',
  takesBytes: true,
  words: [
    ...WORDS,
    '"mode"',
    '"names"',
    '"certificates"',
    '"file"',
    '"requireTrustedCertificates"',
    ...MODES.map((mode) => `"${mode}"`),
  ],
  compose: (random) => {
    const certificates = several(random, 3, () => {
      const { certificate, role, note, until } = entry(random)
      const file = pick(random, ['a.pem', '/etc/a.pem', '', '../a'])
      return {
        file,
        role,
        sha256: certificate.sha256,
        note,
        until: until?.toISOString().replace('.000', ''),
      }
    })
    const names = several(random, random(8) === 0 ? 7 : 3, () =>
      pick(random, ['cms.example.com', 'a', '*.a.b', '']),
    )
    const required = pick(random, [true, false, undefined])
    const given = {
      mode: pick(random, MODES),
      names,
      requireTrustedCertificates: required,
      certificates,
    }
    return JSON.stringify(given, null, random(3))
  },
  examine: (input) => {
    const found = readOrRefused(
      () => parseTrustConfiguration(input, { file: 'T' }),
      TRUST_TEXT_CODES,
    )
    if (found === undefined) return false
    ensure(['none', 'certificate', 'name'].includes(found.mode), 'a mode that trusts everybody')
    ensure((found.names ?? []).length <= 5, 'more names than may be listed')
    const statements = found.certificates.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))
    ensure(statements, 'a certificate without its digest')
    return true
  },
}
