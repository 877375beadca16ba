import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as signed from '../src/index.ts'

interface Vectors {
  readonly keys: Record<
    string,
    {
      readonly algorithm: signed.Algorithm
      readonly public: { readonly pem: string }
      readonly private?: { readonly pem: string }
    }
  >
  readonly messages: Record<string, signed.SignableRequest | signed.SignableResponse>
  readonly signatures: readonly {
    readonly section: string
    readonly message: string
    readonly key: string
    readonly label: string
    readonly input: string
    readonly signature: string
    readonly base?: string
    readonly deterministic?: boolean
  }[]
}

const { keys, messages, signatures } = fixture('rfc9421.json') as Vectors
const { digests } = fixture('rfc9530.json') as {
  digests: readonly { body: string; field: string }[]
}

function fixture(name: string): unknown {
  const file = new URL(`../../../test-fixtures/signed-request/${name}`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

function baseOf(vector: Vectors['signatures'][number]): string {
  const parsed = signed.parseSignatureInput(vector.input)
  if (parsed.outcome !== 'parsed') throw new Error(parsed.reasons[0].code)
  const input = parsed.inputs.get(vector.label)
  const message = messages[vector.message]
  if (input === undefined || message === undefined) throw new Error('not in the vectors')
  expect(`${vector.label}=${input.text}`).toBe(vector.input)
  const built = signed.signatureBase(message, input.components, input.parameters)
  if (built.outcome !== 'built') throw new Error(built.reasons[0].code)
  return built.base
}

function signatureOf({ signature, label }: Vectors['signatures'][number]): Uint8Array {
  const parsed = signed.parseSignature(signature)
  const bytes = parsed.outcome === 'parsed' ? parsed.signatures.get(label) : undefined
  if (bytes === undefined) throw new Error('not in the vectors')
  return bytes
}

function keyOf({ key }: Vectors['signatures'][number]): Vectors['keys'][string] {
  const found = keys[key]
  if (found === undefined) throw new Error('not in the vectors')
  return found
}

describe('RFC 9421', () => {
  it.each(signatures)('verifies $section over the base that is built of the message', (vector) => {
    const { algorithm, public: held } = keyOf(vector)
    const publicKey = createPublicKey(held.pem)
    const base = Buffer.from(baseOf(vector))
    const signature = signatureOf(vector)
    expect(signed.algorithmOf(publicKey)).toBe(algorithm)
    expect(signed.verifyBase(algorithm, publicKey, base, signature)).toBe(true)
    base[0] = (base[0] ?? 0) ^ 1
    expect(signed.verifyBase(algorithm, publicKey, base, signature)).toBe(false)
  })

  it.each(signatures.filter(({ base }) => base !== undefined))(
    'builds the base of $section as it is printed',
    (vector) => {
      expect(baseOf(vector)).toBe(vector.base)
    },
  )

  it.each(signatures.filter(({ deterministic }) => deterministic === true))(
    'makes the signature of $section byte for byte',
    (vector) => {
      const { algorithm, private: held } = keyOf(vector)
      const key = createPrivateKey(held?.pem ?? '')
      const made = signed.signBase(algorithm, key, Buffer.from(baseOf(vector)))
      expect(Buffer.from(made)).toEqual(Buffer.from(signatureOf(vector)))
    },
  )
})

it.each(digests)('gives the digest of RFC 9530 for $body', ({ body, field }) => {
  expect(signed.contentDigest(Buffer.from(body))).toBe(field)
})
