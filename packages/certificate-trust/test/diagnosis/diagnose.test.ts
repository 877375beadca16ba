import { describe, expect, test } from 'vitest'
import {
  BROWSER_ERRORS,
  describeRemedy,
  diagnose,
  REMEDY_CODES,
  trustList,
  WARNINGS,
  type Certificate,
  type DiagnoseOptions,
  type Diagnosis,
} from '../../src/index.ts'
import { BETWEEN, LEAF, ROOT, STRANGER } from '../world.ts'
import { AT, authority, name, root, server, type Changes } from '../writing/certificate.ts'
import { integer, time, utf8 } from '../writing/der.ts'
import { basicConstraints, dns, ip, mail, subjectAltName } from '../writing/extensions.ts'
import { rsaKey } from '../writing/keys.ts'
import { list } from '../writing/list.ts'
import { encoded, selfSigned, trusted } from '../trust/world.ts'

const ANCHOR = root(ROOT)
const NAME = { dns: 'web01.example.com' }

function look(
  chain: readonly [Certificate, ...Certificate[]],
  options: Partial<DiagnoseOptions> = {},
): Diagnosis {
  return diagnose(encoded(...chain), { at: AT, anchors: [ANCHOR], name: NAME, ...options })
}

/** Warnings, error and remedies: what a person sees. */
function shown({ warnings, browser, remedies }: Diagnosis): object {
  return { warnings, browser, remedies: remedies.map(({ code }) => code) }
}

interface Row {
  readonly title: string
  readonly found: () => Diagnosis
  readonly expected: object
}

function row(
  title: string,
  found: () => Diagnosis,
  warnings: readonly string[],
  browser: string | null,
  remedies: readonly string[],
): Row {
  return { title, found, expected: { warnings, browser, remedies } }
}

const AUTHORITY = 'NET::ERR_CERT_AUTHORITY_INVALID'
const DATE = 'NET::ERR_CERT_DATE_INVALID'
const COMMON_NAME = 'NET::ERR_CERT_COMMON_NAME_INVALID'
const INVALID = 'NET::ERR_CERT_INVALID'
const leaf = (changes: Changes = {}): Certificate => server(LEAF, ROOT, changes)
const ending = (until: string): Certificate => leaf({ notAfter: time(until) })
const starting = (from: string): Certificate => leaf({ notBefore: time(from) })

const ROWS: readonly Row[] = [
  row('nothing', () => look([leaf()]), [], null, []),
  row('a certificate of its own', () => look([selfSigned(LEAF)]), ['untrusted'], AUTHORITY, [
    'import-certificate',
  ]),
  row('an unknown authority', () => look([server(LEAF, STRANGER)]), ['untrusted'], AUTHORITY, [
    'import-root',
    'send-intermediates',
  ]),
  row(
    'another key of the root',
    () => look([server(LEAF, { ...ROOT, key: STRANGER.key })]),
    ['untrusted'],
    AUTHORITY,
    ['suspect-attack'],
  ),
  row('an end long ago', () => look([ending('2026-03-01T00:00:00Z')]), ['expired'], DATE, [
    'renew',
    'correct-clock',
  ]),
  row('an end an hour ago', () => look([ending('2026-11-22T11:00:00Z')]), ['expired'], DATE, [
    'correct-clock',
    'renew',
  ]),
  row(
    'a beginning in an hour',
    () => look([starting('2026-11-22T13:00:00Z')]),
    ['not-yet-valid'],
    DATE,
    ['correct-clock', 'wait'],
  ),
  row(
    'a beginning in years',
    () => look([starting('2036-01-01T00:00:00Z')]),
    ['not-yet-valid'],
    DATE,
    ['correct-clock', 'regenerate'],
  ),
  row(
    'another name',
    () => look([leaf()], { name: { dns: 'web02.example.com' } }),
    ['name-mismatch'],
    COMMON_NAME,
    ['browse-by-name', 'reissue-with-name'],
  ),
  row(
    'no name at all',
    () => look([leaf({ extensions: { names: null } })]),
    ['name-mismatch'],
    COMMON_NAME,
    ['reissue-with-name'],
  ),
  row(
    'an authority that is none',
    () =>
      look([
        server(LEAF, BETWEEN),
        authority(BETWEEN, ROOT, { extensions: { ca: basicConstraints(false) } }),
      ]),
    ['invalid'],
    INVALID,
    ['regenerate'],
  ),
  row(
    'a revoked one',
    () =>
      look([leaf({ serial: integer(7) })], {
        revocation: { lists: [list(ROOT, { entries: [{ serial: integer(7) }] })] },
      }),
    ['invalid'],
    'NET::ERR_CERT_REVOKED',
    ['stop-using'],
  ),
  row(
    'no list that speaks of it',
    () => look([leaf()], { revocation: { lists: [] } }),
    ['invalid'],
    null,
    ['get-list'],
  ),
  row('a rule of form only', () => look([leaf({ serial: integer(0) })]), ['invalid'], null, [
    'regenerate',
  ]),
  row(
    'a key of 1024 bits, which a browser takes',
    () => look([leaf({ info: rsaKey(1024).info })]),
    ['invalid'],
    null,
    ['regenerate'],
  ),
  row(
    'everything at once',
    () =>
      look([selfSigned(LEAF, { notAfter: time('2026-03-01T00:00:00Z') })], {
        name: { dns: 'other.example.com' },
      }),
    ['untrusted', 'expired', 'name-mismatch'],
    AUTHORITY,
    ['renew', 'correct-clock', 'browse-by-name', 'reissue-with-name', 'import-certificate'],
  ),
]

describe('a person is told what to do about', () => {
  test.each(ROWS)('$title', ({ found, expected }) => {
    expect(shown(found())).toEqual(expected)
  })
})

test('every warning, remedy and error of a browser but that of weak keys has a case', () => {
  const all = ROWS.map(({ found }) => found())
  expect(new Set(all.map(({ warning }) => warning))).toEqual(new Set(Object.keys(WARNINGS)))
  expect(new Set(all.flatMap(({ remedies }) => remedies.map(({ code }) => code)))).toEqual(
    new Set(Object.keys(REMEDY_CODES)),
  )
  const errors = new Set(all.flatMap(({ browser }) => browser ?? []))
  expect(BROWSER_ERRORS.filter((error) => !errors.has(error))).toEqual(['NET::ERR_CERT_WEAK_KEY'])
})

test('a remedy says with what: the fingerprint, the issuer, the names, the hours', () => {
  const own = selfSigned(LEAF)
  expect(look([own]).remedies[0]?.facts).toEqual({ sha256: own.sha256 })
  const [chained, between] = [server(LEAF, BETWEEN), authority(BETWEEN, STRANGER)]
  expect(look([chained, between]).remedies[0]?.facts).toEqual({ issuer: 'CN=Stranger' })
  expect(look([leaf()], { name: { ip: '192.0.2.1' } }).remedies[0]?.facts).toEqual({
    names: 'web01.example.com',
  })
  const clock = look([ending('2026-11-22T09:30:00Z')]).remedies[0]
  expect(clock).toMatchObject({ facts: { now: '2026-11-22T12:00:00Z', off: '2 hours' } })
})

test('the clock is compared with the certificate that is at fault', () => {
  const between = authority(BETWEEN, ROOT, { notAfter: time('2026-11-22T11:59:00Z') })
  const { remedies } = look([server(LEAF, BETWEEN), between])
  expect(remedies[0]).toMatchObject({
    code: 'correct-clock',
    source: { certificate: between.sha256 },
    facts: { off: '1 minutes' },
  })
})

test('of a thousand names, eight are listed, and none that is no name', () => {
  const names = Array.from({ length: 1000 }, (_, index) => dns(`w${index}.example.com`))
  const found = look([leaf({ extensions: { names: subjectAltName(...names) } })])
  expect(found.remedies[0]?.facts?.['names']).toMatch(/^w0\.example\.com .* and 992 more$/)
  const broken = look([leaf({ extensions: { names: subjectAltName(dns('a b'), dns('c')) } })])
  expect(broken.links.flatMap((link) => link.names)).toEqual(['c'])
  expect(broken.remedies.map(({ code }) => code)).toEqual(['regenerate'])
})

test('what a certificate says cannot move the cursor', () => {
  const [remedy] = look([server(LEAF, { name: name('\u001b[2J'), key: STRANGER.key })]).remedies
  if (remedy === undefined) throw new Error('there is no remedy')
  expect(remedy.facts?.['issuer']).toContain('\u001b')
  expect(describeRemedy(remedy)).not.toContain('\u001b')
})

test('issuers that name each other are followed to no end', () => {
  const loop = [authority(BETWEEN, STRANGER), authority(STRANGER, BETWEEN)] as const
  expect(look([server(LEAF, BETWEEN), ...loop]).warning).toBe('untrusted')
})

test('what cannot be read is to be made anew, and no link is looked at', () => {
  const found = diagnose([utf8('x')], { at: AT })
  expect(found).toMatchObject({
    warning: 'invalid',
    browser: INVALID,
    remedies: [{ code: 'regenerate', facts: { cause: 'der-tag-unexpected' } }],
    links: [],
  })
})

describe('with a list of trusted certificates', () => {
  test('an imported certificate is shown without a warning', () => {
    const own = selfSigned(LEAF)
    const found = diagnose(encoded(own), {
      at: AT,
      list: trustList([trusted(own, 'system')]),
      name: NAME,
    })
    expect(found).toMatchObject({
      warning: 'none',
      browser: null,
      decision: { reasons: [{ code: 'certificate-pinned' }] },
    })
  })

  test.each([
    ['an empty one', [], 'import-certificate'],
    ['one in which it stands as a console', ['console'], 'import-certificate'],
  ] as const)(
    'of %s it is untrusted, and whatever else is wrong is said as well',
    (_title, roles, remedy) => {
      const own = selfSigned(LEAF)
      const found = diagnose(encoded(own), {
        at: AT,
        list: trustList(roles.map((role) => trusted(own, role))),
        name: { dns: 'other' },
      })
      expect(found.warnings).toEqual(['untrusted', 'name-mismatch'])
      expect(found.remedies.map(({ code }) => code)).toContain(remedy)
    },
  )
})

describe('links to a system', () => {
  const peer = leaf({
    extensions: {
      names: subjectAltName(
        dns('web01'),
        dns('*.example.com'),
        ip(192, 0, 2, 1),
        mail('ops@example.com'),
      ),
    },
  })
  const system = { name: 'web01', address: '192.0.2.2', 'full-name': 'web01.example.com' }

  test('fit by name, by address, by full name, or not', () => {
    expect(look([peer], { system }).links).toEqual([
      { format: 'name', host: 'web01', fits: true, names: ['web01'] },
      { format: 'address', host: '192.0.2.2', fits: false, names: ['192.0.2.1'] },
      { format: 'full-name', host: 'web01.example.com', fits: true, names: ['*.example.com'] },
    ])
  })

  test('are known from the name that was browsed by', () => {
    expect(look([peer]).links.map(({ host, fits }) => [host, fits])).toEqual([
      ['web01', true],
      [null, null],
      ['web01.example.com', true],
    ])
    expect(look([peer], { name: { ip: '192.0.2.1' } }).links.map(({ fits }) => fits)).toEqual([
      null,
      true,
      null,
    ])
  })

  test.each([
    ['name', 'none'],
    ['address', 'name-mismatch'],
    ['full-name', 'none'],
  ] as const)('by %s: %s', (systemLink, warning) => {
    const options = { at: AT, anchors: [ANCHOR], system, systemLink }
    expect(diagnose(encoded(peer), options).warning).toBe(warning)
  })
})
