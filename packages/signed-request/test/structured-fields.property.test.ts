import fc from 'fast-check'
import {
  parseDictionary,
  parseList,
  serializeInnerList,
  Token,
  type Item,
} from 'structured-headers'
import { expect, it } from 'vitest'
import type { BareItem, InnerList } from '../src/structured-fields/model.ts'
import { readBase64, readByteSequences, readDictionary } from '../src/structured-fields/read.ts'
import { writeInnerList } from '../src/structured-fields/write.ts'

/** Letters that such texts are made of, so that many of them can be read. */
const PIECES =
  String.raw`a b1 * sig = ; , ( ) " \ \" : ?1 ?0 0 12 - . AAAA AA== AB== é "@path" :AAAA: =() @1`
    .split(' ')
    .concat(' ', '\t', '"x y"')

const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((all) => all.join(''))

/** What the other library read, in our terms; `undefined` for values of kinds that ours does not take. */
function ourItem([value, parameters]: Item): unknown {
  const all = [value, ...parameters.values()].map(ourValue)
  if (all.includes(undefined)) return undefined
  const named = [...parameters.keys()].map((name, index) => [name, all[index + 1]])
  return { value: all[0], parameters: named }
}

function ourValue(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex')
  if (value instanceof Token || value instanceof Date) return undefined
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

function plain(value: BareItem): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}

function plainMember(member: ReturnType<typeof memberOf>): unknown {
  const parameters = [...member.parameters].map(([name, value]) => [name, plain(value)])
  if ('value' in member) return { value: plain(member.value), parameters }
  return { items: member.items.map(plainMember), parameters }
}

function memberOf(text: string, name: string): InnerList | InnerList['items'][number] {
  const member = readDictionary(text)?.get(name)
  if (member === undefined) throw new Error('not read')
  return member
}

function theirMember(member: Item | [Item[], Item[1]]): unknown {
  const [value, parameters] = member
  if (!Array.isArray(value)) return ourItem([value, parameters])
  const items = value.map(ourItem)
  const named = ourItem([true, parameters]) as { parameters: unknown } | undefined
  if (items.includes(undefined) || named === undefined) return undefined
  return { items, parameters: named.parameters }
}

function theirs(text: string): Map<string, unknown> | undefined {
  try {
    const members = [...parseDictionary(text)] as [string, Item | [Item[], Item[1]]][]
    return new Map(members.map(([name, member]) => [name, theirMember(member)]))
  } catch {
    return undefined
  }
}

it('reads nothing that another reader does not, and reads it as that one does', () => {
  let both = 0
  fc.assert(
    fc.property(texts, (text) => {
      const own = readDictionary(text)
      if (own === undefined) return
      const other = theirs(text)
      expect(other).toBeDefined()
      const found = [...own.keys()].map((name) => [name, plainMember(memberOf(text, name))])
      expect(found).toEqual([...(other ?? [])])
      both += own.size > 0 ? 1 : 0
    }),
    { numRuns: 20_000 },
  )
  expect(both).toBeGreaterThan(50)
})

function isLax(text: string): boolean {
  return [...text.matchAll(/:([^:]*):/g)].some(
    ([, base64 = '']) => readBase64(base64) === undefined,
  )
}

it('reads what another reader reads but names twice, other kinds of values and lax base64', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const other = theirs(text)
      if (other === undefined || readDictionary(text) !== undefined) return
      const isOfOtherKind = [...other.values()].includes(undefined)
      const names = text.match(/[a-z*][a-z0-9*_.-]*/g) ?? []
      const isNamedTwice = new Set(names).size < names.length
      expect(isOfOtherKind || isNamedTwice || isLax(text)).toBe(true)
    }),
    { numRuns: 20_000 },
  )
})

const keys = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,9}$/)
const strings = fc.stringMatching(/^[\x20-\x7e]{0,20}$/)
const bareItems: fc.Arbitrary<BareItem> = fc.oneof(
  strings,
  fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
  fc.boolean(),
  fc.uint8Array({ maxLength: 20 }),
)
const parameters = fc
  .uniqueArray(fc.tuple(keys, bareItems), { selector: ([name]) => name, maxLength: 5 })
  .map((all) => new Map(all))
const lists: fc.Arbitrary<InnerList> = fc.record({
  items: fc.array(fc.record({ value: bareItems, parameters }), { maxLength: 6 }),
  parameters,
})

it('writes what it reads back, as another writer writes it', () => {
  fc.assert(
    fc.property(lists, (list) => {
      const text = writeInnerList(list)
      expect(plainMember(memberOf(`sig=${text}`, 'sig'))).toEqual(plainMember(list))
      const items = list.items.map((item) => [item.value, new Map(item.parameters)] as Item)
      expect(serializeInnerList([items, new Map(list.parameters)])).toBe(text)
    }),
  )
})

it.each(['a=1, a=2', 'a;b=1;b=1', 'a=();b;b', 'a, b, a'])(
  'reads nothing that names twice: %s',
  (text) => {
    expect(theirs(text)).toBeDefined()
    expect(readDictionary(text)).toBeUndefined()
  },
)

it('reads lists of byte sequences as another reader does', () => {
  const pieces = fc.array(fc.constantFrom(':AAAA:', ':AA==:', '::', ',', ' ', '\t', ';a', '1'), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(pieces, (all) => {
      const own = readByteSequences(all.join(''))
      if (own === undefined) return
      const other = parseList(all.join('')).map((item) => ourItem(item as Item))
      expect(own.map((value) => ({ value: plain(value), parameters: [] }))).toEqual(other)
    }),
  )
  expect(readByteSequences(':AAAA:, :AA==:')).toHaveLength(2)
})

it.each([
  `a=(${'1 '.repeat(300)})`,
  Array.from({ length: 300 }, (_, index) => `a${index}`).join(','),
  `a${Array.from({ length: 300 }, (_, index) => `;a${index}`).join('')}`,
])('reads no more than a bounded number of parts', (text) => {
  expect(theirs(text)).toBeDefined()
  expect(readDictionary(text)).toBeUndefined()
})

it.each([[Number.NaN], [1.5], [1e15], ['é'], ['\n']])('writes no form of %s', (value) => {
  expect(() => writeInnerList({ items: [], parameters: new Map([['a', value]]) })).toThrow(
    TypeError,
  )
})

it('writes no parameter whose name is none', () => {
  expect(() => writeInnerList({ items: [], parameters: new Map([['A', 1]]) })).toThrow(TypeError)
})
