import { describe, expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { AT, AUDIENCE, exchange, identity, receive } from './exchange.ts'
import { READING } from './refusals/reading.ts'
import { SIGNATURE_FIELDS } from './refusals/signature-fields.ts'
import { VERIFYING } from './refusals/verifying.ts'

const REFUSALS = [...READING, ...SIGNATURE_FIELDS, ...VERIFYING]

describe('a request is refused', () => {
  it.each(REFUSALS)('with $code for $title', async ({ code, source, act }) => {
    const decision = await act()
    expect(decision.outcome).toBe('deny')
    expect(decision.reasons[0]).toMatchObject({ code, source })
    for (const reason of decision.reasons) expect(signed.describe(reason)).toMatch(/^\S.*\S$/)
  })
})

/** What an allow says. */
const ALLOWED = ['request-verified', 'value-valid', 'value-accepted']

it('has a test for every code', () => {
  const covered = new Set<string>([...ALLOWED, ...REFUSALS.map(({ code }) => code)])
  expect(Object.keys(signed.CODES).filter((code) => !covered.has(code))).toEqual([])
})

it.each(signed.ALGORITHMS)('accepts a request that is signed with %s, once', async (name) => {
  const { message, options } = exchange({ name })
  const source = { certificate: identity(name).sha256 }
  expect(await receive(message, options)).toEqual({
    outcome: 'allow',
    reasons: [{ code: 'request-verified', source }],
  })
  expect(await receive(message, options)).toMatchObject({ reasons: [{ code: 'value-used' }] })
})

it('has the reasons of the verdict on the certificate after its own', async () => {
  const refusal = VERIFYING.find(({ code }) => code === 'certificate-weak')
  const decision = await refusal?.act()
  expect(decision?.reasons.map(({ code }) => code)).toEqual([
    'certificate-weak',
    'key-weak',
    'self-signed',
  ])
})

it('uses no value up when it refuses', async () => {
  const { message, options } = exchange()
  const changed = { ...message, body: Buffer.alloc(message.body.length) }
  expect((await receive(changed, options)).outcome).toBe('deny')
  expect((await receive({ ...message, method: 'PUT' }, options)).outcome).toBe('deny')
  expect((await receive(message, options)).outcome).toBe('allow')
})

it('reads past fields that are not signed only when it is told to', () => {
  const { message } = exchange()
  const [host, ...rest] = message.fields
  const fields = [['x-request-id', '1'], host, ['via', '1.1 gate'], ...rest] as signed.Fields
  expect(signed.readSignedRequest({ ...message, fields }).outcome).toBe('deny')
  const read = signed.readSignedRequest({ ...message, fields }, { otherFields: 'allow' })
  expect(read.outcome).toBe('read')
})

it('takes what a request says as it was signed', () => {
  const { message } = exchange({ target: '/v1/tasks?a=%20b' })
  const read = signed.readSignedRequest(message)
  expect(read).toMatchObject({
    outcome: 'read',
    request: {
      keyid: identity('ed25519').sha256,
      chain: [identity('ed25519').certificate],
      audience: AUDIENCE,
      purpose: 'task',
      created: new Date(Math.floor(AT.getTime() / 1000) * 1000),
      method: 'POST',
      target: '/v1/tasks?a=%20b',
      algorithm: 'ed25519',
    },
  })
})

it('does not decide at an instant that is none', async () => {
  const { message, options } = exchange()
  const at = new Date(Number.NaN)
  await expect(receive(message, { ...options, at })).rejects.toThrow(RangeError)
})
