import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchesGlob } from '../src/glob.ts'
import * as tcp from '../src/index.ts'
import { goodFile, request, requests } from './arbitraries.ts'
import { libwrap, requestOf, strict } from './policies.ts'

/** The definition, word for word: slow, and plain to see. */
function matchesNaively(pattern: string, text: string): boolean {
  const [first] = pattern
  if (first === undefined) return text === ''
  const rest = pattern.slice(1)
  if (first === '*') {
    return Array.from({ length: text.length + 1 }, (_, skipped) => skipped).some((skipped) =>
      matchesNaively(rest, text.slice(skipped)),
    )
  }
  return text !== '' && (first === '?' || first === text[0]) && matchesNaively(rest, text.slice(1))
}

function textOf(...signs: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...signs), { maxLength: 7 }).map((parts) => parts.join(''))
}

it('matches a pattern as its definition does', () => {
  fc.assert(
    fc.property(textOf('a', 'b', '*', '?'), textOf('a', 'b'), (pattern, text) => {
      expect(matchesGlob(pattern, text)).toBe(matchesNaively(pattern, text))
    }),
    { numRuns: 2000 },
  )
})

it.each(['*?', 'a*', '*a?', '**'])('comes to an end with a pattern of many `%s`', (part) => {
  const name = 'a'.repeat(63)
  const names = `${name}.${name}.${name}.${name}`.slice(0, 250)
  const rule = `bgssd: ${part.repeat(900).slice(0, 1900)}zx`
  const asked = requestOf({ name: names })
  expect(tcp.check(strict([rule]), asked).outcome).toBe('deny')
  expect(tcp.check(libwrap([rule], ['ALL: ALL']), asked).outcome).toBe('deny')
})

it('finds by its index the rule that the explanation finds by asking every one', () => {
  fc.assert(
    fc.property(goodFile, goodFile, (allow, deny) => {
      const policy = tcp.parse({ allow, deny }, { profile: 'libwrap' })
      for (const asked of requests) {
        const { matched, rules } = tcp.explain(policy, asked)
        const first = rules.find(({ says }) => says === 'decides' || says === 'too-late')
        const place = first === undefined ? null : { file: first.file, line: first.line }
        expect(matched).toEqual(place)
        expect(rules.filter(({ says }) => says === 'decides').length).toBe(place === null ? 0 : 1)
      }
    }),
    { numRuns: 40 },
  )
})

it('answers for an IPv4-mapped peer as for the IPv4 one', () => {
  fc.assert(
    fc.property(goodFile, goodFile, request, (allow, deny, asked) => {
      const { client } = asked
      fc.pre(!client.address.includes(':'))
      const mapped = { ...asked, client: { ...client, address: `::ffff:${client.address}` } }
      for (const profile of ['strict', 'libwrap'] as const) {
        try {
          const policy = tcp.parse({ allow, deny }, { profile })
          expect(tcp.check(policy, mapped)).toEqual(tcp.check(policy, asked))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_PARSE' })
        }
      }
    }),
  )
})
