import {
  parseBundle,
  parseCertificateFile,
  parseRequest,
  type MalformedCode,
  type ReadOptions,
} from '../src/index.ts'
import { formatPem } from '../src/input/pem.ts'
import { BETWEEN, LEAF } from './world.ts'
import { encodeBundle } from './writing/bundle.ts'
import { encode } from './writing/certificate.ts'
import { ascii, bytes, integer, octets, oid, sequence } from './writing/der.ts'
import { dns, subjectAltName } from './writing/extensions.ts'
import { encodeList } from './writing/list.ts'
import { encodeRequest, extensionRequest, requestAttribute } from './writing/request.ts'

/** Something that is refused when it is read, beside certificates and lists. */
export interface FileRefusal {
  readonly code: MalformedCode
  readonly title: string
  readonly read: (options: ReadOptions) => unknown
}

const CERTIFICATE = encode(LEAF, BETWEEN)
const REQUEST = encodeRequest(LEAF)
const NAMES = extensionRequest(subjectAltName(dns('web01.example.com')))

function request(code: MalformedCode, title: string, given: Uint8Array): FileRefusal {
  return { code, title, read: (options) => parseRequest(given, options) }
}

function bundle(code: MalformedCode, title: string, given: Uint8Array): FileRefusal {
  return { code, title, read: (options) => parseBundle(given, options) }
}

function file(code: MalformedCode, title: string, given: Uint8Array): FileRefusal {
  return { code, title, read: (options) => parseCertificateFile(given, options) }
}

const withAttributes = (...attributes: readonly Uint8Array[]): Uint8Array =>
  encodeRequest(LEAF, { attributes })
const pem = (label: string, der: Uint8Array): Uint8Array => ascii(formatPem(label, der))

export const FILE_REFUSALS: readonly FileRefusal[] = [
  request('version-mismatch', 'a request of version 2', encodeRequest(LEAF, { version: 1 })),
  request('attribute-malformed', 'an attribute twice', withAttributes(NAMES, NAMES)),
  request(
    'attribute-malformed',
    'an attribute without a value',
    withAttributes(requestAttribute('1.2.3')),
  ),
  request(
    'attribute-malformed',
    'two lists of extensions',
    withAttributes(
      requestAttribute(
        '1.2.840.113549.1.9.14',
        sequence(subjectAltName(dns('a.example.com'))),
        sequence(subjectAltName(dns('b.example.com'))),
      ),
    ),
  ),
  request(
    'attribute-malformed',
    '65 attributes',
    withAttributes(
      ...Array.from({ length: 65 }, (_, index) => requestAttribute(`1.2.${index}`, integer(1))),
    ),
  ),
  request(
    'der-set-unsorted',
    'attributes in another order',
    withAttributes(requestAttribute('1.2.4', integer(1)), requestAttribute('1.2.3', integer(1))),
  ),
  request(
    'extension-repeated',
    'names twice',
    encodeRequest(LEAF, {
      extensions: [subjectAltName(dns('a.example.com')), subjectAltName(dns('b.example.com'))],
    }),
  ),
  request('extension-malformed', 'no extension', withAttributes(extensionRequest())),
  request('der-tag-unexpected', 'a certificate as a request', CERTIFICATE),
  request('der-trailing-data', 'a byte behind a request', new Uint8Array([...REQUEST, 0])),
  request(
    'der-trailing-data',
    'two requests',
    ascii(formatPem('CERTIFICATE REQUEST', REQUEST).repeat(2)),
  ),
  request('pem-missing', 'a certificate in PEM as a request', pem('CERTIFICATE', CERTIFICATE)),

  bundle('bundle-empty', 'a bundle without certificates', encodeBundle()),
  bundle(
    'bundle-not-certificates-only',
    'a bundle with contents',
    encodeBundle({ certificates: [CERTIFICATE], contents: bytes(1) }),
  ),
  bundle(
    'bundle-not-certificates-only',
    'a bundle that somebody signed',
    encodeBundle({ certificates: [CERTIFICATE], signers: [sequence(integer(1))] }),
  ),
  bundle(
    'bundle-not-certificates-only',
    'a PKCS#7 message of another type',
    encodeBundle({ certificates: [CERTIFICATE], type: '1.2.840.113549.1.7.3' }),
  ),
  bundle(
    'version-mismatch',
    'a bundle of version 2',
    encodeBundle({ certificates: [CERTIFICATE], version: 2 }),
  ),
  bundle(
    'der-tag-unexpected',
    'an attribute certificate in a bundle',
    encodeBundle({ certificates: [bytes(0xa1, 0x00)] }),
  ),
  bundle('der-length-indefinite', 'a bundle in BER', bytes(0x30, 0x80, 0x06, 0x00)),
  bundle(
    'too-large',
    'a bundle beyond its limit',
    new Uint8Array(16 * 1024 * 1024 + 1).fill(0x30, 0, 1),
  ),

  file('request-instead-of-certificate', 'a request', REQUEST),
  file('request-instead-of-certificate', 'a request in PEM', pem('CERTIFICATE REQUEST', REQUEST)),
  file(
    'request-instead-of-certificate',
    'a request in PEM with the older label',
    pem('NEW CERTIFICATE REQUEST', REQUEST),
  ),
  file(
    'request-instead-of-certificate',
    'a request with the label of a certificate',
    pem('CERTIFICATE', REQUEST),
  ),
  file(
    'private-key-instead-of-certificate',
    'a key of PKCS#8',
    sequence(integer(0), sequence(oid('1.3.101.112')), octets(bytes(4, 1, 0))),
  ),
  file('private-key-instead-of-certificate', 'a key of PKCS#1', sequence(integer(0), integer(33))),
  file(
    'private-key-instead-of-certificate',
    'a key of SEC 1',
    sequence(integer(1), octets(bytes(1, 2, 3))),
  ),
  file(
    'private-key-instead-of-certificate',
    'an encrypted key',
    sequence(sequence(oid('1.2.840.113549.1.5.13')), octets(bytes(1))),
  ),
  file(
    'private-key-instead-of-certificate',
    'a key in PEM with the old encryption',
    ascii(
      formatPem('RSA PRIVATE KEY', bytes(1, 2, 3)).replace(
        '\n',
        '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n',
      ),
    ),
  ),
  file(
    'key-store-instead-of-certificate',
    'a PKCS#12 store',
    sequence(integer(3), sequence(oid('1.2.840.113549.1.7.1'))),
  ),
  file('list-instead-of-certificate', 'a revocation list', encodeList(BETWEEN)),
  file('list-instead-of-certificate', 'a list in PEM', pem('X509 CRL', encodeList(BETWEEN))),
  file('pem-missing', 'a block of another kind', pem('DH PARAMETERS', bytes(1))),
  file('der-truncated', 'half a certificate', CERTIFICATE.subarray(0, 100)),
]
