import { generateKeyPairSync } from 'node:crypto'
import { deny, Secret, type Decision } from '@gatehouse/core'
import * as signed from '../../src/index.ts'
import {
  AT,
  AUDIENCE,
  AUTHORITY,
  BODY,
  exchange,
  identity,
  newValues,
  receive,
  signerOf,
  TARGET,
  withField,
} from '../exchange.ts'
import {
  changed,
  INPUT,
  later,
  NONCE,
  OWN,
  received,
  refusal,
  replace,
  type Message,
  type Refusal,
} from './refusal.ts'

/** What may be wrong with a request of the right form. */
export const VERIFYING: readonly Refusal[] = [
  received('purpose-mismatch', 'a task where logins are taken', { request: 'tag' }, () => ({
    purpose: 'login',
  })),
  received('audience-mismatch', 'a request for another', { request: 'gatehouse-audience' }, () => ({
    audiences: [`sha256:${'cd'.repeat(32)}`],
  })),
  received('certificate-unknown', 'a certificate that nobody knows', OWN, () => ({
    signer: undefined,
  })),
  received('certificate-mismatch', 'another certificate', { request: 'keyid' }, () => ({
    signer: signerOf(identity('other')),
  })),
  ...(
    [
      ['certificate-not-trusted', 'issuer-unknown'],
      ['certificate-not-trusted', 'trust-none'],
      ['certificate-not-trusted', 'revoked'],
      ['certificate-expired', 'expired'],
      ['certificate-expired', 'not-yet-valid'],
      ['certificate-expired', 'trust-ended'],
      ['certificate-weak', 'key-weak'],
      ['certificate-weak', 'signature-algorithm-weak'],
      ['name-without-certificate', 'certificate-missing'],
    ] as const
  ).map(([code, theirs]) =>
    received(code, `a verdict of ${theirs}`, OWN, ({ options }) => ({
      signer: { ...signerOf(identity('ed25519')), ...options.signer, decision: verdict(theirs) },
    })),
  ),
  ...(
    [
      ['key-too-short', 'rsa', { modulusLength: 1024 }],
      ['key-unsupported', 'ec', { namedCurve: 'P-384' }],
      ['key-unsupported', 'ec', { namedCurve: 'secp256k1' }],
      ['key-unsupported', 'rsa-pss', { modulusLength: 2048 }],
      ['key-unsupported', 'ed448', {}],
      ['key-unsupported', 'x25519', {}],
    ] as const
  ).map(([code, type, options]) =>
    received(
      code,
      `a key of type ${type} ${JSON.stringify(options)}`,
      { request: 'keyid' },
      () => ({
        signer: { ...signerOf(identity('ed25519')), publicKey: publicKeyOf(type, options) },
      }),
    ),
  ),
  received('algorithm-mismatch', 'a key of another algorithm', { request: 'alg' }, () => ({
    signer: {
      ...signerOf(identity('ed25519')),
      publicKey: signerOf(identity('ecdsa-p256-sha256')).publicKey,
    },
  })),
  received('signature-wrong', 'another key of the same kind', OWN, () => ({
    signer: {
      ...signerOf(identity('ed25519')),
      publicKey: signerOf(identity('other')).publicKey,
    },
  })),
  ...[-301_000, 301_000].map((ms) =>
    received('clock-difference', `a clock ${ms} off`, { request: 'created' }, () => ({
      at: later(ms),
    })),
  ),
  received('clock-difference', 'a clock 2 seconds off', { request: 'created' }, () => ({
    at: later(2_000),
    maxClockDifferenceMs: 1_000,
  })),
  received('value-expired', 'a value after its minute', NONCE, () => ({ at: later(60_000) })),
  received('value-unknown', 'a value of another store', NONCE, () => ({ values: newValues() })),
  refusal('value-of-other-certificate', 'a value of another certificate', NONCE, () =>
    withValueFor({ certificate: identity('other').sha256, audience: AUDIENCE }),
  ),
  refusal('value-of-other-audience', 'a value of another receiver', NONCE, () =>
    withValueFor({
      certificate: identity('ed25519').sha256,
      audience: `sha256:${'cd'.repeat(32)}`,
    }),
  ),
  refusal('value-used', 'the same request again', NONCE, async () => {
    const { message, options } = exchange()
    await receive(message, options)
    return receive(message, options)
  }),
  refusal('value-used', 'another request with the same value', NONCE, async () => {
    const { message, values, options } = exchange()
    const value = /nonce="([^"]*)"/.exec(inputOf(message))?.[1] ?? ''
    await values.use(value, AT)
    return receive(message, options)
  }),
  refusal('store-full', 'a value more than the store can remember', NONCE, async () => {
    const values = newValues({ limit: 1 })
    const first = exchange({ values })
    await receive(first.message, first.options)
    const second = exchange({ values })
    return receive(second.message, second.options)
  }),
  refusal('store-failed', 'a store that cannot be asked', NONCE, () =>
    withStore(() => Promise.reject(new Error('the disk is full'))),
  ),
  refusal('store-failed', 'a store that throws', NONCE, () =>
    withStore(() => {
      throw new Error('the disk is full')
    }),
  ),
  refusal('store-failed', 'a store that answers something else', NONCE, () =>
    withStore(() => Promise.resolve('maybe' as signed.UseOutcome)),
  ),
  changed('body-changed', 'a body of the same length', 'body', (message) => ({
    ...message,
    body: Buffer.from(BODY.toString().replace('anna', 'otto')),
  })),
  ...[
    (message: Message): Message => ({ ...message, method: 'PUT' }),
    (message: Message): Message => ({ ...message, scheme: 'http' }),
    (message: Message): Message => ({ ...message, target: '/v1/logins' }),
    (message: Message): Message => ({ ...message, target: `${TARGET}?a=1` }),
    (message: Message): Message => withField(message, 'host', () => 'web-2.example'),
    (message: Message): Message => withField(message, INPUT, replace(/created=\d/, 'created=2')),
    (message: Message): Message => withField(message, 'signature', replace(/:.*:/, ':AAAA:')),
  ].map((change, index) =>
    refusal('signature-wrong', `something signed changed ${index}`, OWN, () => {
      const { message, options } = exchange()
      return receive(change(message), { ...options, maxClockDifferenceMs: 1e15 })
    }),
  ),
]

function verdict(code: string): Decision {
  return deny({ code, source: OWN }, { code: 'self-signed' })
}

type KeyType = 'rsa' | 'ec' | 'rsa-pss' | 'ed448' | 'x25519'

function publicKeyOf(type: KeyType, options: object): signed.Signer['publicKey'] {
  const generate = generateKeyPairSync as (
    type: KeyType,
    options: object,
  ) => { publicKey: signed.Signer['publicKey'] }
  return generate(type, options).publicKey
}

function inputOf({ fields }: Message): string {
  return fields.find(([name]) => name === INPUT)?.[1] ?? ''
}

/** A request that is signed well, with a value that was issued for somebody else. */
function withValueFor(to: {
  readonly certificate: string
  readonly audience: string
}): Promise<Decision<signed.Code>> {
  const { values, options } = exchange()
  const { value } = values.issue(to, AT)
  const { key, certificate } = identity('ed25519')
  const request = { method: 'POST', scheme: 'https', authority: AUTHORITY, target: TARGET } as const
  const fields = signed.signRequest(
    { ...request, body: BODY },
    { key, chain: [certificate], value, audience: AUDIENCE, purpose: 'task', at: AT },
  )
  return receive({ ...request, fields, body: BODY }, options)
}

function withStore(use: signed.ReplayStore['use']): Promise<Decision<signed.Code>> {
  const store = { key: new Secret(new Uint8Array(32)), use, close: () => Promise.resolve() }
  const { message, options } = exchange({ values: new signed.SingleUseValues({ store }) })
  return receive(message, options)
}
