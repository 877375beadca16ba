import { ParseError } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'
import { entryLine, goodFile, request } from './arbitraries.ts'

const parse = (text: string | Uint8Array): hawk.Policy => hawk.parse(text, { file: 'T' })

/** The rules as the facts state them, straight over the lines: no index, nothing shared with `src`. */
function oracle(text: string, asked: hawk.Request): { grants: number[]; restrictions: number[] } {
  const found: { grants: number[]; restrictions: number[] } = { grants: [], restrictions: [] }
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith('<')) continue
    const isRestriction = line.startsWith('!')
    const fields = (isRestriction ? line.slice(1) : line).match(/"[^"]*"|[^ \t]+/g) ?? []
    const [user = '', node = '+', microagent = '*', method] = fields.map((f) =>
      f.replaceAll('"', ''),
    )
    const same = (a: string, b: string): boolean =>
      isRestriction ? a.toLowerCase() === b.toLowerCase() : a === b
    const parts = node.split(/[ :]/)
    const isAction = asked.impact !== 'INFO'
    const isGroup = asked.scope === 'group'
    const isNode =
      node === '*'
        ? isRestriction || !isGroup
        : node === '+'
          ? !isRestriction || isGroup || fields[1] === undefined
          : same(parts[0] ?? '', asked.node.name) || parts[0] === '*'
    const isPlace =
      parts.length === 1 ||
      ((parts[1] === '*' || same(parts[1] ?? '', asked.node.dns)) &&
        (parts[2] === '*' || same(parts[2] ?? '', asked.node.domain)))
    const isMethod =
      method === undefined ||
      (method === '*' && (isRestriction || !isAction)) ||
      (method === '+' && (!isRestriction || isAction)) ||
      method === asked.method
    const isCovered =
      (user === '*' || same(user, asked.user)) &&
      isNode &&
      isPlace &&
      (microagent === '*' || microagent === asked.microagent) &&
      isMethod
    if (isCovered) found[isRestriction ? 'restrictions' : 'grants'].push(index + 1)
  }
  return found
}

test('the index answers as the lines read one by one', () => {
  fc.assert(
    fc.property(goodFile, fc.array(request, { minLength: 1, maxLength: 8 }), (text, requests) => {
      const policy = parse(text)
      for (const [index, asked] of requests.entries()) {
        const { grants, restrictions } = oracle(text, asked)
        const { outcome, reasons } = hawk.check(policy, asked)
        const isAllowed = grants.length > 0 && restrictions.length === 0
        expect(outcome).toBe(isAllowed ? 'allow' : 'deny')
        const decided = restrictions[0] ?? grants[0]
        if (decided !== undefined) expect(reasons[0].source).toEqual({ file: 'T', line: decided })
        if (index > 0) continue
        expect(hawk.explain(policy, asked)).toMatchObject({ grants, restrictions })
      }
    }),
    { numRuns: 1000 },
  )
})

test('the order of the lines does not change an outcome', () => {
  fc.assert(
    fc.property(fc.array(entryLine, { maxLength: 8 }), request, (lines, asked) => {
      const outcome = (text: readonly string[]): string =>
        hawk.check(parse(text.join('\n')), asked).outcome
      expect(outcome(lines.toReversed())).toBe(outcome(lines))
    }),
  )
})

test('adding a restriction never turns a deny into an allow', () => {
  fc.assert(
    fc.property(goodFile, entryLine, request, (text, line, asked) => {
      fc.pre(line.startsWith('!') && hawk.check(parse(text), asked).outcome === 'deny')
      expect(hawk.check(parse(`${line}\n${text}`), asked).outcome).toBe('deny')
    }),
  )
})

test('format keeps every line and parses to an equal policy', () => {
  fc.assert(
    fc.property(goodFile, (text) => {
      const policy = parse(text)
      const formatted = hawk.format(policy)
      expect(parse(formatted)).toEqual(policy)
      expect(hawk.format(parse(formatted))).toBe(formatted)
    }),
  )
})

test('parse throws nothing but ParseError, whatever the bytes', () => {
  const damaged = fc
    .tuple(goodFile, fc.nat(), fc.uint8Array({ maxLength: 4 }))
    .map(([text, at, bytes]) => {
      const good = Buffer.from(text)
      const cut = at % (good.length + 1)
      return Buffer.concat([good.subarray(0, cut), bytes, good.subarray(cut)])
    })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      for (const encoding of ['ascii', 'utf-8'] as const) {
        try {
          const policy = hawk.parse(bytes, { file: 'T', encoding })
          expect(hawk.parse(hawk.format(policy), { file: 'T', encoding })).toEqual(policy)
        } catch (error) {
          if (!(error instanceof ParseError)) throw error
          expect(
            error.diagnostics.every(({ source }) => source.line > 0 && source.column > 0),
          ).toBe(true)
        }
      }
    }),
    { numRuns: 1000 },
  )
})
