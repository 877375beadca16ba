import { parseCertificates, parseTrustList } from '@gatehouse/certificate-trust'
import { ABOVE } from './certificates/world.ts'
import type { HostileText } from './hostile.ts'

const MOST = { file: 'T', maxBytes: 2 ** 26 }

const PEM = `-----BEGIN CERTIFICATE-----\n${Buffer.from(ABOVE.between).toString('base64')}\n-----END CERTIFICATE-----\n`

function pem(name: string, piece: string, head = '', tail = ''): HostileText {
  return {
    name: `PEM: ${name}`,
    make: (size) => head + piece.repeat(Math.ceil(size / piece.length)) + tail,
    read: (text) => parseCertificates(Buffer.from(text), MOST),
  }
}

function json(name: string, piece: (index: number) => string, head = '', tail = ''): HostileText {
  return {
    name: `trust-list: ${name}`,
    make: (size) => {
      const count = Math.ceil(size / piece(1000).length)
      return head + Array.from({ length: count }, (_, index) => piece(index)).join('') + tail
    },
    read: (text) => parseTrustList(text, MOST),
  }
}

/** Texts around certificates: PEM, and the list of those that are trusted. */
export const HOSTILE_TRUST_TEXTS: readonly HostileText[] = [
  pem('blocks', PEM),
  pem('beginnings', '-----BEGIN CERTIFICATE-----\n'),
  pem('ends', '-----END CERTIFICATE-----\n'),
  pem('lines', 'QUJD\n', '-----BEGIN CERTIFICATE-----\n'),
  pem('one line', 'QUJD', '-----BEGIN CERTIFICATE-----\n', '\n-----END CERTIFICATE-----\n'),
  pem('blanks', ' ', '-----BEGIN CERTIFICATE-----\n', '\n-----END CERTIFICATE-----\n'),
  pem('empty lines', '\n', '-----BEGIN CERTIFICATE-----'),
  json('depth', () => '['),
  json('fields', (n) => `"a${n}":1,`, '{', '"a":1}'),
  json('the same field', () => '"a":1,', '{', '"a":1}'),
  json(
    'entries that are none',
    () => '{},\n',
    '{"format":"gatehouse-trust-list/1","entries":[',
    '{}]}',
  ),
  json(
    'entries that are none, in one line',
    () => '{},',
    '{"format":"gatehouse-trust-list/1","entries":[',
    '{}]}',
  ),
  json('a note', () => 'x\\n', '{"entries":[{"note":"', '"}]}'),
  json('a string without end', () => '\\"', '"'),
  json('blanks', () => ' ', '{', '}'),
  json('digits', () => '1'),
]
