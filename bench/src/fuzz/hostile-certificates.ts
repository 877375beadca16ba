import {
  parseBundle,
  parseCertificate,
  parseCertificateLists,
  verify,
  type Certificate,
} from '@gatehouse/certificate-trust'
import { around, inPlace, integer, oid, sequence, time, tlv, utf8 } from '../certificates/der.ts'
import {
  alternativeNames,
  AT,
  authority,
  extension,
  issue,
  nameConstraints,
  nameOf,
  serverOf,
  signed,
} from '../certificates/issue.ts'
import { fill, nested } from './certificates/sizes.ts'
import { ABOVE, BETWEEN, ROOT, SERVER_HOLDER } from './certificates/world.ts'
import type { HostileText } from './hostile.ts'

const MOST = { file: 'T', maxBytes: 2 ** 26 }
const HOST = 'web01.example.com'

/** A family of texts that are bytes: what they are read by gets the bytes. */
function bytes(
  name: string,
  make: (size: number) => Uint8Array,
  read: (given: Buffer) => unknown,
): HostileText {
  return {
    name,
    make: (size) => Buffer.from(make(size)).toString('latin1'),
    read: (text) => read(Buffer.from(text, 'latin1')),
  }
}

function certificate(given: Uint8Array): Certificate {
  return parseCertificate(given, MOST)
}

/** Asked for a name that it does not have, so that all are looked at; with policies asked for as well. */
function verifyLeaf(given: Uint8Array): unknown {
  return verify([certificate(given), certificate(ABOVE.between)], {
    at: AT,
    anchors: [ABOVE.root],
    name: [{ dns: 'other.example.org' }, { ip: '192.0.2.7' }, { mail: 'other@example.org' }],
  })
}

/** As an authority above a usual certificate. */
function verifyBelow(given: Uint8Array): unknown {
  return verify([LEAF, certificate(given)], {
    at: AT,
    anchors: [ABOVE.root],
    policies: { requireExplicit: true, acceptable: ['1.2.3.1'] },
  })
}

const LEAF = certificate(
  issue(SERVER_HOLDER, BETWEEN, {
    extensions: [...serverOf(HOST), extension('2.5.29.32', sequence(sequence(oid('1.2.3.1'))))],
  }),
)

function leaf(...extensions: readonly Uint8Array[]): Buffer {
  return issue(SERVER_HOLDER, BETWEEN, { extensions })
}

function subject(content: Uint8Array): Buffer {
  const name = sequence(tlv(0x31, sequence(oid('2.5.4.3'), content)))
  return issue(SERVER_HOLDER, BETWEEN, { subject: name, extensions: serverOf(HOST) })
}

function list(...contents: readonly Uint8Array[]): Buffer {
  return listOf(nameOf('Between'), ...contents)
}

function listOf(issuer: Uint8Array, ...contents: readonly Uint8Array[]): Buffer {
  const { key } = BETWEEN
  const from = time('2026-11-01T00:00:00Z')
  const until = time('2027-11-01T00:00:00Z')
  return signed(key, sequence(integer(1), key.algorithm, issuer, from, until, ...contents))
}

const SINCE = time('2026-11-02T00:00:00Z')

function entry(index: number, ...extensions: readonly Uint8Array[]): Buffer {
  const own = extensions.length === 0 ? [] : [sequence(...extensions)]
  return sequence(integer(0x100_0000 + index), SINCE, ...own)
}

function longName(size: number): Buffer {
  return nameOf('x'.repeat(size))
}

function readLists(given: Buffer): unknown {
  return parseCertificateLists(given, MOST)
}

/** Looks up a certificate that has as many points as the list has names of points. */
function lookUp(given: Buffer): unknown {
  const [names, der] = [nodesAt(given, 0), nodesAt(given, 1)]
  const lists = parseCertificateLists(der, MOST)
  return verify([certificate(names), certificate(ABOVE.between)], {
    at: AT,
    anchors: [ABOVE.root],
    revocation: { lists, depth: 'peer' },
  })
}

/** The values that a pair was made of: each behind its length in four bytes. */
function nodesAt(given: Buffer, index: number): Buffer {
  const first = given.readUInt32BE(0)
  return index === 0 ? given.subarray(4, 4 + first) : given.subarray(4 + first)
}

function pair(first: Buffer, second: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(first.length)
  return Buffer.concat([length, first, second])
}

const point = (index: number): Buffer =>
  inPlace(6, Buffer.from(`http://${String(index).padStart(8, '0')}.example.com`))

/** For every reader of certificates, what its loops have most to do with. */
export const HOSTILE_CERTIFICATES: readonly HostileText[] = [
  bytes(
    'certificate: extensions',
    (size) =>
      leaf(
        ...serverOf(HOST),
        fill(size, (n) => extension(`1.2.3.${n}`, tlv(0x05))),
      ),
    verifyLeaf,
  ),
  bytes(
    'certificate: deep, an extension',
    (size) => leaf(extension('1.2.3', nested(size))),
    verifyLeaf,
  ),
  bytes(
    'certificate: deep, names',
    (size) => leaf(extension('2.5.29.17', sequence(nested(size, 0xa4)))),
    certificate,
  ),
  bytes('certificate: deep', (size) => nested(size), certificate),
  ...([1, 2, 6, 7, 8] as const).map((kind) =>
    bytes(
      `certificate: many names of kind ${kind}`,
      (size) =>
        leaf(alternativeNames(fill(size, (n) => inPlace(kind, Buffer.from(`a${n % 9}@b.c`))))),
      verifyLeaf,
    ),
  ),
  bytes(
    'certificate: directory names',
    (size) => leaf(alternativeNames(fill(size, (n) => around(4, nameOf(`n${n}`))))),
    verifyLeaf,
  ),
  ...['a.', 'a@', '.', '-', '*.', 'http://', '/', ':', '\0'].map((piece) =>
    bytes(
      `certificate: one name of ${JSON.stringify(piece)}`,
      (size) => {
        const text = Buffer.from(piece.repeat(size / piece.length))
        return leaf(alternativeNames(...[1, 2, 6].map((kind) => inPlace(kind, text))))
      },
      verifyLeaf,
    ),
  ),
  bytes(
    'certificate: names under constraints',
    (size) =>
      authority(
        BETWEEN,
        ROOT,
        nameConstraints(
          [],
          times(size / 20, (n) => `d${n}.example.org`),
        ),
      ),
    verifyBelow,
  ),
  ...[' ', 'a ', 'ﷺ', 'a\u0300', ',+=', '\ud800\udc00'].map((piece) =>
    bytes(
      `certificate: subject of ${JSON.stringify(piece)}`,
      (size) => subject(utf8(piece.repeat(size / Buffer.byteLength(piece)))),
      verifyLeaf,
    ),
  ),
  bytes(
    'certificate: subject of wide characters',
    (size) => subject(tlv(0x1e, Buffer.alloc(size, 0x41))),
    verifyLeaf,
  ),
  bytes(
    'certificate: parts of a name',
    (size) =>
      issue(SERVER_HOLDER, BETWEEN, {
        subject: sequence(fill(size, (n) => tlv(0x31, sequence(oid('2.5.4.3'), utf8(`n${n}`))))),
        extensions: [],
      }),
    certificate,
  ),
  bytes(
    'certificate: attributes of one part of a name',
    (size) =>
      issue(SERVER_HOLDER, BETWEEN, {
        subject: sequence(
          tlv(
            0x31,
            fill(size, (n) => sequence(oid('2.5.4.3'), utf8(String(n).padStart(8, '0')))),
          ),
        ),
        extensions: [],
      }),
    certificate,
  ),
  bytes(
    'certificate: purposes',
    (size) => leaf(extension('2.5.29.37', sequence(fill(size, (n) => oid(`1.2.${n}`))))),
    verifyLeaf,
  ),
  bytes(
    'certificate: one identifier',
    (size) =>
      leaf(extension('2.5.29.37', sequence(tlv(0x06, Buffer.alloc(size, 0x81), Buffer.of(1))))),
    certificate,
  ),
  bytes(
    'certificate: policies',
    (size) =>
      authority(
        BETWEEN,
        ROOT,
        extension('2.5.29.32', sequence(fill(size, (n) => sequence(oid(`1.2.3.${n}`))))),
      ),
    verifyBelow,
  ),
  bytes(
    'certificate: policies mapped to one',
    (size) =>
      authority(
        BETWEEN,
        ROOT,
        extension('2.5.29.32', sequence(fill(size / 2, (n) => sequence(oid(`1.2.3.${n}`))))),
        extension(
          '2.5.29.33',
          sequence(fill(size / 2, (n) => sequence(oid(`1.2.3.${n}`), oid('1.2.3.1')))),
        ),
      ),
    verifyBelow,
  ),
  bytes(
    'certificate: one policy mapped to many',
    (size) =>
      authority(
        BETWEEN,
        ROOT,
        extension('2.5.29.32', sequence(sequence(oid('2.5.29.32.0')))),
        extension(
          '2.5.29.33',
          sequence(fill(size, (n) => sequence(oid('1.2.3'), oid(`1.2.3.${n}`)))),
        ),
      ),
    verifyBelow,
  ),
  bytes('certificate: serial number', (size) => subjectSerial(size), certificate),
  bytes('list: entries', (size) => list(sequence(fill(size, (n) => entry(n)))), readLists),
  bytes('list: the same entry', (size) => list(sequence(fill(size, () => entry(7)))), readLists),
  bytes(
    'list: entries with extensions',
    (size) =>
      list(sequence(fill(size, (n) => entry(n, extension('2.5.29.21', tlv(0x0a, Buffer.of(1))))))),
    readLists,
  ),
  bytes(
    'list: extensions of one entry',
    (size) =>
      list(
        sequence(
          entry(
            1,
            fill(size, (n) => extension(`1.2.3.${n}`, tlv(0x05))),
          ),
        ),
      ),
    readLists,
  ),
  bytes(
    'list: entries of an issuer with a long name',
    (size) => listOf(longName(size / 2), sequence(fill(size / 2, (n) => entry(n)))),
    readLists,
  ),
  bytes(
    'list: entries of another issuer with a long name',
    (size) =>
      list(
        sequence(
          entry(0, extension('2.5.29.29', sequence(around(4, longName(size / 2))), true)),
          fill(size / 2, (n) => entry(n)),
        ),
      ),
    readLists,
  ),
  bytes(
    'list: points of a certificate and names of a point',
    (size) =>
      pair(
        leaf(
          ...serverOf(HOST),
          extension(
            '2.5.29.31',
            sequence(fill(size / 2, (n) => sequence(around(0, around(0, point(n)))))),
          ),
        ),
        list(
          around(
            0,
            sequence(
              extension('2.5.29.20', integer(1)),
              extension(
                '2.5.29.28',
                sequence(
                  around(
                    0,
                    around(
                      0,
                      fill(size / 2, (n) => point(n + 1_000_000)),
                    ),
                  ),
                ),
                true,
              ),
            ),
          ),
        ),
      ),
    lookUp,
  ),
  bytes(
    'bundle: certificates',
    (size) =>
      sequence(
        oid('1.2.840.113549.1.7.2'),
        around(
          0,
          sequence(
            integer(1),
            tlv(0x31),
            sequence(oid('1.2.840.113549.1.7.1')),
            around(
              0,
              fill(size, () => ABOVE.between),
            ),
            tlv(0x31),
          ),
        ),
      ),
    (given) => parseBundle(given, MOST),
  ),
]

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: Math.ceil(count) }, (_, index) => make(index))
}

/** A certificate whose serial number takes all of a size. */
function subjectSerial(size: number): Buffer {
  const { key } = BETWEEN
  return signed(
    key,
    sequence(
      around(0, integer(2)),
      tlv(0x02, Buffer.alloc(size, 0x7f)),
      key.algorithm,
      nameOf('Between'),
    ),
  )
}
