/** Object identifiers of PKCS#5, PKCS#9 and PKCS#12, by the name that their documents give them. */
export const STORE_OID = {
  // RFC 8018, appendix A and B
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha1: '1.2.840.113549.2.7',
  hmacWithSha224: '1.2.840.113549.2.8',
  hmacWithSha256: '1.2.840.113549.2.9',
  hmacWithSha384: '1.2.840.113549.2.10',
  hmacWithSha512: '1.2.840.113549.2.11',
  desEde3Cbc: '1.2.840.113549.3.7',
  aes128Cbc: '2.16.840.1.101.3.4.1.2',
  aes192Cbc: '2.16.840.1.101.3.4.1.22',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  // RFC 7292, appendix C
  shaAnd3KeyTripleDes: '1.2.840.113549.1.12.1.3',
  shaAnd2KeyTripleDes: '1.2.840.113549.1.12.1.4',
  shaAnd128BitRc2: '1.2.840.113549.1.12.1.5',
  shaAnd40BitRc2: '1.2.840.113549.1.12.1.6',
  // RFC 7292, 4 and appendix D
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  localKeyId: '1.2.840.113549.1.9.21',
} as const
