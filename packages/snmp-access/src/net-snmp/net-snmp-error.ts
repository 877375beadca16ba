/** Why npm net-snmp cannot be put behind the responder: code, and a sentence for people. */
export const NET_SNMP_ERROR_CODES = {
  /** Install `net-snmp` in the version that this package names as its peer, beside it. */
  'peer-missing': 'the package `net-snmp` is not installed beside this one',
  /** Install the version named; another one has not been tried, and what is used of it is not documented. */
  'peer-version': 'the version of `net-snmp` is not the one that this package was made for',
  /** Give the module that stands beside this package: of another copy the version is not known. */
  'peer-copy': 'the module given is not the `net-snmp` that stands beside this package',
  /** Report it: the version is right, and yet something is not where it was. */
  'seam-changed': '`net-snmp` does not behave as this package needs',
  /** Make the Mib with `createMib` of the same module. */
  'mib-unknown': 'the Mib is not one of the module given',
} as const

/** A code of {@link NET_SNMP_ERROR_CODES}. */
export type NetSnmpErrorCode = keyof typeof NET_SNMP_ERROR_CODES

/** A module or Mib that is not taken. */
export class NetSnmpError extends Error {
  /** Tell errors apart by this, not by their class. */
  readonly code: NetSnmpErrorCode

  constructor(code: NetSnmpErrorCode, detail?: string, options?: ErrorOptions) {
    const sentence = NET_SNMP_ERROR_CODES[code]
    super(detail === undefined ? sentence : `${sentence}: ${detail}`, options)
    this.name = 'NetSnmpError'
    this.code = code
  }
}
