import { DEFAULT_LIMITS, parseCertificate, verify } from '@gatehouse/certificate-trust'
import type { Random } from '../../random.ts'
import { ensureVerification } from '../certificates/asking.ts'
import { encode, parseChain, PURPOSES } from '../certificates/chain-text.ts'
import { isTrustworthy } from '../certificates/naive-chain.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure } from '../oracle.ts'

/** More are too many for an oracle that tries every chain. */
const MOST_CERTIFICATES = 9
const HOST = 'www.example.com'
const NAMES = ['Root', 'One', 'Two', 'ONE', 'Three']
const HOSTS = [
  'www.example.com',
  '*.example.com',
  'example.com',
  'www.example.org',
  'example.org',
  'com',
  'WWW.example.com',
  'a.www.example.com',
]
const KEYS: Readonly<Record<string, string>> = {
  Root: 'a',
  One: 'b',
  ONE: 'b',
  Two: 'c',
  Three: 'd',
}

/** The usual key of a name, and once in a while another. */
function keyOf(random: Random, name: string): string {
  return random(10) === 0 ? pick(random, ['a', 'b', 'c', 'd', 'e']) : (KEYS[name] ?? 'a')
}

function extra(random: Random, isAuthority: boolean): string {
  const rarely = (times: number, text: () => string): string =>
    random(times) === 0 ? ` ${text()}` : ''
  return [
    rarely(14, () => `from=${pick(random, ['2026', '2027', '1940', '1950', '2049', '2050'])}`),
    rarely(14, () => `to=${pick(random, ['2026', '2025', '2049', '2050', '9999', '1949'])}`),
    rarely(30, () => pick(random, ['crit', 'v1', 'bad'])),
    rarely(10, () => `eku=${several(random, 2, () => pick(random, PURPOSES)).join(',')}`),
    rarely(isAuthority ? 3 : 30, () => `len=${random(4)}`),
    rarely(6, () => `ku=${pick(random, ['5,6', '5', '0,5', '6', '0'])}`),
    rarely(
      isAuthority ? 5 : 30,
      () => `permit=${several(random, 2, () => pick(random, HOSTS)).join(',')}`,
    ),
    rarely(
      isAuthority ? 7 : 30,
      () => `exclude=${several(random, 2, () => pick(random, HOSTS)).join(',')}`,
    ),
    rarely(
      isAuthority ? 14 : 3,
      () => `san=${several(random, 3, () => pick(random, HOSTS)).join(',')}`,
    ),
  ].join('')
}

function authority(random: Random): string {
  const subject = pick(random, NAMES)
  const issuer = pick(random, NAMES)
  const ca = random(14) === 0 ? pick(random, ['', ' noca']) : ' ca'
  const keys = `k=${keyOf(random, subject)} by=${keyOf(random, issuer)}`
  return `cert s=${subject} i=${issuer} ${keys}${ca}${extra(random, true)}`
}

function compose(random: Random): string {
  const issuer = pick(random, NAMES)
  const isUsual = random(3) > 0
  const leaf = `cert s=Server i=${issuer} k=e by=${keyOf(random, issuer)}${isUsual ? ` san=${HOST}` : ''}${extra(random, false)}`
  const anchor = (): string => {
    const name = random(4) === 0 ? pick(random, NAMES) : 'Root'
    return `anchor s=${name} i=${name} k=${keyOf(random, name)} by=${keyOf(random, name)} ca${extra(random, true)}`
  }
  const anchors = random(5) === 0 ? [anchor(), anchor()] : [anchor()]
  return [leaf, ...several(random, 6, () => authority(random)), ...anchors].join('\n')
}

/** Authorities that sign one another at random, with extensions of every kind, described line by line. */
export const CERTIFICATE_CHAIN: FuzzFormat = {
  name: 'certificate-chain',
  takesBytes: false,
  words: [
    ['cert', 'anchor', '\n', ' ', 'ca', 'noca', 'v1', 'crit', 'bad', 'len=0', 'len=1', 'ku=5'],
    NAMES.map((name) => `s=${name}`),
    NAMES.map((name) => `i=${name}`),
    [
      'k=a',
      'k=b',
      'by=a',
      'by=b',
      'by=c',
      'by=d',
      `san=${HOST}`,
      'permit=example.com',
      'exclude=example.com',
    ],
  ].flat(),
  compose,
  examine: (input, random) => {
    const described = parseChain(input as string).slice(0, MOST_CERTIFICATES)
    const read = (isAnchor: boolean): ReturnType<typeof parseCertificate>[] =>
      described
        .filter((one) => one.isAnchor === isAnchor)
        .map((one) => parseCertificate(encode(one), { file: 'T' }))
    const [leaf, ...others] = read(false)
    if (leaf === undefined) return false
    const purpose = pick(random, ['server', 'client', undefined] as const)
    const host = pick(random, [HOST, HOST, undefined])
    const maxIntermediates = pick(random, [10, 10, 2, 0])
    const asked = { year: 2026, host, maxIntermediates, purpose: purposeId(purpose) }
    const options = {
      at: new Date('2026-07-01'),
      anchors: read(true),
      profile: 'rfc5280',
      deviations: 'tolerate',
      maxIntermediates,
      ...(purpose && { purpose }),
      ...(host === undefined ? {} : { name: { dns: host } }),
    } as const
    const found = verify([leaf, ...others], options)
    ensureVerification(found)
    const { outcome, reasons } = found.decision
    const isExhausted = reasons.some(({ code }) => code === 'budget-exhausted')
    const isRight = isTrustworthy(described, asked)
    ensure(isRight || outcome === 'deny', 'trusted, and no chain leads to an anchor')
    ensure(
      !isRight || outcome === 'allow' || isExhausted,
      'not trusted, and a chain leads to an anchor',
    )
    const limits = { signatures: random(4), pathSteps: random(12), nameComparisons: random(6) }
    const limited = verify([leaf, ...others], { ...options, limits })
    ensureVerification(limited)
    ensure(isRight || limited.decision.outcome === 'deny', 'trusted because of a limit')
    if (random(8) === 0) {
      const again = verify([leaf, ...others.toReversed()], { ...options, limits: DEFAULT_LIMITS })
      ensure(again.decision.outcome === outcome || isExhausted, 'decided by the order')
    }
    return outcome === 'allow'
  },
}

function purposeId(purpose: 'server' | 'client' | undefined): string | undefined {
  if (purpose === undefined) return undefined
  return purpose === 'server' ? PURPOSES[0] : PURPOSES[1]
}
