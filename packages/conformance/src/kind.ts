import { noPolicy, type NoPolicy, type ParseError, type TextOptions } from '@gatehouse/core'
import { FormError } from './form.ts'
import type { Given, Question, Vector } from './vector.ts'

/** A model as the runner sees it: an implementation that may be ours or anybody's. */
export interface Kind<Implementation extends object = object> {
  /** The kind's name on the command line. */
  readonly name: string
  /** Our own implementation. */
  readonly ours: Implementation
  /** Names of the functions that another implementation has to export. */
  readonly needs: readonly string[]
  /** Questions beside `request` that it answers. Default: none. */
  readonly asks?: readonly Question[]
  /** Reads the vectors of a document. Default: in the forms that all kinds share. */
  readonly read?: (document: unknown) => Vector[]
  /** Loads what is given and answers a request by it; without a request only loads. */
  answer(implementation: Implementation, given: Given, request: unknown, question: Question): Answer
}

/** The fields of an answer by name, as vectors expect them. */
export type Answer = Readonly<Record<string, unknown>>

/** What came of loading: something to decide by, and the place and code of every error. */
export interface Loaded<Policy> {
  readonly policy: Policy | NoPolicy
  readonly errors: readonly object[]
}

/** Loads what is given. A text with errors gives the same as a file with errors: no policy. */
export function load<Policy>(
  parse: (text: string | Uint8Array, options: TextOptions) => Policy,
  given: Given,
  label: string,
): Loaded<Policy> {
  if ('noPolicy' in given) return { policy: noPolicy(given.noPolicy, label), errors: [] }
  if ('files' in given) throw new FormError('this kind takes one text')
  try {
    return { policy: parse(given.text, { ...given.options, file: label }), errors: [] }
  } catch (error) {
    if (!isParseError(error)) throw error
    const errors = error.diagnostics.map(({ code, source: { line, column } }) => ({
      code,
      line,
      column,
    }))
    return { policy: noPolicy('policy-malformed', label), errors }
  }
}

/** By code, not by class: another implementation may stand on another copy of core. */
export function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_PARSE'
}
