import { readFileSync } from 'node:fs'
import type { NoPolicyCode } from '@gatehouse/core'
import {
  parse,
  type Caller,
  type ConfigurationRequest,
  type FileKind,
  type Request,
  type State,
  type StateFiles,
  type StateOptions,
} from '../src/index.ts'

type Text = string | { base64: string }

/** The form of our own vectors. */
export interface OwnCase {
  name: string
  given: {
    files?: Partial<Record<FileKind, Text>>
    options?: Partial<StateOptions>
    noPolicy?: NoPolicyCode
    request?: Request
    caller?: Caller
    configuration?: ConfigurationRequest
    list?: Caller
    change?: { do: string; with: unknown[] }
  }
  expect:
    | { errors: { code: string; file: string; line: number; column: number }[] }
    | { outcome: string; code: string; source: object | null; also?: string[] }
    | { systems: string[] }
  origin: string
}

const url = new URL('../../../test-fixtures/toolbox-authorization/cases.json', import.meta.url)

const content = JSON.parse(readFileSync(url, 'utf8')) as {
  world: Record<FileKind, string>
  cases: OwnCase[]
}

export const { cases } = content

/** Reads the world of the vectors with the files and options that a case brings. */
export function stateOf({ files = {}, options = {} }: OwnCase['given']): State {
  const texts = { ...content.world, ...files }
  const sources = Object.entries(texts).map(([file, text]) => {
    const bytes = typeof text === 'string' ? text : Buffer.from(text.base64, 'base64')
    return [file, { text: bytes, file }]
  })
  return parse(Object.fromEntries(sources) as StateFiles, { cms: 'cms', ...options })
}
