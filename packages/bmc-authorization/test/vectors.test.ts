import { noPolicy, ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { FILE, readGiven, readOwn, type OwnCase } from './vectors.ts'

const own = readOwn()

describe('the given vectors', () => {
  it.each(readGiven())('$id: every case agrees', ({ file, cases }) => {
    const policy = bmc.parse(file, { file: FILE })
    const answers = cases.map(({ request }) => {
      const { decision, granted, needed, decidedBy } = bmc.explain(policy, request)
      expect(bmc.check(policy, request)).toBe(decision)
      return { allowed: decision.outcome === 'allow', granted, needed, decidedBy }
    })
    expect(answers).toEqual(cases.map((one) => one.expect))
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
    expect(new Set(covered)).toEqual(new Set(Object.keys(bmc.CODES)))
  })

  it('cover every load error', () => {
    const covered = own.flatMap((one) => ('errors' in one.expect ? one.expect.errors : []))
    expect(new Set(covered.map(({ code }) => code))).toEqual(new Set(Object.keys(bmc.LOAD_CODES)))
  })

  it('cover every rule of a file and of a decision', () => {
    const rules = own.map(({ origin }) => /^rule (BMC-\d+), /.exec(origin)?.[1])
    const all = Array.from({ length: 19 }, (_, index) => `BMC-${index + 1}`)
    expect(new Set(rules)).toEqual(new Set(all))
  })
})

function answerOf(given: OwnCase['given']): OwnCase['expect'] {
  let policy
  try {
    policy =
      given.noPolicy === undefined
        ? bmc.parse(textOf(given), { file: FILE, ...given.options })
        : noPolicy(given.noPolicy, FILE)
  } catch (error) {
    return { errors: diagnosticsOf(error) }
  }
  const request = given.request as bmc.Request
  const { decision, granted, needed, decidedBy } = bmc.explain(policy, request)
  expect(bmc.check(policy, request)).toBe(decision)
  const [{ code, source = {} }] = decision.reasons
  return { outcome: decision.outcome, code, source, granted, needed, decidedBy }
}

function textOf({ file, fileBase64 }: OwnCase['given']): string | Uint8Array {
  return fileBase64 === undefined ? (file as string) : Buffer.from(fileBase64, 'base64')
}

function diagnosticsOf(error: unknown): { code: string; line: number; column: number }[] {
  if (!(error instanceof ParseError)) throw error
  return error.diagnostics.map(({ code, source, width, excerpt }) => {
    expect(source.file).toBe(FILE)
    expect(width).toBeGreaterThan(0)
    expect(excerpt.length).toBeLessThanOrEqual(120)
    return { code, line: source.line, column: source.column }
  })
}
