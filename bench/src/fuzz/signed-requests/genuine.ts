import { Secret } from '@gatehouse/core'
import {
  RequestSigner,
  SingleUseValues,
  type Purpose,
  type ReplayStore,
  type RequestMessage,
  type UseOutcome,
} from '@gatehouse/signed-request'
import { createHash, type KeyObject } from 'node:crypto'
import { issue, serverOf } from '../../certificates/issue.ts'
import { testKey } from '../certificates/keys.ts'

/** The instant of all requests and checks. */
export const AT: Date = new Date('2026-11-22T12:00:00Z')

/** How long values live. */
export const LIFE_MS = 60_000

/** Receivers that values and requests are for. */
export const AUDIENCES: readonly string[] = [
  `sha256:${'11'.repeat(32)}`,
  `sha256:${'22'.repeat(32)}`,
  'console',
]

/** A signer, with a certificate that it vouches for itself with. */
export interface TestSigner {
  readonly sha256: string
  readonly chain: readonly [Uint8Array]
  readonly key: KeyObject
  readonly publicKey: KeyObject
}

function testSigner(letter: string): TestSigner {
  const key = testKey(letter)
  const { privateKey, publicKey } = key
  const holder = { name: `Console ${letter}`, key }
  const der = new Uint8Array(issue(holder, holder, { extensions: serverOf('console') }))
  const sha256 = createHash('sha256').update(der).digest('hex')
  return { sha256, chain: [der], key: privateKey, publicKey }
}

/** Two of them. */
export const SIGNERS: readonly [TestSigner, TestSigner] = [testSigner('a'), testSigner('b')]

/** Bytes that are the same in every run. */
function counted(label: string): (bytes: number) => Uint8Array {
  let count = 0
  return (bytes) => {
    count += 1
    const block = createHash('shake256', { outputLength: bytes }).update(`${label} ${count}`)
    return new Uint8Array(block.digest())
  }
}

/** A store that uses nothing up, and counts how often it is asked to. */
export class CountingStore implements ReplayStore {
  readonly key: Secret<Uint8Array> = new Secret(counted('key')(32))
  uses = 0

  use(): Promise<UseOutcome> {
    this.uses += 1
    return Promise.resolve('first')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Makes single-use values that are the same in every run. */
export function testValues(store: ReplayStore = new CountingStore()): SingleUseValues {
  return new SingleUseValues({ store, lifeMs: LIFE_MS, random: counted('value') })
}

/** A request that somebody signed, and for whom. */
export interface Genuine {
  readonly signer: TestSigner
  readonly audience: string
  readonly purpose: Purpose
  readonly message: RequestMessage
}

const BODIES = ['{"user":"ops","tool":"restart"}', '{"user":"ops","tool":"status"}', '']

/** Requests that differ in one thing or another, all good at {@link AT}. */
export function genuineRequests(values: SingleUseValues): readonly Genuine[] {
  const purposes: readonly Purpose[] = ['task', 'login', 'call']
  return BODIES.flatMap((body, index) =>
    SIGNERS.map((signer, place): Genuine => {
      const audience = AUDIENCES[(index + place) % AUDIENCES.length] as string
      const purpose = purposes[(index + place) % purposes.length] as Purpose
      const { value } = values.issue({ certificate: signer.sha256, audience }, AT)
      const { key, chain } = signer
      const request = {
        method: 'POST',
        scheme: 'https',
        authority: index === 0 ? 'web-1:2381' : 'web-2:2381',
        target: index === 1 ? '/v1/tasks?x=1' : '/v1/tasks',
        body: new Uint8Array(Buffer.from(body)),
      } as const
      const options = { key, chain, sendChain: place === 0 }
      const fields = new RequestSigner(options).sign(request, { value, audience, purpose, at: AT })
      const { method, scheme, target, body: bytes } = request
      return { signer, audience, purpose, message: { method, scheme, target, fields, body: bytes } }
    }),
  )
}

/** A request as one text: first line, fields, an empty line, the body. Every character is one byte. */
export function textOf({ method, scheme, target, fields, body }: RequestMessage): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\n`).join('')
  return `${method} ${scheme} ${target}\n${lines}\n${Buffer.from(body).toString('latin1')}`
}

/** What a text says, damaged or not: whatever is missing is empty. */
export function messageOf(text: string): RequestMessage {
  const end = text.indexOf('\n\n')
  const head = end === -1 ? text : text.slice(0, end)
  const [first = '', ...lines] = head.split('\n')
  const [method = '', scheme = '', ...target] = first.split(' ')
  return {
    method,
    scheme: scheme as RequestMessage['scheme'],
    target: target.join(' '),
    fields: lines.map(fieldOf),
    body: new Uint8Array(Buffer.from(end === -1 ? '' : text.slice(end + 2), 'latin1')),
  }
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(': ')
  return colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 2)]
}
