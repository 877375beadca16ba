import {
  constants,
  hash,
  sign as signBytes,
  verify as verifyBytes,
  X509Certificate,
} from 'node:crypto'
import { createSigner, createVerifier, httpbis } from 'http-message-signatures'
import { allow } from '@gatehouse/core'
import {
  decideCaller,
  trustList,
  trustSettings,
  type EncodedChain,
  type TrustSettings,
} from '@gatehouse/certificate-trust'
import {
  readSignedRequest,
  RequestSigner,
  verifySignedRequest,
  type Signer,
} from '@gatehouse/signed-request'
import type { Options } from './command.ts'
import { settle } from './garbage.ts'
import { markdownTable } from './markdown-table.ts'
import { cpuSince, median } from './measure.ts'
import { report } from './report.ts'
import { KEY_KINDS, makeIdentity, type Identity, type KeyKind } from './signed-requests/console.ts'
import { AUDIENCE, makeBatch, UNSIGNED, type Batch } from './signed-requests/messages.ts'

/** What one subject takes for one request, in microseconds of CPU time. */
interface SignatureTimes {
  readonly key: KeyKind
  readonly task: 'sign' | 'verify'
  readonly subject: string
  readonly microseconds: number
  /** How many times the bare signature, taken in the same round. */
  readonly ratio: number
}

interface Subject {
  readonly name: string
  /** Signs or verifies every message of a batch. @throws Error when one is not accepted. */
  readonly run: (batch: Batch) => Promise<void> | void
}

const ROUNDS = 9
/** Rounds before those that count: until the compiler has made what it makes of hot code. */
const WARM_UP_ROUNDS = 3
/** Messages of a round; keys of RSA sign slowly. */
const BATCH = { Ed25519: 500, 'P-256': 500, 'RSA-PSS 2048': 500, 'RSA-PSS 3072': 100 }
const ALGORITHMS = {
  Ed25519: 'ed25519',
  'P-256': 'ecdsa-p256-sha256',
  'RSA-PSS 2048': 'rsa-pss-sha512',
  'RSA-PSS 3072': 'rsa-pss-sha512',
} as const

/**
 * Signing and verifying alone, without a connection: ours and `http-message-signatures`, as multiples
 * of the bare signature over the same bytes. Each request has a value of its own and is made before
 * the clock starts; ours uses the value up in memory.
 */
export async function benchSignedRequest(options: Options): Promise<void> {
  const figures: SignatureTimes[] = []
  for (const key of KEY_KINDS) {
    const identity = makeIdentity(key, 'console.example.com')
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    figures.push(...(await timesOf('sign', identity, signingSubjects(identity))))
    // oxlint-disable-next-line no-await-in-loop -- as above
    figures.push(...(await timesOf('verify', identity, verifyingSubjects(identity))))
  }
  const rows = figures.map(({ key, task, subject, microseconds, ratio }) => [
    `${key}, ${task}`,
    subject,
    microseconds.toFixed(1),
    `${ratio.toFixed(2)} ×`,
  ])
  const body = markdownTable([['', 'subject', 'µs', 'bare signature'], ...rows])
  report({ name: 'signed-request', body, figures }, options)
}

/** All subjects in turn, round by round, each round with messages of its own. */
async function timesOf(
  task: SignatureTimes['task'],
  identity: Identity,
  subjects: readonly [Subject, ...Subject[]],
): Promise<SignatureTimes[]> {
  const { kind } = identity
  const count = BATCH[kind]
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const { name, run } of subjects) {
      const batch = makeBatch(identity, count)
      settle()
      const before = process.cpuUsage()
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await run(batch)
      const spent = cpuSince(before)
      if (round >= 0) times.get(name)?.push(spent / count)
    }
  }
  const floor = times.get(subjects[0].name) ?? []
  return subjects.map(({ name }) => {
    const own = times.get(name) ?? []
    const ratios = own.map((time, round) => time / (floor[round] ?? Number.NaN))
    return { key: kind, task, subject: name, microseconds: median(own), ratio: median(ratios) }
  })
}

/** Node's own, with keys that are ready: the least that anybody can take. */
interface Bare {
  readonly sign: (base: Buffer) => Buffer
  readonly verify: (base: Buffer, signature: Buffer) => boolean
}

function bareOf({ kind, key, publicKey }: Identity): Bare {
  const digest = kind === 'Ed25519' ? null : kind === 'P-256' ? 'sha256' : 'sha512'
  const options = kind.startsWith('RSA')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }
    : { dsaEncoding: 'ieee-p1363' as const }
  const [signing, verifying] = [
    { key, ...options },
    { key: publicKey, ...options },
  ]
  return {
    sign: (base) => signBytes(digest, base, signing),
    verify: (base, signature) => verifyBytes(digest, base, verifying, signature),
  }
}

function signingSubjects(identity: Identity): readonly [Subject, ...Subject[]] {
  const { kind, key, chain, sha256 } = identity
  const bare = bareOf(identity)
  const signer = new RequestSigner({ key, chain })
  const theirs = createSigner(key, ALGORITHMS[kind], sha256)
  return [
    {
      name: 'floor: crypto.sign',
      run: ({ messages }) => {
        for (const { base } of messages) bare.sign(base)
      },
    },
    {
      name: 'ours',
      run: ({ messages, at }) => {
        for (const { value } of messages) {
          signer.sign(UNSIGNED, { value, audience: AUDIENCE, purpose: 'task', at })
        }
      },
    },
    {
      name: 'http-message-signatures',
      run: async ({ messages, at }) => {
        for (const { unsigned, components, value } of messages) {
          const paramValues = { created: at, nonce: value, tag: 'gatehouse-task' }
          const params = ['created', 'keyid', 'alg', 'nonce', 'tag']
          const config = { key: theirs, fields: [...components], params, paramValues }
          // oxlint-disable-next-line no-await-in-loop -- one after the other, as ours
          await httpbis.signMessage(config, unsigned)
        }
      },
    },
  ]
}

function verifyingSubjects(identity: Identity): readonly [Subject, ...Subject[]] {
  const { kind, publicKey, sha256 } = identity
  const bare = bareOf(identity)
  const known: Signer = { sha256, publicKey, decision: allow({ code: 'certificate-pinned' }) }
  const list = trustList([{ certificate: identity.certificate, role: 'console' }])
  const settings = trustSettings({ mode: 'certificate', list })
  const verifier = { id: sha256, verify: createVerifier(publicKey, ALGORITHMS[kind]) }
  return [
    {
      name: 'floor: crypto.verify',
      run: ({ messages }) => {
        for (const { base, signature } of messages) accept(bare.verify(base, signature))
      },
    },
    { name: 'ours, certificate decided before', run: (batch) => verifyAll(batch, () => known) },
    {
      name: 'ours, certificate decided each time',
      run: (batch) => verifyAll(batch, (chain) => decidedSigner(settings, chain, batch.at)),
    },
    {
      name: 'http-message-signatures',
      run: async ({ messages }) => {
        const config = { keyLookup: () => Promise.resolve(verifier), requiredFields: REQUIRED }
        for (const { plain } of messages) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other, as ours
          accept((await httpbis.verifyMessage(config, plain)) === true)
        }
      },
    },
  ]
}

/** What the other implementation is told to ask for: its way of saying what has to be covered. */
const REQUIRED = ['@method', '@authority', '@path', 'content-digest']

async function verifyAll(
  { at, values, messages }: Batch,
  signerOf: (chain: readonly Uint8Array[]) => Signer,
): Promise<void> {
  for (const { message } of messages) {
    const read = readSignedRequest(message)
    if (read.outcome === 'deny') throw new Error(`not read: ${read.reasons[0].code}`)
    const signer = signerOf(read.request.chain)
    const options = { signer, values, audiences: [AUDIENCE], purpose: 'task', at } as const
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a kept connection does
    const { outcome } = await verifySignedRequest(read.request, options)
    accept(outcome === 'allow')
  }
}

/** Reads the certificate of a request and asks the trust list about it, as if it were never seen. */
function decidedSigner(settings: TrustSettings, chain: readonly Uint8Array[], at: Date): Signer {
  const decision = decideCaller(settings, { chain: chain as EncodedChain }, { at })
  const certificate = new X509Certificate(chain[0] as Uint8Array)
  const sha256 = hash('sha256', chain[0] as Uint8Array, 'hex')
  return { sha256, publicKey: certificate.publicKey, decision }
}

function accept(isAccepted: boolean): void {
  if (!isAccepted) throw new Error('a good request is refused')
}
