import { readFileSync } from 'node:fs'
import type { NoPolicyCode, TextOptions } from '@gatehouse/core'
import type { Level, Request } from '../src/index.ts'

/** The form of the given vectors: an Authorization.cfg, and requests with their decisions. */
export interface GivenFile {
  id: string
  file: string
  cases: {
    request: Request
    expect: { allowed: boolean; granted: Level; needed: Level; decidedBy: string }
  }[]
}

/** The form of our own vectors. */
export interface OwnCase {
  name: string
  given: {
    file?: string
    fileBase64?: string
    options?: Partial<TextOptions>
    noPolicy?: NoPolicyCode
    request?: Request
  }
  expect:
    | { errors: { code: string; line: number; column: number }[] }
    | {
        outcome: string
        code: string
        source: object
        granted: Level | null
        needed: Level | null
        decidedBy: string | null
      }
  origin: string
}

/** Label of every text in the vectors. */
export const FILE = 'Authorization.cfg'

export function readGiven(): GivenFile[] {
  return (read('public.json') as { files: GivenFile[] }).files
}

export function readOwn(): OwnCase[] {
  return (read('cases.json') as { cases: OwnCase[] }).cases
}

function read(name: string): unknown {
  const url = new URL(`../../../test-fixtures/bmc-authorization/${name}`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}
