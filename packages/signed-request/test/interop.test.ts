import { constants, sign } from 'node:crypto'
import { createSigner, createVerifier, httpbis, type SigningKey } from 'http-message-signatures'
import { describe, expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { AT, AUDIENCE, AUTHORITY, BODY, exchange, identity, receive, TARGET } from './exchange.ts'

/** Requests are made and taken by another implementation of RFC 9421, `http-message-signatures`. */
describe.each(signed.ALGORITHMS)('with %s', (name) => {
  const { key, certificate, sha256 } = identity(name)
  const signingKey: SigningKey = {
    ...createSigner(key, name, sha256),
    // That implementation salts RSA-PSS with as many bytes as fit; RFC 9421, 3.3.1 says 64.
    ...(name === 'rsa-pss-sha512' && { sign: (data: Buffer) => Promise.resolve(signPss(data)) }),
  }
  const url = `https://${AUTHORITY}${TARGET}`

  function signPss(data: Buffer): Buffer {
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return sign('sha512', data, { key, padding, saltLength: 64 })
  }

  it('makes signatures that another implementation verifies', async () => {
    const { message, options } = exchange({ name })
    const { publicKey } = options.signer ?? {}
    if (publicKey === undefined) throw new Error('there is a signer')
    const headers = Object.fromEntries(message.fields)
    const seen: unknown[] = []
    const isValid = await httpbis.verifyMessage(
      {
        notAfter: new Date(AT.getTime() + 1000),
        requiredFields: ['@method', '@authority', '@path', 'content-digest', 'gatehouse-audience'],
        keyLookup: (parameters) => {
          seen.push(parameters.keyid, parameters.alg, parameters.tag)
          return Promise.resolve({
            algs: [name],
            verify: createVerifier(publicKey, name),
          })
        },
      },
      { method: 'POST', url, headers },
    )
    expect(isValid).toBe(true)
    expect(seen).toEqual([sha256, name, 'gatehouse-task'])
  })

  it('takes requests that another implementation signed', async () => {
    const { message, options } = exchange({ name })
    const input = new Map(message.fields).get('signature-input') ?? ''
    const parsed = signed.parseSignatureInput(input)
    if (parsed.outcome !== 'parsed') throw new Error('own input cannot be read')
    const own = parsed.inputs.get('gatehouse')
    const unsigned = message.fields.filter(([field]) => !field.startsWith('signature'))
    const made = await httpbis.signMessage(
      {
        key: signingKey,
        name: 'gatehouse',
        fields: own?.components.map((component) => component.name) ?? [],
        params: ['created', 'keyid', 'alg', 'nonce', 'tag'],
        paramValues: {
          created: AT,
          nonce: String(own?.parameters.get('nonce')),
          tag: 'gatehouse-task',
        },
      },
      { method: 'POST', url, headers: Object.fromEntries(unsigned) },
    )
    const headers = new Map(
      Object.entries(made.headers).map(([field, value]) => [field.toLowerCase(), value]),
    )
    const fields = message.fields.map(([field]) => [field, headers.get(field) ?? ''] as const)
    const request = { ...message, fields, body: BODY }
    expect(new Map(fields).get('gatehouse-audience')).toBe(AUDIENCE)
    expect(new Map(fields).get('gatehouse-certificate')).toContain(certificate.toString('base64'))
    expect((await receive(request, options)).reasons[0].code).toBe('request-verified')
  })
})
