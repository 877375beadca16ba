import { ERRORS, type ErrorCode } from '@gatehouse/protocol'

/** Why an allowed request gives no result. Never a refusal: that is a decision, and guards make it. */
export class Failure extends Error {
  /** Code for the answer. */
  readonly code: ErrorCode
  /** Path of the field of the request at fault. */
  readonly field?: string

  constructor(
    code: ErrorCode,
    details: { readonly message?: string; readonly field?: string; readonly cause?: unknown } = {},
  ) {
    const { message = ERRORS[code].message, field, cause } = details
    super(message, { cause })
    this.name = 'Failure'
    this.code = code
    if (field !== undefined) this.field = field
  }
}
