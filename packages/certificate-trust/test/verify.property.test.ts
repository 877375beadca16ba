import { ParseError } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CODES, MALFORMED_CODES, parseCertificate, verify, verifyEncoded } from '../src/index.ts'
import { BETWEEN, LEAF, oneOf, ROOT } from './world.ts'
import {
  AT,
  authority,
  encode,
  root,
  server,
  serverChanges,
  type Changes,
} from './writing/certificate.ts'
import { ascii, bytes, sequence, set, tlv } from './writing/der.ts'
import {
  ANY_POLICY,
  basicConstraints,
  CLIENT_AUTH,
  dns,
  extension,
  extKeyUsage,
  keyUsage,
  nameConstraints,
  policies,
  policyConstraints,
  SERVER_AUTH,
  subjectAltName,
} from './writing/extensions.ts'
import { signed } from './writing/keys.ts'

const ANCHORS = [root(ROOT)]
const INTERMEDIATE = authority(BETWEEN, ROOT)
const GOOD = server(LEAF, BETWEEN)

/** Any DER, some levels deep, of types that certificates are made of. */
const anyDer = fc.letrec<{ value: Uint8Array }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc
      .tuple(
        fc.constantFrom(1, 2, 3, 4, 5, 6, 0x0c, 0x13, 0x16, 0x17, 0x18),
        fc.uint8Array({ maxLength: 24 }),
      )
      .map(([tag, content]) => tlv(tag, content)),
    fc
      .tuple(fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 40 }))
      .map(([number, content]) => tlv(0x80 | number, content)),
    fc
      .tuple(
        fc.constantFrom(0x30, 0x31, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4),
        fc.array(tie('value'), { maxLength: 4 }),
      )
      .map(([tag, contents]) => tlv(tag, ...contents)),
  ),
})).value

const anyName = fc
  .array(
    fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('*', '.', '*.a.b', 'a@b', 'http://a')),
  )
  .map((texts) =>
    sequence(
      ...texts.map((text, index) => tlv(oneOf([0x82, 0x81, 0x86, 0x87], index), ascii(text))),
    ),
  )

const KNOWN = [14, 15, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 46, 54].map((arc) => `2.5.29.${arc}`)

/** What could stand there, in a place or a way in which it should not. */
const plausible = fc.oneof(
  fc
    .tuple(fc.boolean(), fc.option(fc.nat(3), { nil: 0 }), fc.boolean())
    .map(([isCa, pathLength, critical]) => basicConstraints(isCa, { pathLength, critical })),
  fc.array(fc.nat(8), { minLength: 1 }).map((bits) => keyUsage(...bits)),
  fc.constantFrom(SERVER_AUTH, CLIENT_AUTH, '2.5.29.37.0').map((purpose) => extKeyUsage(purpose)),
  fc
    .tuple(fc.domain(), fc.boolean())
    .map(([host, isPermitted]) =>
      nameConstraints({ [isPermitted ? 'permitted' : 'excluded']: [dns(host)] }),
    ),
  fc.domain().map((host) => subjectAltName(dns(host))),
  fc.record({ explicit: fc.nat(2), mapping: fc.nat(2) }).map((limits) => policyConstraints(limits)),
  fc.constantFrom('1.2.3', ANY_POLICY).map((policy) => policies(policy)),
  fc.boolean().map((critical) => extension('1.2.3', tlv(5), critical)),
)

const anyExtension = fc
  .tuple(
    fc.constantFrom(...KNOWN, '1.3.6.1.5.5.7.1.1', '1.2.3'),
    fc.oneof(anyDer, anyName),
    fc.boolean(),
  )
  .map(([type, value, critical]) => extension(type, value, critical))

const PARTS = [
  'serial',
  'issuer',
  'notBefore',
  'notAfter',
  'subject',
  'info',
  'innerAlgorithm',
] as const

/** Parts of a certificate replaced by others, or extensions replaced and added. */
const changes: fc.Arbitrary<Changes> = fc
  .record({
    part: fc.option(fc.tuple(fc.constantFrom(...PARTS), fc.oneof(anyDer, anyName))),
    extensions: fc.dictionary(
      fc.constantFrom('names', 'purposes', 'usage', 'subjectKey', 'authorityKey', 'odd', 'odder'),
      fc.option(fc.oneof(anyExtension, { weight: 4, arbitrary: plausible })),
    ),
  })
  .map(({ part, extensions }) => ({ extensions, ...(part && { [part[0]]: part[1] }) }))

const OPTIONS = {
  at: AT,
  anchors: ANCHORS,
  name: { dns: 'web01.example.com' },
  purpose: 'server',
} as const

test('a certificate with parts changed and signed anew gets a decision with a code, or an error', () => {
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(changes, changes, (ofPeer, ofIssuer) => {
      const issuer = encode(BETWEEN, ROOT, ofIssuer)
      const { decision } = verifyEncoded(
        [encode(LEAF, BETWEEN, serverChanges(ofPeer)), issuer, INTERMEDIATE.der],
        { ...OPTIONS, deviations: 'tolerate' },
      )
      for (const { code } of decision.reasons) expect(Object.keys(CODES)).toContain(code)
      outcomes.add(decision.reasons[0].code)
    }),
    { numRuns: 1500 },
  )
  // The changes reach the verifier, and not only the reader.
  expect(outcomes.size).toBeGreaterThan(5)
})

test('whatever is signed by nobody of the chain is never trusted', () => {
  fc.assert(
    fc.property(changes, (ofPeer) => {
      const forged = encode(LEAF, { name: BETWEEN.name, key: LEAF.key }, serverChanges(ofPeer))
      expect(verifyEncoded([forged, INTERMEDIATE.der], OPTIONS).decision.outcome).toBe('deny')
    }),
    { numRuns: 500 },
  )
})

test('any bytes are a certificate or a ParseError with a code', () => {
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    anyDer,
    anyDer.map((value) => signed(LEAF.key, value)),
  )
  fc.assert(
    fc.property(any, (given) => {
      try {
        parseCertificate(given, { file: 'any' })
      } catch (error) {
        if (!(error instanceof ParseError)) throw error
        expect(Object.keys(MALFORMED_CODES)).toContain(error.diagnostics[0].code)
      }
    }),
    { numRuns: 2000 },
  )
})

test('the order of what comes with a certificate changes nothing', () => {
  const others = [1, 2, 3].map(() => authority(BETWEEN, LEAF))
  fc.assert(
    fc.property(fc.shuffledSubarray([...others, INTERMEDIATE, ...ANCHORS]), (given) => {
      const { decision } = verify([GOOD, ...given], OPTIONS)
      expect(decision.outcome).toBe(given.includes(INTERMEDIATE) ? 'allow' : 'deny')
    }),
    { numRuns: 100 },
  )
})

test('a decision is the same for the same question', () => {
  const unsorted = { subject: sequence(set(bytes(0x30, 0))) }
  fc.assert(
    fc.property(fc.constantFrom<Changes>({}, { serial: bytes(2, 1, 0) }, unsorted), (given) => {
      const peer = encode(LEAF, BETWEEN, serverChanges(given))
      const ask = (): unknown => verifyEncoded([peer, INTERMEDIATE.der], OPTIONS).decision
      expect(ask()).toEqual(ask())
    }),
    { numRuns: 10 },
  )
})
