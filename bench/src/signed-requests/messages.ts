import { httpbis, type Request as PlainMessage } from 'http-message-signatures'
import {
  memoryReplayStore,
  RequestSigner,
  SingleUseValues,
  type Fields,
  type RequestMessage,
  type UnsignedRequest,
} from '@gatehouse/signed-request'
import { PATHS } from '@gatehouse/protocol'
import type { Identity } from './console.ts'

/** Who the receiver is: the digest of a certificate that does not matter here. */
export const AUDIENCE: string = `sha256:${'5a'.repeat(32)}`

const AUTHORITY = 'web-1.example.com:2381'

/** A task of usual size. */
export const TASK: string = JSON.stringify({
  user: 'EXAMPLE\\operator',
  level: 'administrator',
  tool: 'restart-web',
  target: 'web-1.example.com',
})

/** The request that everybody signs. */
export const UNSIGNED: UnsignedRequest = {
  method: 'POST',
  scheme: 'https',
  authority: AUTHORITY,
  target: PATHS.tasks,
  body: new Uint8Array(Buffer.from(TASK)),
}

/** A signed request in the forms in which it is verified. */
interface SignedMessage {
  /** As ours takes it. */
  readonly message: RequestMessage
  /** As `http-message-signatures` takes it. */
  readonly plain: PlainMessage
  /** The same before it was signed. */
  readonly unsigned: PlainMessage
  /** What was signed, as RFC 9421 puts it together. */
  readonly base: Buffer
  readonly signature: Buffer
  /** What the signature covers, as it names them. */
  readonly components: readonly string[]
  /** The single-use value. */
  readonly value: string
}

/** Requests of one moment, each with a value of its own, and the memory that uses the values up. */
export interface Batch {
  readonly at: Date
  readonly values: SingleUseValues
  readonly messages: readonly SignedMessage[]
}

/** Makes requests, all of them signed for {@link AUDIENCE}. */
export function makeBatch(identity: Identity, count: number): Batch {
  const { key, chain, sha256 } = identity
  const at = new Date()
  const signer = new RequestSigner({ key, chain })
  const values = new SingleUseValues({ store: memoryReplayStore() })
  const messages = Array.from({ length: count }, () => {
    const { value } = values.issue({ certificate: sha256, audience: AUDIENCE }, at)
    const fields = signer.sign(UNSIGNED, { value, audience: AUDIENCE, purpose: 'task', at })
    return signedMessage(fields, value)
  })
  return { at, values, messages }
}

function signedMessage(fields: Fields, value: string): SignedMessage {
  const { method, scheme, authority, target, body } = UNSIGNED
  const message = { method, scheme, target, fields, body }
  const url = `${scheme}://${authority}${target}`
  const plain = { method, url, headers: Object.fromEntries(fields) }
  const bare = fields.filter(([name]) => !name.startsWith('signature'))
  const unsigned = { method, url, headers: Object.fromEntries(bare) }
  return { message, plain, unsigned, value, ...signedParts(plain) }
}

/** Base and signature of a message, as the other implementation reads it. */
function signedParts(
  message: PlainMessage,
): Pick<SignedMessage, 'base' | 'signature' | 'components'> {
  const input = textOf(message, 'signature-input')
  const parameters = input.slice(input.indexOf('=') + 1)
  const components = parameters.slice(1, parameters.indexOf(')')).split(' ')
  const lines = httpbis.createSignatureBase({ fields: components }, message)
  const base = httpbis.formatSignatureBase([...lines, ['"@signature-params"', [parameters]]])
  const [, signature = ''] = textOf(message, 'signature').split(':')
  return { base: Buffer.from(base), signature: Buffer.from(signature, 'base64'), components }
}

function textOf({ headers }: PlainMessage, name: string): string {
  return String(headers[name])
}
