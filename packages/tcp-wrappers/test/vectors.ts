import { readFileSync } from 'node:fs'
import type { NoPolicyCode } from '@gatehouse/core'
import type { ParseOptions, Request } from '../src/index.ts'

/** The form of the given vectors: two rule files, a request, and what libwrap answered. */
export interface GivenCase {
  name: string
  allow: string | null
  deny: string | null
  daemon: string
  hostname: string
  address: string
  user: string
  server?: { address: string; port: number }
  verdict: 'granted' | 'denied'
  matched: [string, number] | null
}

type OwnFile = string | null | { noPolicy: NoPolicyCode } | { base64: string }

/** The form of our own vectors. */
export interface OwnCase {
  name: string
  given: {
    files?: { allow: OwnFile; deny: OwnFile }
    options?: Omit<ParseOptions, 'readList'> & { lists?: Record<string, string> }
    noPolicy?: NoPolicyCode
    request?: Request
  }
  expect:
    | { errors: { code: string; file: string; line: number; column: number }[] }
    | {
        outcome: string
        code: string
        source: object
        facts?: object
        matched: [string, number] | null
      }
  origin: string
}

export function readGiven(): GivenCase[] {
  return (read('public.json') as { cases: GivenCase[] }).cases
}

export function readOwn(): OwnCase[] {
  return (read('cases.json') as { cases: OwnCase[] }).cases
}

function read(name: string): unknown {
  const url = new URL(`../../../test-fixtures/tcp-wrappers/${name}`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}
