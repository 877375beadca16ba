import type { MalformedCode } from '../malformed-codes.ts'

/** An error in DER, thrown while reading and caught where reading began. */
export class DerFault extends Error {
  readonly code: MalformedCode
  /** Byte at fault, from 0, in what was given to the reader that was made first. */
  readonly offset: number

  constructor(code: MalformedCode, offset: number) {
    super(code)
    this.code = code
    this.offset = offset
  }
}
