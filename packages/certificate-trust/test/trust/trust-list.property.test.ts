import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatTrustList,
  parseTrustList,
  removeTrusted,
  rotate,
  trustList,
  TRUSTED_ROLES,
  verifyTrusted,
  type TrustedCertificate,
  type TrustList,
} from '../../src/index.ts'
import { LEAF, oneOf, ROOT, STRANGER } from '../world.ts'
import { AT, root, server } from '../writing/certificate.ts'
import { encoded, selfSigned } from './world.ts'

const POOL = [
  root(ROOT),
  server(LEAF, ROOT),
  selfSigned(LEAF),
  root(STRANGER),
  server(LEAF, STRANGER),
]

const anyInstant = fc.date({
  min: new Date(0),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
})
const anyEntry = fc
  .record({
    index: fc.nat(POOL.length - 1),
    role: fc.constantFrom(...TRUSTED_ROLES),
    until: fc.option(fc.oneof(anyInstant, fc.constantFrom(AT, new Date(AT.getTime() - 1000)))),
    note: fc.option(fc.string({ unit: 'binary', maxLength: 40 })),
  })
  .map(({ index, role, until, note }): TrustedCertificate => ({
    certificate: oneOf(POOL, index),
    role,
    ...(until === null ? {} : { until }),
    ...(note === null ? {} : { note }),
  }))
const anyEntries = fc.uniqueArray(anyEntry, {
  selector: ({ role, certificate }) => `${role} ${certificate.sha256}`,
  maxLength: 8,
})

const shape = ({ entries }: TrustList): readonly object[] =>
  entries.map(({ certificate, ...rest }) => ({ ...rest, sha256: certificate.sha256 }))

test('a list that is written is read as the same list', () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      const list = trustList(entries)
      expect(shape(parseTrustList(formatTrustList(list), { file: 'list' }))).toEqual(shape(list))
    }),
  )
})

test('the order of a list decides nothing, and a decision never throws', () => {
  const shuffled = anyEntries.chain((entries) =>
    fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
  )
  const role = fc.constantFrom('system' as const, 'console' as const)
  fc.assert(
    fc.property(shuffled, fc.nat(POOL.length - 1), role, ([one, other], index, asked) => {
      const options = { at: AT, role: asked, name: { dns: 'web01.example.com' } }
      const chain = encoded(oneOf(POOL, index))
      const [first, second] = [one, other].map(
        (entries) => verifyTrusted(trustList(entries), chain, options).decision,
      )
      expect(second?.outcome).toBe(first?.outcome)
      expect(second?.reasons[0]?.code).toBe(first?.reasons[0]?.code)
    }),
  )
})

test('a rotation has both trusted until its date, then the new one alone; done twice it is done once', () => {
  fc.assert(
    fc.property(anyInstant, anyEntries, (until, others) => {
      const [old, fresh] = [oneOf(POOL, 1), oneOf(POOL, 2)]
      const unmoved = others.filter(({ role }) => role !== 'system')
      const list = trustList([...unmoved, { certificate: old, role: 'system' }])
      const rotation = {
        from: old.sha256,
        to: { certificate: fresh, role: 'system' },
        until,
      } as const
      const rotated = rotate(list, rotation)
      expect(shape(rotate(rotated, rotation))).toEqual(shape(rotated))
      expect(shape(rotated).filter((entry) => 'role' in entry && entry.role !== 'system')).toEqual(
        shape(trustList(unmoved)),
      )
      const ends = new Map(
        rotated.entries
          .filter(({ role }) => role === 'system')
          .map((entry) => [entry.certificate, entry.until]),
      )
      expect(ends.get(fresh)).toBeUndefined()
      expect(ends.get(old)?.getTime()).toBe(Math.floor(until.getTime() / 1000) * 1000)
    }),
  )
})

test('what is removed is in no role any more, and all else stays', () => {
  fc.assert(
    fc.property(anyEntries, fc.nat(POOL.length - 1), (entries, index) => {
      const { sha256 } = oneOf(POOL, index)
      const kept = entries.filter(({ certificate }) => certificate.sha256 !== sha256)
      expect(shape(removeTrusted(trustList(entries), sha256))).toEqual(shape(trustList(kept)))
    }),
  )
})
