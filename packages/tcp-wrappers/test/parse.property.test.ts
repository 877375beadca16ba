import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { goodFile, request, requests, soup } from './arbitraries.ts'
import { errorsOf } from './policies.ts'

const profile = fc.constantFrom('strict', 'libwrap' as const)

it('throws nothing but a ParseError, and answers whatever it has read', () => {
  fc.assert(
    fc.property(soup, soup, profile, request, (allow, deny, as, asked) => {
      const errors = errorsOf(() => tcp.check(tcp.parse({ allow, deny }, { profile: as }), asked))
      for (const { code } of errors) expect(tcp.LOAD_CODES).toHaveProperty(code)
    }),
  )
})

it('refuses bytes, or reads them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), profile, (bytes, as) => {
      errorsOf(() => tcp.parse({ allow: bytes, deny: bytes }, { profile: as }))
    }),
  )
})

it('formats to text that reads as an equal policy', () => {
  fc.assert(
    fc.property(fc.oneof(goodFile, soup), fc.oneof(goodFile, soup), profile, (allow, deny, as) => {
      const read = (files: tcp.Files): tcp.Policy => tcp.parse(files, { profile: as })
      fc.pre(errorsOf(() => read({ allow, deny })).length === 0)
      const policy = read({ allow, deny })
      const texts = tcp.format(policy)
      const again = read(texts)
      expect(contentOf(again)).toEqual(contentOf(policy))
      expect(tcp.format(again)).toEqual(texts)
      for (const asked of requests.slice(0, 40)) {
        expect(tcp.check(again, asked)).toEqual(tcp.check(policy, asked))
      }
    }),
  )
})

it('grants no client without a name in strict that libwrap would refuse', () => {
  const unnamed = requests.filter(({ client }) => client.name === null && client.user === null)
  fc.assert(
    fc.property(goodFile, goodFile, (allow, deny) => {
      fc.pre(errorsOf(() => tcp.parse({ allow, deny })).length === 0)
      const strict = tcp.parse({ allow, deny })
      const libwrap = tcp.parse({ allow, deny }, { profile: 'libwrap' })
      for (const asked of unnamed) {
        if (tcp.check(strict, asked).outcome === 'deny') continue
        expect(tcp.check(libwrap, asked).outcome).toBe('allow')
      }
    }),
  )
})

/** What a policy says, less how its rules are written. */
function contentOf(policy: tcp.Policy): unknown {
  return JSON.parse(
    JSON.stringify(policy, (key, value: unknown) => (key === 'text' ? undefined : value)),
  )
}
