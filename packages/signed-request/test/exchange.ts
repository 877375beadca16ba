import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { allow, type Decision } from '@gatehouse/core'
import * as signed from '../src/index.ts'

export const AT: Date = new Date('2026-11-22T12:00:00.500Z')
export const AUDIENCE = `sha256:${'ab'.repeat(32)}`
export const AUTHORITY = 'web-1.example:2381'
export const TARGET = '/v1/tasks'
export const BODY: Buffer = Buffer.from('{"tool":"restart-web","user":"anna"}')

export type IdentityName = signed.Algorithm | 'other'

export interface Identity {
  readonly key: KeyObject
  readonly certificate: Buffer
  readonly sha256: string
}

const FILE = new URL('../../../test-fixtures/signed-request/identities.json', import.meta.url)
const STORED = JSON.parse(readFileSync(FILE, 'utf8')) as Record<
  IdentityName,
  { readonly key: string; readonly certificate: string }
>

const IDENTITIES = new Map<IdentityName, Identity>()

export function identity(name: IdentityName): Identity {
  const known = IDENTITIES.get(name)
  if (known !== undefined) return known
  const certificate = Buffer.from(STORED[name].certificate, 'base64')
  const sha256 = createHash('sha256').update(certificate).digest('hex')
  const made = { key: createPrivateKey(STORED[name].key), certificate, sha256 }
  IDENTITIES.set(name, made)
  return made
}

/** The signer as a receiver knows it that trusts the certificate. */
export function signerOf({ certificate, sha256 }: Identity): signed.Signer {
  const decision: Decision = allow({ code: 'certificate-pinned' })
  return { sha256, publicKey: new X509Certificate(certificate).publicKey, decision }
}

export interface ExchangeOptions {
  readonly name?: IdentityName
  readonly sendChain?: boolean
  readonly values?: signed.SingleUseValues
  readonly body?: Uint8Array
  readonly target?: string
}

/** A request that a receiver accepts, and that receiver. */
export interface Exchange {
  readonly message: signed.RequestMessage
  readonly values: signed.SingleUseValues
  readonly options: signed.VerifyOptions
}

export function newValues(options: { readonly limit?: number } = {}): signed.SingleUseValues {
  return new signed.SingleUseValues({ store: signed.memoryReplayStore(options) })
}

export function exchange({
  name = 'ed25519',
  sendChain = true,
  values = newValues(),
  body = BODY,
  target = TARGET,
}: ExchangeOptions = {}): Exchange {
  const who = identity(name)
  const { value } = values.issue({ certificate: who.sha256, audience: AUDIENCE }, AT)
  const fields = signed.signRequest(
    { method: 'POST', scheme: 'https', authority: AUTHORITY, target, body },
    {
      key: who.key,
      chain: [who.certificate],
      sendChain,
      value,
      audience: AUDIENCE,
      purpose: 'task',
      at: AT,
    },
  )
  return {
    message: { method: 'POST', scheme: 'https', target, fields, body },
    values,
    options: {
      signer: signerOf(who),
      values,
      audiences: [AUDIENCE],
      purpose: 'task',
      at: AT,
    },
  }
}

/** Reads and verifies, as a receiver does. */
export async function receive(
  message: signed.RequestMessage,
  options: signed.VerifyOptions,
): Promise<Decision<signed.Code>> {
  const read = signed.readSignedRequest(message)
  return read.outcome === 'read' ? signed.verifySignedRequest(read.request, options) : read
}

/** A message with one field changed; `undefined` removes it. */
export function withField(
  message: signed.RequestMessage,
  name: string,
  change: (value: string) => string | undefined,
): signed.RequestMessage {
  const fields = message.fields.flatMap(([own, value]) => {
    if (own !== name) return [[own, value] as const]
    const changed = change(value)
    return changed === undefined ? [] : [[own, changed] as const]
  })
  return { ...message, fields }
}
