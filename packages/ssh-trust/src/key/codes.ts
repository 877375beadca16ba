/** Why a key blob, a key's text or a key file was refused: code, and a sentence for people. */
export const KEY_FAULTS = {
  /** The blob is longer than any key can be: look where it comes from. */
  'blob-too-long': 'the key is longer than 16 KiB',
  /** The blob ends inside a field: copy the key again, whole. */
  'blob-truncated': 'the key ends inside a field',
  /** Bytes follow the last field: the key was put together by hand or damaged; get it again. */
  'blob-trailing': 'bytes follow the last field of the key',
  /** A name inside the blob holds bytes that no name has: get the key again from its owner. */
  'text-malformed': 'a name inside the key is not plain text',
  /** The key type is none of the table: a newer or private type, or a misspelt one. */
  'type-unknown': 'the key type is not known',
  /** The blob or line is a certificate where a plain key is expected. */
  'type-certificate': 'this is a certificate, not a plain key',
  /** The type written before the blob is not the one inside: correct the line. */
  'type-mismatch': 'the type before the key is not the type inside it',
  /** The curve named inside the blob is not the one of its type: get the key again. */
  'curve-mismatch': 'the curve inside the key is not the one of its type',
  /** The point is in the compressed form, which SSH does not use: export the key with ssh-keygen. */
  'point-compressed': 'the point of the key is compressed',
  /** The point is no uncompressed point of the curve's length. */
  'point-malformed': 'the point of the key has not the form or length of its curve',
  /** The point lies not on the curve: the key is damaged or made to attack; do not use it. */
  'point-not-on-curve': 'the point of the key is not on its curve',
  /** The point is one that no key generation yields: do not use the key. */
  'point-weak': 'a coordinate of the point is too small or too large',
  /** An Ed25519 key is not 32 bytes long. */
  'length-wrong': 'the key has not the length of its type',
  /** A number is negative: the key was written by faulty software. */
  'number-negative': 'a number of the key is negative',
  /** A number has more than 16384 bits. */
  'number-too-long': 'a number of the key has more than 16384 bits',
  /** A number is zero that cannot be. */
  'number-zero': 'a number of the key is zero',
  /** The RSA modulus has less than 1024 bits: have the owner make a new key. */
  'modulus-too-short': 'the RSA key has less than 1024 bits',
  /** The RSA modulus is even. */
  'modulus-even': 'the RSA modulus is even',
  /** The RSA exponent is even, 1, or not below the modulus: anybody could sign with it. */
  'exponent-unusable': 'the RSA exponent is even, 1, or not below the modulus',
  /** The base64 has foreign characters, lacks padding, or has stray bits at its end: copy it again. */
  'base64-malformed': 'the base64 of the key is malformed',
  /** The line is not a type, a blank and a key. */
  'line-malformed': 'the line is not a type, a blank and a key',
  /** An RFC 4716 block lacks its end, or its headers break the rules. */
  'rfc4716-malformed': 'the RFC 4716 block is malformed',
  /** A PEM block lacks its end, or its content is not a public key. */
  'pem-malformed': 'the PEM block is malformed',
  /** A PEM block cannot say what a security key is bound to: use a line or RFC 4716. */
  'form-unfit': 'a security key cannot be written in PEM',
  /** The file holds a private key: it was offered by mistake. Consider it disclosed if it was sent. */
  'private-key': 'this is a private key',
  /** The file is larger than an import may be. */
  'file-too-long': 'the file is larger than 1 MiB',
} as const

/** Code of one way in which a key can be malformed. */
export type KeyFaultCode = keyof typeof KEY_FAULTS

/** A refused key. A {@link KeyFault} is data, so that one bad line does not end a file. */
export interface KeyFault {
  /** What was wrong first. */
  readonly fault: KeyFaultCode
}
