import { readFileSync } from 'node:fs'
import { ParseError } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

interface PublicVectors {
  readonly files: readonly {
    readonly id: string
    readonly file: string
    readonly cases: readonly {
      readonly request: hawk.Request
      readonly expect: { allowed: boolean; grants: number[]; restrictions: number[] }
    }[]
  }[]
}

interface OwnVectors {
  readonly cases: readonly {
    readonly name: string
    readonly given: { file?: string; fileBase64?: string; request?: hawk.Request }
    readonly expect: {
      outcome?: string
      code?: string
      source?: object
      errors?: { code: string; line: number; column: number }[]
    }
  }[]
}

const FIXTURES = new URL('../../../test-fixtures/hawk-trusted/', import.meta.url)
const given = JSON.parse(readFileSync(new URL('public.json', FIXTURES), 'utf8')) as PublicVectors
const own = JSON.parse(readFileSync(new URL('cases.json', FIXTURES), 'utf8')) as OwnVectors

function parse(text: string | Uint8Array): hawk.Policy {
  return hawk.parse(text, { file: 'Trusted.txt' })
}

describe('the given vectors agree', () => {
  test.each(given.files)('$id', ({ file, cases }) => {
    const policy = parse(file)
    for (const { request, expect: expected } of cases) {
      const { decision, grants, restrictions } = hawk.explain(policy, request)
      expect({ allowed: decision.outcome === 'allow', grants, restrictions }).toEqual(expected)
      expect(hawk.check(policy, request)).toEqual(decision)
    }
  })
})

describe('our own vectors agree', () => {
  test.each(own.cases)('$name', ({ given: { file, fileBase64, request }, expect: expected }) => {
    const text = file ?? Buffer.from(fileBase64 ?? '', 'base64')
    if (request === undefined) {
      expect(errorsOf(text)).toEqual(expected.errors)
      return
    }
    const { outcome, reasons } = hawk.check(parse(text), request)
    expect({ outcome, code: reasons[0].code, source: reasons[0].source }).toEqual(expected)
  })
})

function errorsOf(text: string | Uint8Array): object[] {
  try {
    parse(text)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source: { line, column } }) => ({ code, line, column }))
  }
  return []
}

describe('the vectors cover', () => {
  const reasons = new Set(own.cases.map((vector) => vector.expect.code))
  const errors = new Set(
    own.cases.flatMap((vector) => vector.expect.errors ?? []).map(({ code }) => code),
  )

  /** Held by `guard.test.ts`, `load.test.ts`: they need more than a file and a request. */
  const elsewhere = ['unknown-', 'policy-', 'text-too-large', 'not-utf-8']

  test.each(Object.keys(hawk.CODES).filter(isHere))('reason code %s', (code) => {
    expect(reasons).toContain(code)
  })

  test.each(Object.keys(hawk.LOAD_CODES).filter(isHere))('load error %s', (code) => {
    expect(errors).toContain(code)
  })

  function isHere(code: string): boolean {
    return !elsewhere.some((prefix) => code.startsWith(prefix))
  }
})
