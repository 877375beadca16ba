import { describeWith, type Reason } from '@gatehouse/core'

/** Every reason that a decision about a certificate can have; the sentence is for people. */
export const CODES = {
  /** Nothing to do. */
  'chain-trusted': 'a chain of valid certificates leads to a trust anchor',

  /** See the fact: it names the rule, and the byte. Have the certificate made anew. */
  'certificate-malformed': 'the certificate cannot be read',
  /** Correct the clock of this machine, or wait. */
  'not-yet-valid': 'the certificate is not valid yet',
  /** Renew the certificate; check the clock of this machine first. */
  expired: 'the certificate is no longer valid',
  /** Import the authority that issued it, or have the peer send the certificates between. */
  'issuer-unknown': 'no chain leads from the certificate to a trust anchor',
  /** Compare its fingerprint with the system itself, then import it, or have an authority sign one. */
  'self-signed': 'the certificate vouches for itself, and is no trust anchor',
  /** Treat it as an attack until shown otherwise: somebody changed it, or another key signed. */
  'signature-invalid': 'the signature is not that of the issuer',
  /** Have it signed with SHA-256 or better; `weak` admits the old one for a while. */
  'signature-algorithm-weak': 'the signature algorithm is too weak to rely on',
  /** Have it signed with RSA, ECDSA or EdDSA. */
  'signature-algorithm-unsupported': 'the signature algorithm is not one that is accepted',
  /** Have a certificate issued for a stronger key; `weak` admits the old one for a while. */
  'key-weak': 'the key is too weak to rely on',
  /** Use RSA with 2048 to 8192 bits, P-256, P-384, P-521, Ed25519 or Ed448. */
  'key-unsupported': 'the key is not of a kind that is accepted',

  /** Somebody issued a certificate with a key that must not issue any. */
  'issuer-not-ca': 'the issuer is not a certificate authority',
  /** Have the authority made anew with the key usage keyCertSign. */
  'issuer-key-usage': 'the key of the issuer may not sign certificates',
  /** A certificate authority stands deeper than one above it allows. */
  'path-too-long': 'there are more certificate authorities in the chain than one of them allows',
  /** Raise `maxIntermediates`, if the chain is meant. */
  'chain-too-deep': 'the chain is longer than the verifier may follow',
  /** The certificate is for something else: see the fact. */
  'purpose-not-allowed': 'the certificate may not be used for this purpose',
  /** Name the purposes in the certificate: without, it is good for none here. */
  'purpose-missing': 'the certificate names no purpose',
  /** The key of the certificate may not do what the caller asks for. */
  'key-usage-not-allowed': 'the key may not be used this way',
  /** See the fact: software that understands the extension is needed. */
  'critical-extension-unknown': 'the certificate has a critical extension that is not understood',

  /** Have the authority above name what is permitted, or use another authority. */
  'name-not-permitted': 'an authority in the chain may not issue for this name',
  /** As above. */
  'name-excluded': 'an authority in the chain must not issue for this name',
  /** Have the authority made anew: its constraints cannot be read. */
  'name-constraint-malformed': 'the constraints of an authority are not well-formed',
  /** Have a certificate without that form of name issued. */
  'name-constraint-unsupported': 'an authority constrains a form of name that is not supported',
  /** Have the certificate made anew: a name in it is none. */
  'name-malformed': 'a name in the certificate is not well-formed',
  /** Browse by a name that stands in the certificate, or have one issued with this name. */
  'name-mismatch': 'the certificate is for other names',
  /** Have one issued with the name as subject alternative name. The common name does not count. */
  'name-missing': 'the certificate has no subject alternative name',

  /** Ask for a policy that the chain is issued under, or have it issued under this one. */
  'policy-not-allowed': 'the chain is not issued under an acceptable policy',

  /** Have the authority made anew: RFC 5280, 4.2.1.5. */
  'policy-mapping-of-any': 'an authority maps the policy that stands for any',

  /** Stop using it: the authority took it back. */
  revoked: 'the certificate is revoked',
  /** Get a current list, or decide that unknown is good enough (`onUnknown`). */
  'revocation-unknown': 'no list says whether the certificate is revoked',

  /** Ask why somebody sends so much; then raise the limit that the fact names. */
  'budget-exhausted': 'there is more to try than the verifier may spend',

  /** Have it made anew with a serial number of RFC 5280, 4.1.2.2. */
  'serial-number-not-positive': 'the serial number is not positive',
  /** As above. */
  'serial-number-too-long': 'the serial number has more than twenty bytes',
  /** Have it made anew: RFC 5280, 4.1.2.5. */
  'time-type-wrong': 'a time is written as a type that its year does not use',
  /** Have it made anew: RFC 5280, 4.1.2.4. */
  'issuer-empty': 'the issuer has no name',
  /** Have it made anew: RFC 5280, 4.1.2.6. */
  'subject-empty': 'the certificate authority has no name',
  /** Have it made anew as version 3. */
  'version-too-old': 'the certificate is not of version 3',
  /** Have it made anew: RFC 5280, 4.2.1.9. */
  'basic-constraints-not-critical': 'the basic constraints of an authority are not critical',
  /** Have it made anew: RFC 5280, 4.2.1.9. */
  'path-length-without-ca': 'a path length stands in what is no authority',
  /** Have it made anew: RFC 5280, 4.2.1.3. */
  'key-usage-without-ca': 'the key may sign certificates, and is not that of an authority',
  /** Have it made anew: RFC 5280, 4.2.1.1. */
  'authority-key-identifier-missing': 'the identifier of the issuing key is missing',
  /** Have it made anew: RFC 5280, 4.2.1.1. */
  'authority-key-identifier-critical': 'the identifier of the issuing key is critical',
  /** Have it made anew: CA/Browser Forum Baseline Requirements, 7.1.2.11.1. */
  'authority-key-identifier-incomplete':
    'the identifier of the issuing key is not of the form allowed',
  /** Have it made anew: the root names a key that is not its own. */
  'authority-key-identifier-mismatch': 'the root names another key as its own',
  /** Have it made anew: RFC 5280, 4.2.1.2. */
  'subject-key-identifier-missing': 'the identifier of an authority’s key is missing',
  /** Have it made anew: RFC 5280, 4.2.1.2. */
  'subject-key-identifier-critical': 'the identifier of the key is critical',
  /** Have it made anew: RFC 5280, 4.2.1.6. */
  'subject-alt-name-criticality':
    'the alternative names are critical where they may not be, or are not where they must',
  /** Have it made anew: RFC 5280, 4.2.1.10. */
  'name-constraints-not-critical': 'the name constraints are not critical',
  /** Have it made anew: RFC 5280, 4.2.1.10. */
  'name-constraints-without-ca': 'name constraints stand in what is no authority',
  /** Have it made anew: RFC 5280, 4.2.1.11. */
  'policy-constraints-not-critical': 'the policy constraints are not critical',
  /** Have it made anew: RFC 5280, 4.2.2. */
  'access-critical': 'an extension that says where more is to be had is critical',
  /** Have a certificate of its own issued for the server: CA/Browser Forum Baseline Requirements, 7.1.2.7.8. */
  'authority-as-peer': 'the certificate of an authority is used by a peer',
  /** Have it made anew: CA/Browser Forum Baseline Requirements, 7.1.2.1.2. */
  'root-with-purposes': 'the root names purposes',
  /** Have it made anew for a key of a size that is a multiple of eight. */
  'key-size-odd': 'the size of the RSA key is not a multiple of eight',
} as const

/** Code of a reason for a decision about a certificate. */
export type Code = keyof typeof CODES

/** One line for people: the sentence of a reason's code, its facts and the certificate. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)
