/** Why bytes are not what they should be; the sentence is for people. */
export const MALFORMED_CODES = {
  /** Get the file again: it is cut off, or a length in it is wrong. */
  'der-truncated': 'a length reaches beyond the end',
  /** Convert it to DER: BER's indefinite length has no place here. */
  'der-length-indefinite': 'the length is indefinite',
  /** Have it made anew by software that writes DER. */
  'der-length-not-minimal': 'the length is written with more bytes than it needs',
  /** Have it made anew: no structure read here uses such a tag. */
  'der-tag-unsupported': 'the tag number is written in several bytes',
  /** Check that the file is of the kind that it is given as. */
  'der-tag-unexpected': 'another kind of value is expected here',
  /** Remove what stands behind the value. */
  'der-trailing-data': 'there is more behind the value than there may be',
  /** Have it made anew by software that writes DER. */
  'der-boolean-not-canonical': 'a boolean is neither 0x00 nor 0xFF',
  /** Have it made anew by software that writes DER. */
  'der-integer-malformed': 'an integer is empty or has more bytes than it needs',
  /** Have it made anew: the number is larger than any that makes sense here. */
  'der-integer-too-large': 'an integer is larger than its place allows',
  /** Have it made anew by software that writes DER. */
  'der-oid-malformed': 'an object identifier is not well-formed',
  /** Have it made anew by software that writes DER. */
  'der-bit-string-malformed': 'a bit string counts its unused bits wrongly, or they are not zero',
  /** Have it made anew: RFC 5280, 4.1.2.5 has the forms. */
  'der-time-malformed': 'a time is not in the form that its type and year need',
  /** Have it made anew: a character does not belong to the type of the string. */
  'der-string-malformed': 'a string holds what its type does not allow',
  /** Have it made anew by software that writes DER. */
  'der-default-encoded': 'a value that is the default is written out',
  /** Have it made anew by software that writes DER. */
  'der-set-unsorted': 'the elements of a set are not in their order',
  /** Give a smaller file: the limit stands in the options. */
  'too-large': 'there are more bytes than the limit allows',
  /** Have it made anew: RFC 5280, 4.2 allows an extension once. */
  'extension-repeated': 'an extension stands twice',
  /** Have it made anew: RFC 5280, 4.1.2.1. */
  'version-mismatch': 'the version does not allow what the certificate holds',
  /** Have it made anew: RFC 5280, 4.1.1.2. */
  'signature-algorithm-mismatch': 'the two fields that name the signature algorithm differ',
  /** Have it made anew: RFC 5280, 4.2.1 says what each extension holds. */
  'extension-malformed': 'an extension does not hold what it should',
  /** Have it made anew: RFC 5280, 4.1.2.4 and 4.1.2.6. */
  'name-malformed': 'a name is not well-formed',
  /** Have it made anew: RFC 2986, 4.1 allows an attribute once, with one list of extensions. */
  'attribute-malformed': 'an attribute does not hold what it should',
  /** Ask for the certificates alone: this is a message that somebody signed. */
  'bundle-not-certificates-only': 'the PKCS#7 message holds more than certificates and lists',
  /** Ask for it again: nothing is in it. */
  'bundle-empty': 'the PKCS#7 message holds no certificate',
  /** Give what the authority sent back (X.509 or PKCS#7): this is what was sent to it (PKCS#10). */
  'request-instead-of-certificate':
    'this is a request (PKCS#10), and no certificate (X.509 or PKCS#7)',
  /** Give the certificate that belongs to the key. Nobody else should have this file. */
  'private-key-instead-of-certificate': 'this is a private key, and no certificate',
  /** Import it as PKCS#12, with its passphrase. */
  'key-store-instead-of-certificate': 'this is a PKCS#12 store, and no certificate',
  /** Give it where revocation lists are asked for. */
  'list-instead-of-certificate': 'this is a revocation list, and no certificate',
  /** Check the file: a PEM block has no end, or not the one that belongs to its beginning. */
  'pem-malformed': 'a PEM block is not well-formed',
  /** Check the file: there is nothing of the kind that is asked for. */
  'pem-missing': 'there is no PEM block of the kind that is asked for',
} as const

/** Code of an error in the bytes of a certificate, list or request. */
export type MalformedCode = keyof typeof MALFORMED_CODES
