import { describeWith, NO_POLICY_CODES, TEXT_CODES, type Reason } from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do: this line has the key for this name. */
  'key-known': 'a line of the host has this key',
  /** Nothing to do; add a line for `[host]:port` if the port should stand on its own. */
  'key-known-for-bare-name':
    'no line has this name with its port, and one of the bare name has this key',
  /** Nothing to do: this line names the authority that signed the certificate, and the certificate holds. */
  'certificate-trusted': 'a line of the host has the authority that signed the certificate',
  /** Compare the fingerprint with one that came another way; then nothing more is to be done. */
  'host-added': 'the host is not known yet, and its first key is accepted and written down',
  /** Find out who set the mode that accepts every key, and end it. */
  'key-accepted-insecurely': 'the mode that accepts every key lets this one pass',
  /** Get the key's fingerprint another way, compare, then add the key. */
  'host-unknown': 'no line has this host',
  /**
   * Ask the system's keeper whether its key was changed and compare the fingerprint. Only then replace the
   * key of this one name.
   */
  'key-changed': 'the host is known with another key',
  /** Do not connect. The key was stolen or given up: the system needs a new one. */
  'key-revoked': 'a line marks this key, or the authority behind it, as revoked for the host',
  /** As `key-revoked`; the line has the host without the port. */
  'key-revoked-for-bare-name': 'a line marks this key as revoked for the bare name of the host',
  /** Do not connect: the list of revoked keys names this key or certificate. */
  'key-on-revocation-list': 'the list of revoked keys has this key or certificate',
  /** Mend the list of revoked keys: while it cannot be asked, no key is accepted. */
  'revocations-unavailable': 'the list of revoked keys cannot be asked',
  /** Look whether both ports belong to one system; then its keys should agree. */
  'bare-name-has-other-key': 'the bare name of the host is known with another key',
  /** Have the certificate renewed, or made out to this name; the plain key inside was tried instead. */
  'certificate-refused': 'the authority is known for the host, and its certificate does not hold',
  /** Connect by a name without these characters, or set an alias. */
  'name-not-writable': 'the name has characters that mean something else in a known_hosts line',
  /** Have the system make an RSA key of the length needed, or use Ed25519. */
  'key-too-short': 'the RSA key is shorter than required',
  /** Have the system make a key of another type: DSA keys are broken, and OpenSSH has dropped them. */
  'key-type-refused': 'keys of this type are not accepted',
  /** Mend the caller: host, alias or port is missing, empty or not possible. */
  'request-malformed': 'a field of the request is missing, empty or not possible',
} as const

/** Why a host's key was accepted or refused. */
export const HOST_CODES: typeof DECISION_CODES & typeof NO_POLICY_CODES = {
  ...DECISION_CODES,
  ...NO_POLICY_CODES,
}

/** A code of {@link HOST_CODES}. */
export type HostCode = keyof typeof HOST_CODES

/** One line for people: what a reason means, its facts, and where it comes from. */
export const describeHost: (reason: Reason<HostCode>) => string = describeWith(HOST_CODES)

/** Why a line of known_hosts says nothing. */
export const LINE_FAULTS = {
  /** The markers are `@cert-authority` and `@revoked`, in small letters, once, a blank after them. */
  'marker-malformed': 'unknown, repeated or unfinished marker',
  /** A line is names, key type, key; a blank after a comma ends the names. */
  'line-truncated': 'the line has no key',
  /** Hash the name again: the salt must be 20 bytes. */
  'hash-malformed': 'the hashed name is malformed',
  /** Copy the key again from its owner; `fault` says what is wrong with it. */
  'key-malformed': 'the key is malformed or of an unknown type',
} as const

/** A code of {@link LINE_FAULTS}. */
export type LineFaultCode = keyof typeof LINE_FAULTS

/** What stops a known_hosts text from being read: a void line with a marker (profile `strict`), or its size. */
export const KNOWN_HOSTS_LOAD_CODES: typeof LINE_FAULTS &
  Pick<typeof TEXT_CODES, 'text-too-large'> = {
  ...LINE_FAULTS,
  'text-too-large': TEXT_CODES['text-too-large'],
}

/** A code of {@link KNOWN_HOSTS_LOAD_CODES}. */
export type KnownHostsLoadCode = keyof typeof KNOWN_HOSTS_LOAD_CODES
