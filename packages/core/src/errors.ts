import type { Diagnostic } from './diagnostics.ts'
import { formatSource, type SourceRef } from './source-ref.ts'

/** Codes of {@link GatehouseError}: what went wrong on our side, never a refusal. */
export type ErrorCode = 'ERR_PARSE' | 'ERR_CONFIG' | 'ERR_LIMIT'

/** What an error may carry besides its message. */
export interface ErrorDetails {
  /** Where the error comes from. */
  readonly source?: SourceRef
  /** The error behind this one. */
  readonly cause?: unknown
}

/**
 * Base of the errors that the packages throw. Refusals are not errors, they are a `Decision`.
 *
 * Tell errors apart by `code`: two copies of a package would break `instanceof`.
 */
export abstract class GatehouseError extends Error {
  /** Stable, machine-readable kind of the error. */
  abstract readonly code: ErrorCode
  /** Where the error comes from, if it has a place. */
  readonly source?: SourceRef

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = new.target.name
    if (details.source !== undefined) this.source = details.source
  }
}

/** A text does not follow its grammar. Carries every error found, not only the first. */
export class ParseError extends GatehouseError {
  readonly code = 'ERR_PARSE'
  /** Every error in the order of the text; at most the parser's limit of them. */
  readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]
  /** How many errors there were, those beyond the limit included. */
  readonly total: number

  constructor(
    diagnostics: readonly [Diagnostic, ...Diagnostic[]],
    total: number = diagnostics.length,
  ) {
    const [first] = diagnostics
    const more = total > 1 ? `, the first of ${total} errors` : ''
    super(`${formatSource(first.source)}: ${first.message}${more}`, { source: first.source })
    this.diagnostics = diagnostics
    this.total = total
  }
}

/** A configuration cannot be used. */
export class ConfigError extends GatehouseError {
  readonly code = 'ERR_CONFIG'
}

/** A stated limit was reached before the work was done. */
export class LimitError extends GatehouseError {
  readonly code = 'ERR_LIMIT'
}
