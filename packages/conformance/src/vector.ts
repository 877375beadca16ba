import { NO_POLICY_CODES, type NoPolicyCode, type TextOptions } from '@gatehouse/core'
import { FormError, list, record, string } from './form.ts'
import { readRuleFiles } from './rule-files.ts'

/** One case of a vector file, whichever form the file has. */
export interface Vector {
  /** Where to find it again: the name, or the id of the file and the number of the case. */
  readonly name: string
  /** What there is to decide by. */
  readonly given: Given
  /** What is asked; absent when only the loading of the text is tried. */
  readonly request?: unknown
  /** What kind of question that is, after the field of `given` that holds it. Default `request`. */
  readonly question?: Question
  /** The fields of the answer that must come out, each equal to the bottom. */
  readonly expect: Readonly<Record<string, unknown>>
}

/** Questions beside the usual one; which of them there are, the kind knows. */
const OTHER_QUESTIONS = ['caller', 'configuration', 'list', 'change'] as const

/** What may be asked. */
export type Question = 'request' | (typeof OTHER_QUESTIONS)[number]

/** A policy text, several by name, or the reason why there is none. */
export type Given = GivenText | GivenFiles | { readonly noPolicy: NoPolicyCode }

/** A policy that is one text. */
export interface GivenText {
  readonly text: string | Uint8Array
  readonly options: Omit<TextOptions, 'file'>
}

/** A policy that is several texts; how its options are read, the kind knows. */
export interface GivenFiles {
  /** Text by name; `null` for a file that is missing, or the reason why it could not be read. */
  readonly files: Readonly<Record<string, GivenFile>>
  readonly options: Readonly<Record<string, unknown>>
}

/** One of several texts. */
export type GivenFile = string | Uint8Array | null | { readonly noPolicy: NoPolicyCode }

/**
 * Reads the vectors of a document in one of the three forms:
 *
 * - by file: `{ files: [{ id, file, cases: [{ request, expect }] }] }`,
 * - by case: `{ cases: [{ name, given: { file | fileBase64 | files | noPolicy, options?, request? }, expect }] }`;
 *   with `world`, files by name that every case has, less those that it brings itself,
 * - by pair of rule files: `{ cases: [{ name, allow, deny, daemon, hostname, address, user, verdict, … }] }`.
 *
 * @throws FormError for anything else: what is not understood must not pass for agreement.
 */
export function readVectors(document: unknown): Vector[] {
  const root = record(document, 'the document')
  if ('files' in root) return list(root['files'], 'files').flatMap(readFile)
  if ('cases' in root) {
    const world = root['world'] === undefined ? undefined : record(root['world'], 'world')
    return list(root['cases'], 'cases').map((item, index) => readCase(item, index, world))
  }
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

function readCase(
  item: unknown,
  index: number,
  world: Record<string, unknown> | undefined,
): Vector {
  const where = `cases[${index}]`
  const fields = record(item, where)
  if (!('given' in fields)) return readRuleFiles(fields, where)
  const { name, given, expect } = fields
  const { request, ...material } = record(given, `${where}.given`)
  return {
    name: string(name, `${where}.name`),
    given: readGiven(inWorld(material, world), `${where}.given`),
    ...(request === undefined ? otherQuestion(material, where) : { request }),
    expect: readExpect(expect, where),
  }
}

function inWorld(
  given: Record<string, unknown>,
  world: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (world === undefined || given['noPolicy'] !== undefined) return given
  const own = given['files']
  return { ...given, files: own === undefined ? world : { ...world, ...record(own, 'files') } }
}

function otherQuestion(
  given: Record<string, unknown>,
  where: string,
): Pick<Vector, 'request' | 'question'> {
  const [question, ...more] = OTHER_QUESTIONS.filter((name) => given[name] !== undefined)
  if (more.length > 0) throw new FormError(`${where}.given asks more than one thing`)
  return question === undefined ? {} : { request: given[question], question }
}

function readGiven(given: Record<string, unknown>, where: string): Given {
  const { file, fileBase64, files, noPolicy, options = {} } = given
  if (files !== undefined) {
    if (file !== undefined || fileBase64 !== undefined || noPolicy !== undefined) {
      throw new FormError(`${where} has \`files\` beside another text`)
    }
    return {
      files: readFiles(files, `${where}.files`),
      options: record(options, `${where}.options`),
    }
  }
  if (noPolicy !== undefined) return { noPolicy: readNoPolicy(noPolicy, `${where}.noPolicy`) }
  const text =
    fileBase64 === undefined
      ? string(file, `${where}.file`)
      : Buffer.from(string(fileBase64, `${where}.fileBase64`), 'base64')
  return { text, options: record(options, `${where}.options`) }
}

function readFiles(value: unknown, where: string): GivenFiles['files'] {
  const files = Object.entries(record(value, where))
  return Object.fromEntries(
    files.map(([name, file]) => [name, readGivenFile(file, `${where}.${name}`)]),
  )
}

function readGivenFile(value: unknown, where: string): GivenFile {
  if (value === null || typeof value === 'string') return value
  const { noPolicy, base64 } = record(value, where)
  if (noPolicy !== undefined) return { noPolicy: readNoPolicy(noPolicy, `${where}.noPolicy`) }
  return Buffer.from(string(base64, `${where}.base64`), 'base64')
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
