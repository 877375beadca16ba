import { readFileSync } from 'node:fs'
import type { PatternCode, PatternForm, PatternOptions, Precedence } from '../src/index.ts'

export interface PatternVector {
  readonly name: string
  readonly given: { readonly text: string; readonly options?: PatternOptions }
  readonly expect:
    | {
        readonly outcome: 'pattern'
        readonly form: PatternForm
        readonly pattern: string
        readonly first: string
        readonly last: string
      }
    | { readonly outcome: 'refused'; readonly code: PatternCode; readonly offset: number }
}

export interface AddressVector {
  readonly name: string
  readonly given: { readonly text: string }
  readonly expect:
    { readonly outcome: 'address'; readonly address: string } | { readonly outcome: 'refused' }
}

export interface MatchVector {
  readonly name: string
  readonly given: { readonly rules: readonly string[] }
  readonly expect: Readonly<Record<Precedence, Readonly<Record<string, string | null>>>>
}

export const PATTERN_VECTORS = read('patterns') as readonly PatternVector[]
export const ADDRESS_VECTORS = read('addresses') as readonly AddressVector[]
export const MATCH_VECTORS = read('matches') as readonly MatchVector[]

function read(name: string): unknown {
  const file = new URL(`../../../test-fixtures/address-set/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}
