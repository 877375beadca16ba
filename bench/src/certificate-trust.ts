import { verify as verifySignature, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseCertificate } from '@gatehouse/certificate-trust'
import { VERIFIERS, type Store, type Verifier } from './certificates/verifiers.ts'
import type { Options } from './command.ts'
import { markdownTable } from './markdown-table.ts'
import { median, rate } from './measure.ts'
import { report } from './report.ts'

/** What one subject takes for one chain, in microseconds of CPU time. */
export interface Times {
  readonly chain: string
  readonly subject: string
  readonly microseconds: number
  /** How many times the floor, taken in the same round. */
  readonly ratio: number
}

interface Subject {
  readonly name: string
  /** Whether it is one of ours or the floor: measured in larger batches, as it is faster. */
  readonly isFast: boolean
  /** Whether the chain is trusted. */
  readonly run: () => boolean | Promise<boolean>
}

/** What `test-fixtures/certificate-trust` holds of a chain. */
interface Case {
  readonly id: string
  readonly trusted_certs: readonly [string]
  readonly untrusted_intermediates: readonly [string, string]
  readonly peer_certificate: string
}

const CHAINS = new URL('../../test-fixtures/certificate-trust/openssl.json', import.meta.url)
const CASES = [
  ['RSA-2048', 'own::long-rsa'],
  ['P-256', 'own::long-ec'],
] as const
const FLOOR = 'floor: 3 × crypto.verify'
const HOST = 'web01.example.com'
const ROUNDS = 9
/** Runs before anything is measured: a server decides more often than that in a day. */
const WARM_UP = { fast: 3_000, slow: 300 }
const BATCH = { fast: 100, slow: 10 }

/**
 * A server's certificate with two authorities between and a root, all checks on: from DER (cold), and
 * with all but the server's read before (warm), as multiples of three bare signature checks; and so
 * for each library that it is compared with. All of them have to trust the chain.
 */
export async function benchCertificateTrust(options: Options): Promise<void> {
  const { testcases } = JSON.parse(readFileSync(CHAINS, 'utf8')) as { testcases: readonly Case[] }
  const figures: Times[] = []
  const [ours, ...others] = VERIFIERS
  // Ours first: what the libraries leave in memory slows down whoever comes behind them.
  for (const verifiers of [[ours], others]) {
    for (const [chain, id] of CASES) {
      const found = testcases.find((one) => one.id === id)
      if (found === undefined) throw new Error(`there is no chain ${id}`)
      const asked = verifiers.filter(({ isRsaOnly }) => isRsaOnly !== true || chain === 'RSA-2048')
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      figures.push(...(await timesOf(chain, subjectsOf(found, asked))))
    }
  }
  const isFirst = (one: Times): boolean =>
    one === figures.find(({ chain, subject }) => chain === one.chain && subject === one.subject)
  const ordered = CASES.flatMap(([name]) =>
    figures.filter((one) => one.chain === name && isFirst(one)),
  )
  const rows = ordered.map(({ chain, subject, microseconds, ratio }) => [
    chain,
    subject,
    microseconds.toFixed(0),
    `${ratio.toFixed(2)} ×`,
  ])
  const body = markdownTable([['chain', 'subject', 'µs', 'floor'], ...rows])
  report({ name: 'certificate-trust', body, figures: ordered }, options)
}

/** All subjects in turn, round by round: what else the machine does meets each of them. */
async function timesOf(chain: string, subjects: readonly Subject[]): Promise<Times[]> {
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
  for (const subject of subjects) {
    const runs = subject.isFast ? WARM_UP.fast : WARM_UP.slow
    // oxlint-disable-next-line no-await-in-loop -- as above
    await repeat(subject, runs)
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const subject of subjects) {
      const count = subject.isFast ? BATCH.fast : BATCH.slow
      const options = { rounds: 1, milliseconds: 60 }
      // oxlint-disable-next-line no-await-in-loop -- as above
      const perSecond = await rate(() => () => repeat(subject, count), options)
      times.get(subject.name)?.push(1_000_000 / perSecond)
    }
  }
  const floor = times.get(FLOOR) ?? []
  return subjects.map(({ name }) => {
    const own = times.get(name) ?? []
    const ratios = own.map((time, round) => time / (floor[round] ?? Number.NaN))
    return { chain, subject: name, microseconds: median(own), ratio: median(ratios) }
  })
}

/** @throws Error when a subject does not trust the chain. */
async function repeat({ name, run }: Subject, count: number): Promise<number> {
  for (let index = 0; index < count; index += 1) {
    const found = run()
    // oxlint-disable-next-line no-await-in-loop -- one after the other; what is synchronous is not made to wait
    const isTrusted = typeof found === 'boolean' ? found : await found
    if (!isTrusted) throw new Error(`${name} does not trust the chain`)
  }
  return count
}

/** The floor, and each verifier cold and warm. */
function subjectsOf(found: Case, verifiers: readonly Verifier[]): readonly Subject[] {
  const { trusted_certs: roots, untrusted_intermediates: between, peer_certificate: peer } = found
  const store: Store = { roots: ders(roots), between: ders(between) }
  const [leaf] = ders([peer])
  return [
    floorOf([leaf, ...store.between], [...store.between, ...store.roots]),
    ...verifiers.flatMap(({ name, open }): Subject[] => {
      const warm = open(store.roots, HOST)(store.between)
      const isFast = name === VERIFIERS[0].name
      return [
        { name: `${name}, cold`, isFast, run: () => open(store.roots, HOST)(store.between)(leaf) },
        { name: `${name}, warm`, isFast, run: () => warm(leaf) },
      ]
    }),
  ]
}

function ders(pems: readonly [string, ...string[]]): readonly [Uint8Array, ...Uint8Array[]] {
  return pems.map((pem) => new Uint8Array(new X509Certificate(pem).raw)) as [Uint8Array]
}

/** The signatures of a chain, each checked with the key of the next, which is ready. */
function floorOf(signed: readonly Uint8Array[], signers: readonly Uint8Array[]): Subject {
  const certificates = signed.map((der) => parseCertificate(der, { file: 'chain' }))
  const keys = signers.map((der) => new X509Certificate(der).publicKey)
  return {
    name: FLOOR,
    isFast: true,
    run: () =>
      certificates.every(({ signedBytes, signature }, index) =>
        verifySignature('sha256', signedBytes, keys[index] as (typeof keys)[0], signature),
      ),
  }
}
