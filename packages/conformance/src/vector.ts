import { NO_POLICY_CODES, type NoPolicyCode, type TextOptions } from '@gatehouse/core'

/** One case of a vector file, whichever form the file has. */
export interface Vector {
  /** Where to find it again: the name, or the id of the file and the number of the case. */
  readonly name: string
  /** What there is to decide by. */
  readonly given: Given
  /** What is asked; absent when only the loading of the text is tried. */
  readonly request?: unknown
  /** The fields of the answer that must come out, each equal to the bottom. */
  readonly expect: Readonly<Record<string, unknown>>
}

/** A policy text, or the reason why there is none. */
export type Given =
  | { readonly text: string | Uint8Array; readonly options: Omit<TextOptions, 'file'> }
  | { readonly noPolicy: NoPolicyCode }

/** A document is not in a form that is known. The message says where. */
export class FormError extends Error {
  override readonly name = 'FormError'
}

/**
 * Reads the vectors of a document in either of the two forms:
 *
 * - by file: `{ files: [{ id, file, cases: [{ request, expect }] }] }`,
 * - by case: `{ cases: [{ name, given: { file | fileBase64 | noPolicy, options?, request? }, expect }] }`.
 *
 * @throws FormError for anything else: what is not understood must not pass for agreement.
 */
export function readVectors(document: unknown): Vector[] {
  const root = record(document, 'the document')
  if ('files' in root) return list(root['files'], 'files').flatMap(readFile)
  if ('cases' in root) return list(root['cases'], 'cases').map(readCase)
  throw new FormError('the document has neither `files` nor `cases`')
}

function readFile(item: unknown, index: number): Vector[] {
  const where = `files[${index}]`
  const { id, file, cases } = record(item, where)
  const text = string(file, `${where}.file`)
  const name = id === undefined ? where : string(id, `${where}.id`)
  return list(cases, `${where}.cases`).map((vector, number) => {
    const at = `${where}.cases[${number}]`
    const { request, expect } = record(vector, at)
    if (request === undefined) throw new FormError(`${at} has no request`)
    return {
      name: `${name} case ${number + 1}`,
      given: { text, options: {} },
      request,
      expect: readExpect(expect, at),
    }
  })
}

function readCase(item: unknown, index: number): Vector {
  const where = `cases[${index}]`
  const { name, given, expect } = record(item, where)
  const { request, ...material } = record(given, `${where}.given`)
  return {
    name: string(name, `${where}.name`),
    given: readGiven(material, `${where}.given`),
    ...(request === undefined ? {} : { request }),
    expect: readExpect(expect, where),
  }
}

function readGiven(given: Record<string, unknown>, where: string): Given {
  const { file, fileBase64, noPolicy, options = {} } = given
  if (noPolicy !== undefined) return { noPolicy: readNoPolicy(noPolicy, `${where}.noPolicy`) }
  const text =
    fileBase64 === undefined
      ? string(file, `${where}.file`)
      : Buffer.from(string(fileBase64, `${where}.fileBase64`), 'base64')
  return { text, options: record(options, `${where}.options`) }
}

function readNoPolicy(value: unknown, where: string): NoPolicyCode {
  const code = string(value, where)
  if (!Object.hasOwn(NO_POLICY_CODES, code)) throw new FormError(`${where} is no known code`)
  return code as NoPolicyCode
}

function readExpect(value: unknown, where: string): Vector['expect'] {
  const expect = record(value, `${where}.expect`)
  if (Object.keys(expect).length === 0) throw new FormError(`${where}.expect expects nothing`)
  return expect
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormError(`${where} is not an object`)
  }
  return value as Record<string, unknown>
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new FormError(`${where} is not a list`)
  return value
}

function string(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new FormError(`${where} is not a string`)
  return value
}
