import { describeWith, type Reason } from '@gatehouse/core'
import { TRUST_CODES } from '../trust/codes.ts'

const OWN = {
  /** See the fact for what Node's TLS says; have the certificate made anew so that it says nothing. */
  'refused-by-node': 'the verification that Node does itself refuses the certificate',
  /** See the error that was thrown: the list, the clock or the lists of revocations could not be had. */
  'verdict-failed': 'deciding about the certificate failed',
  /** Nothing to do, if peers may stay unknown; else require client certificates. */
  'client-anonymous': 'the connection is encrypted, and the client offers no certificate',
  /** Send the request over TLS. */
  'not-over-tls': 'the request did not come over TLS',
} as const

/** Every reason that a decision about a TLS connection can have; the sentence is for people. */
export const TLS_CODES: typeof TRUST_CODES & typeof OWN = { ...TRUST_CODES, ...OWN }

/** Code of a reason for a decision about a TLS connection. */
export type TlsCode = keyof typeof TLS_CODES

/** One line for people: the sentence of a reason's code, its facts and the certificate. */
export const describeTls: (reason: Reason<TlsCode>) => string = describeWith(TLS_CODES)
