import type { RevocationListFaultCode } from './codes.ts'

/** Ends the reading of a list. */
export class MalformedList extends Error {
  /** Why. */
  readonly fault: RevocationListFaultCode

  constructor(fault: RevocationListFaultCode) {
    super(fault)
    this.name = 'MalformedList'
    this.fault = fault
  }
}
