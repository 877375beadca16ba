import { readFileSync } from 'node:fs'
import * as ours from '@gatehouse/certificate-trust'
import { describe, expect, test } from 'vitest'
import { FormError, runLimbo, summarize, type Validator } from '../src/index.ts'

type Case = Record<string, unknown>

const FILE = new URL('../../../test-fixtures/certificate-trust/openssl.json', import.meta.url)
const { testcases } = JSON.parse(readFileSync(FILE, 'utf8')) as { testcases: Case[] }

function named(id: string): Case {
  const found = testcases.find((one) => one['id'] === id)
  if (found === undefined) throw new Error(`there is no case ${id}`)
  return found
}

function run(...cases: readonly Case[]): readonly string[] {
  return runLimbo({ version: 1, testcases: cases }).differences.map(({ fault }) => fault)
}

test('our own chains, made by openssl, come out as they should', () => {
  const report = runLimbo({ version: 1, testcases })
  expect(report.differences).toEqual([])
  expect(report.agree).toBe(testcases.length)
})

const good = named('own::key-ec')
const bad = named('own::revoked')

test('a difference is seen, told apart and counted', () => {
  const cases = [
    { ...good, expected_result: 'FAILURE' },
    { ...bad, expected_result: 'SUCCESS' },
    { ...good, signature_algorithms: ['RSASSA_PSS'] },
    good,
  ]
  const tiers = { 'own::key-ec': { tier: 'A' } }
  const report = runLimbo({ version: 1, testcases: cases }, tiers)
  expect(report.differences.map(({ id, fault, tier }) => [id, fault, tier])).toEqual([
    ['own::key-ec', 'ACCEPTED-WRONGLY', 'A'],
    ['own::revoked', 'REJECTED-WRONGLY', '-'],
    ['own::key-ec', 'UNSUPPORTED', 'A'],
  ])
  expect(summarize(report)).toBe(
    'AGREE 1 DIFFER 3 (ACCEPTED-WRONGLY 1, REJECTED-WRONGLY 1, UNSUPPORTED 1)',
  )
})

test('the id sets the profile', () => {
  const authority = { ...good, peer_certificate: (good['untrusted_intermediates'] as string[])[0] }
  const question = { expected_peer_name: null, validation_kind: null }
  expect(run({ ...authority, ...question, id: 'webpki::ca-as-leaf' })).toEqual(['REJECTED-WRONGLY'])
  expect(run({ ...authority, ...question, id: 'rfc5280::ca-as-leaf' })).toEqual([])
})

test('what cannot be read is left out, and a peer that cannot be read is refused', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'
  const between = good['untrusted_intermediates'] as string[]
  const trusted = good['trusted_certs'] as string[]
  const around = {
    ...good,
    untrusted_intermediates: [broken, ...between],
    trusted_certs: [broken, ...trusted],
  }
  expect(run(around)).toEqual([])
  expect(run({ ...good, peer_certificate: broken })).toEqual(['REJECTED-WRONGLY'])
  // A list that cannot be read means that revocation is asked about all the same.
  expect(run({ ...good, crls: [broken] })).toEqual(['REJECTED-WRONGLY'])
})

test('several purposes have to be allowed, and the length is the one asked for', () => {
  expect(run({ ...good, extended_key_usage: ['serverAuth'] })).toEqual([])
  const both = { ...good, extended_key_usage: ['serverAuth', 'clientAuth'] }
  expect(run(both)).toEqual(['REJECTED-WRONGLY'])
  expect(run({ ...good, max_chain_depth: 0 })).toEqual(['REJECTED-WRONGLY'])
  expect(run({ ...good, max_chain_depth: 1 })).toEqual([])
})

describe('cases of NIST’s suite', () => {
  const listed = named('own::revoked')
  const question = { ...listed, crls: [], expected_result: 'FAILURE' }
  /** Answers allow, and keeps what it was asked. */
  function recording(policies: readonly string[]): { asked: ours.VerifyOptions[]; to: Validator } {
    const asked: ours.VerifyOptions[] = []
    const verify: Validator['verify'] = (chain, options) => {
      asked.push(options)
      return { ...ours.verify(chain, options), decision: ALLOWED, policies }
    }
    return { asked, to: { ...ours, verify } }
  }
  const ALLOWED = { outcome: 'allow', reasons: [{ code: 'chain-trusted' }] } as const
  const pkits = {
    initial_policy_set: ['NIST-test-policy-1', 'anyPolicy'],
    initial_explicit_policy: true,
    initial_policy_mapping_inhibit: true,
    initial_inhibit_any_policy: true,
    expected_user_constrained_policy_set: ['2.16.840.1.101.3.2.1.48.1'],
  }

  test('mean hard-fail revocation, even without lists', () => {
    expect(run({ ...question, pkits: {} })).toEqual([])
    expect(run({ ...question, expected_result: 'SUCCESS' })).toEqual([])
  })

  test('set the policy inputs, and neither name nor purpose', () => {
    const { asked, to } = recording(['2.16.840.1.101.3.2.1.48.1'])
    const document = { version: 1, testcases: [{ ...question, pkits, expected_result: 'SUCCESS' }] }
    expect(runLimbo(document, {}, to).differences).toEqual([])
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      profile: 'rfc5280',
      deviations: 'tolerate',
      policies: {
        acceptable: ['2.16.840.1.101.3.2.1.48.1', '2.5.29.32.0'],
        requireExplicit: true,
        inhibitMapping: true,
        inhibitAny: true,
      },
      revocation: { lists: [] },
    })
    expect(asked[0]).not.toHaveProperty('name')
    expect(asked[0]).not.toHaveProperty('purpose')
  })

  test('differ when the policies do', () => {
    const document = { version: 1, testcases: [{ ...question, pkits, expected_result: 'SUCCESS' }] }
    const [difference] = runLimbo(document, {}, recording(['1.2.3']).to).differences
    expect(difference).toMatchObject({ fault: 'ACCEPTED-WRONGLY' })
  })
})

test.each<[string, unknown]>([
  ['no version', { testcases: [good] }],
  ['no case', { version: 1, testcases: [] }],
  ['a result that is none', { version: 1, testcases: [{ ...good, expected_result: 'MAYBE' }] }],
  ['a time that is none', { version: 1, testcases: [{ ...good, validation_time: 'soon' }] }],
  ['a certificate that is no text', { version: 1, testcases: [{ ...good, trusted_certs: [1] }] }],
  [
    'a policy that is none',
    { version: 1, testcases: [{ ...good, pkits: { initial_policy_set: ['x'] } }] },
  ],
])('%s is an error of the file, never agreement', (_title, document) => {
  expect(() => runLimbo(document)).toThrow(FormError)
})

function failing(): never {
  throw new Error('oh')
}

test('an exception is no verdict', () => {
  const { differences } = runLimbo(
    { version: 1, testcases: [bad] },
    {},
    { ...ours, verify: failing },
  )
  expect(differences.map(({ fault }) => fault)).toEqual(['UNSUPPORTED'])
})
