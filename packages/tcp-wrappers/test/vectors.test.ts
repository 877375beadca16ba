import { noPolicy, ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { policyOfOwn, requestOfGiven } from './policies.ts'
import { readGiven, readOwn, type OwnCase } from './vectors.ts'

const own = readOwn()

describe('the given vectors', () => {
  it.each(readGiven())('$name', (given) => {
    const { allow, deny, verdict, matched } = given
    const policy = tcp.parse({ allow, deny }, { profile: 'libwrap' })
    const request = requestOfGiven(given)
    const { decision, matched: place } = tcp.explain(policy, request)
    expect(tcp.check(policy, request)).toEqual(decision)
    expect({
      verdict: decision.outcome === 'allow' ? 'granted' : 'denied',
      matched: place === null ? null : [place.file, place.line],
    }).toEqual({ verdict, matched })
  })
})

describe('our own vectors', () => {
  it.each(own)('$name', ({ given, expect: expected }) => {
    expect(answerOf(given)).toEqual(expected)
  })

  it('have a name of their own each', () => {
    expect(new Set(own.map(({ name }) => name)).size).toBe(own.length)
  })

  it('cover every reason code', () => {
    const covered = own.flatMap((one) => ('code' in one.expect ? [one.expect.code] : []))
    expect(new Set(covered)).toEqual(new Set(Object.keys(tcp.CODES)))
  })

  it('cover every load error', () => {
    const covered = own.flatMap((one) => ('errors' in one.expect ? one.expect.errors : []))
    expect(new Set(covered.map(({ code }) => code))).toEqual(new Set(Object.keys(tcp.LOAD_CODES)))
  })

  it('cover every rule of a file, a list, an option and a request', () => {
    const rules = own.map(({ origin }) => Number(/^rule TW-(\d+), /.exec(origin)?.[1]))
    const ranges = [
      [1, 11],
      [20, 33],
      [40, 43],
      [45, 45],
      [50, 52],
    ] as const
    const all = ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    )
    expect(new Set(rules)).toEqual(new Set(all))
  })
})

function answerOf(given: OwnCase['given']): OwnCase['expect'] {
  let policy
  try {
    const { noPolicy: lack } = given
    policy = lack === undefined ? policyOfOwn(given) : noPolicy(lack, 'hosts.allow')
  } catch (error) {
    return { errors: diagnosticsOf(error) }
  }
  const request = given.request as tcp.Request
  const { decision, matched } = tcp.explain(policy, request)
  expect(tcp.check(policy, request)).toEqual(decision)
  const [{ code, source = {}, facts }] = decision.reasons
  return {
    outcome: decision.outcome,
    code,
    source,
    ...(facts === undefined ? {} : { facts }),
    matched: matched === null ? null : [matched.file, matched.line],
  }
}

function diagnosticsOf(
  error: unknown,
): { code: string; file: string; line: number; column: number }[] {
  if (!(error instanceof ParseError)) throw error
  return error.diagnostics.map(({ code, source: { file, line, column }, width, excerpt }) => {
    expect(width).toBeGreaterThan(0)
    expect(excerpt.length).toBeLessThanOrEqual(120)
    return { code, file, line, column }
  })
}
