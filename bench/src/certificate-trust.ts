import { verify as verifySignature, X509Certificate, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseCertificate, verify, type Certificate } from '@gatehouse/certificate-trust'
import type { Options } from './command.ts'
import { markdownTable } from './markdown-table.ts'
import { median, rate } from './measure.ts'
import { report } from './report.ts'

/** Times of one chain, in microseconds of CPU time. */
interface Times {
  readonly chain: string
  readonly subject: string
  readonly microseconds: number
  /** How many times the floor, taken in the same round. */
  readonly ratio: number
}

interface Subject {
  readonly name: string
  readonly run: () => unknown
}

/** What `test-fixtures/certificate-trust` holds of a chain. */
interface Case {
  readonly id: string
  readonly trusted_certs: readonly [string]
  readonly untrusted_intermediates: readonly [string, string]
  readonly peer_certificate: string
}

const CHAINS = new URL('../../test-fixtures/certificate-trust/openssl.json', import.meta.url)
const AT = new Date('2026-11-22T12:00:00Z')
const FLOOR = 'floor: 3 × crypto.verify'
const ROUNDS = 9
const BATCH = 100
/** Runs before anything is measured: a server decides more often than that in a day. */
const WARM_UP = 3_000

/**
 * A server's certificate with two authorities between and a root, all checks on: from DER (cold), and
 * with all but the server's read before (warm), as multiples of three bare signature checks.
 */
export async function benchCertificateTrust(options: Options): Promise<void> {
  const { testcases } = JSON.parse(readFileSync(CHAINS, 'utf8')) as { testcases: readonly Case[] }
  const figures: Times[] = []
  for (const [chain, id] of [
    ['RSA-2048', 'own::long-rsa'],
    ['P-256', 'own::long-ec'],
  ] as const) {
    const found = testcases.find((one) => one.id === id)
    if (found === undefined) throw new Error(`there is no chain ${id}`)
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    figures.push(...(await timesOf(chain, subjectsOf(found))))
  }
  const rows = figures.map(({ chain, subject, microseconds, ratio }) => [
    chain,
    subject,
    microseconds.toFixed(0),
    `${ratio.toFixed(2)} ×`,
  ])
  const body = markdownTable([['chain', 'subject', 'µs', 'floor'], ...rows])
  report({ name: 'certificate-trust', body, figures }, options)
}

/** All subjects in turn, round by round: what else the machine does meets each of them. */
async function timesOf(chain: string, subjects: readonly Subject[]): Promise<Times[]> {
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
  for (const { run } of subjects) {
    for (let index = 0; index < WARM_UP; index += 1) run()
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, run } of subjects) {
      // oxlint-disable-next-line no-await-in-loop -- as above
      const perSecond = await rate(() => () => batch(run), { rounds: 1, milliseconds: 60 })
      times.get(name)?.push(1_000_000 / perSecond)
    }
  }
  const floor = times.get(FLOOR) ?? []
  return subjects.map(({ name }) => {
    const own = times.get(name) ?? []
    const ratios = own.map((time, round) => time / (floor[round] ?? Number.NaN))
    return { chain, subject: name, microseconds: median(own), ratio: median(ratios) }
  })
}

function batch(run: () => unknown): number {
  for (let index = 0; index < BATCH; index += 1) run()
  return BATCH
}

function subjectsOf({
  trusted_certs: [root],
  untrusted_intermediates: between,
  peer_certificate: peer,
}: Case): readonly Subject[] {
  const ders = [peer, ...between, root].map(
    (pem) => new Uint8Array(new X509Certificate(pem).raw),
  ) as unknown as Ders
  const [leaf, lower, upper, anchor] = readAll(ders)
  const keys = [lower, upper, anchor].map(({ publicKey }) =>
    createPublicKey({ key: Buffer.from(publicKey.der), format: 'der', type: 'spki' }),
  )
  return [
    {
      name: FLOOR,
      run: () =>
        [leaf, lower, upper].every(({ signedBytes, signature }, index) =>
          verifySignature('sha256', signedBytes, keys[index] as (typeof keys)[0], signature),
        ),
    },
    { name: 'ours, cold', run: () => decide(readAll(ders)) },
    {
      name: 'ours, warm',
      run: () => decide([read(ders[0]), lower, upper, anchor]),
    },
    { name: 'X509Certificate, cold, signatures and names only', run: () => walk(ders) },
  ]
}

function decide([peer, lower, upper, anchor]: Chain): void {
  const { decision } = verify([peer, lower, upper], {
    at: AT,
    anchors: [anchor],
    name: { dns: 'web01.example.com' },
    purpose: 'server',
  })
  if (decision.outcome !== 'allow') throw new Error(decision.reasons[0].code)
}

type Ders = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

function read(der: Uint8Array): Certificate {
  return parseCertificate(der, { file: 'chain' })
}

function readAll([leaf, lower, upper, anchor]: Ders): Chain {
  return [read(leaf), read(lower), read(upper), read(anchor)]
}

type Chain = readonly [Certificate, Certificate, Certificate, Certificate]

/** What a program does that trusts in node:crypto alone. */
function walk(ders: readonly Uint8Array[]): void {
  const certificates = ders.map((der) => new X509Certificate(der))
  for (const [index, certificate] of certificates.slice(0, -1).entries()) {
    const issuer = certificates[index + 1] as X509Certificate
    const isRight = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
    if (!isRight) throw new Error('the chain is broken')
  }
}
