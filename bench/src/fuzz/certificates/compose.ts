import { issue, serverOf } from '../../certificates/issue.ts'
import type { Random } from '../../random.ts'
import { pick, several } from '../format.ts'
import { KEY_NAMES } from './keys.ts'
import { signedParts } from './naive.ts'
import { outlineOf } from './outline.ts'
import { BETWEEN, SERVER_HOLDER } from './world.ts'

const HOSTS = ['web01.example.com', 'a.b.example.com', 'example.com', '192.0.2.1', 'a@example.com']
const NAMES = [
  ...HOSTS,
  '*.example.com',
  '*',
  '*.com',
  'web01.example.com.',
  'xn--a.example.com',
  '.',
]

/** Extensions in outline, by what they are meant to be; what is in them is varied by mutations. */
const EXTENSIONS: readonly ((random: Random) => string)[] = [
  (random) =>
    `30{06:551d13 ${critical(random)}04{30{${pick(random, ['01:ff', '01:00', ''])} ${pick(random, ['02:00', '02:01', '', ''])}}}}`,
  (random) =>
    `30{06:551d0f ${critical(random)}04{03:${pick(random, ['0780', '0106', '0204', '0186', '070080', '00', '0480'])}}}`,
  (random) =>
    `30{06:551d25 ${critical(random)}04{30{${several(random, 2, () => pick(random, PURPOSES)).join(' ')}}}}`,
  (random) =>
    `30{06:551d11 ${critical(random)}04{30{${several(random, 4, () => generalName(random)).join(' ')}}}}`,
  (random) =>
    `30{06:551d1e ${critical(random)}04{30{a0{30{${generalName(random)}}} a1{30{${generalName(random)}}}}}}`,
  (random) => `30{06:551d0e ${critical(random)}04{04:${pick(random, ['00', '0102030405', ''])}}}`,
  (random) =>
    `30{06:551d23 ${critical(random)}04{30{80:${pick(random, ['00', '0102030405'])}${pick(random, ['', ' a1{a4{30{}}} 82:01'])}}}}`,
  (random) =>
    `30{06:551d20 ${critical(random)}04{30{30{06:551d2000} 30{06:2a0304 30{30{06:2b06010505070201 16'x'}}}}}}`,
  (random) => `30{06:551d21 ${critical(random)}04{30{30{06:2a0304 06:2a0305}}}}`,
  (random) => `30{06:551d24 ${critical(random)}04{30{80:0${random(3)} 81:0${random(3)}}}}`,
  (random) => `30{06:551d36 ${critical(random)}04{02:0${random(3)}}}`,
  (random) =>
    `30{06:551d1f ${critical(random)}04{30{30{a0{a0{86'http://a/b.crl'}} 81:0106 a2{a4{30{}}}}}}}`,
  (random) =>
    `30{06:2b06010505070101 ${critical(random)}04{30{30{06:2b06010505073001 86'http://a'}}}}`,
  (random) => `30{06:2a0${random(9)}04 ${critical(random)}04{05:}}`,
]

const PURPOSES = ['06:2b06010505070301', '06:2b06010505070302', '06:551d2500', '06:2a0304']

function critical(random: Random): string {
  return random(40) === 0 ? '01:00 ' : pick(random, ['', '01:ff '])
}

function generalName(random: Random): string {
  switch (random(8)) {
    case 0:
      return `81'${pick(random, NAMES)}'`
    case 1:
      return `86'https://${pick(random, NAMES)}/x'`
    case 2:
      return `87:${pick(random, ['c0000201', 'c0000201ffffffff', '20010db8000000000000000000000001', '01'])}`
    case 3:
      return `a4{30{31{30{06:550403 0c'${pick(random, NAMES)}'}}}}`
    case 4:
      return pick(random, [`a0{06:2a0304 a0{0c'x'}}`, '88:2a0304', 'a3{}', 'a5{}'])
    default:
      return `82'${pick(random, NAMES)}'`
  }
}

/** Times of every form, some of them none. */
export const TIMES: readonly string[] = [
  [`17'260101000000Z'`, `17'491231235959Z'`, `17'500101000000Z'`, `18'20500101000000Z'`],
  [`18'99991231235959Z'`, `18'00000101000000Z'`, `18'20260101000000Z'`, `17'270229000000Z'`],
  [`17'261122120000Z'`, `17'261122115959Z'`, `18'20261122120000.5Z'`, `17'2601010000Z'`],
].flat()

/** Public keys, some of them none. */
export const INFOS: readonly string[] = [
  ...KEY_NAMES.map((name) => `@${name}`),
  `30{30{06:2a864886f70d010101 05:} 03{!00 30{02:00${'c3'.repeat(256)} 02:010001}}}`,
  `30{30{06:2a864886f70d010101 05:} 03{!00 30{02:00${'c3'.repeat(64)} 02:03}}}`,
  `30{30{06:2a8648ce3d0201 06:2a8648ce3d030107} 03:0004${'11'.repeat(64)}}`,
  `30{30{06:2a8648ce3d0201 06:2b81040022} 03:0004${'11'.repeat(96)}}`,
  '30{30{06:2b6571} 03:00}',
]

/** The algorithm of all test keys. */
export const ED25519 = '30{06:2b6570}'
const ISSUER = `30{31{30{06:550403 0c'Between'}}}`
const VERSIONS = ['a0{02:01}', '', 'a0{02:00}', 'a0{02:03}']
const SERIALS = ['02:00', '02:ff', `02:${'7f'.repeat(20)}`, `02:${'7f'.repeat(21)}`]

const ALGORITHMS = [
  '30{06:2b6570}',
  '30{06:2b6570 05:}',
  '30{06:2a864886f70d01010b 05:}',
  '30{06:2a8648ce3d040302}',
]

const GOOD = outlineOf(
  signedParts(
    issue(SERVER_HOLDER, BETWEEN, { extensions: serverOf('web01.example.com', '*.example.com') }),
  ).body.whole,
)
/** Outlines of its extensions. */
const GOOD_EXTENSIONS = extensionOutlines(GOOD)

function extensionOutlines(outline: string): string[] {
  const list = outline.slice(outline.indexOf('a3{30{') + 6)
  return list.split(/ (?=30\{06:551d)/).map((one, index, all) => {
    return index === all.length - 1 ? one.slice(0, -3) : one
  })
}

/** A name, in outline. */
export function madeUpName(random: Random): string {
  return pick(random, [
    `30{31{30{06:550403 0c'Between'}}}`,
    `30{31{30{06:550403 13'BETWEEN '}}}`,
    `30{31{30{06:550403 0c'${pick(random, NAMES)}'}}}`,
    `30{31{30{06:550403 0c'a'} 30{06:55040a 13'b'}} 31{30{06:2a864886f70d010901 16'a@example.com'}}}`,
    '30{}',
  ])
}

/** The identifier that an extension begins with. */
function typeOf(extension: string): string {
  return extension.slice(0, extension.indexOf(' '))
}

/** An extension, in outline. */
export function madeUpExtension(random: Random): string {
  return pick(random, EXTENSIONS)(random)
}

/** Those of a good certificate, but for those that others of the same kind replace. */
function extensions(random: Random): string {
  const others = several(random, 3, () => madeUpExtension(random))
  const replaced = new Set(random(20) === 0 ? [] : others.map(typeOf))
  const usual = random(6) > 0 ? GOOD_EXTENSIONS.filter((one) => !replaced.has(typeOf(one))) : []
  return [...usual, ...others].join(' ')
}

/** The usual text, and once in a while another one. */
export function rarely(random: Random, times: number, usual: string, other: () => string): string {
  return random(times) === 0 ? other() : usual
}

function body(random: Random): string {
  if (random(4) === 0) return GOOD
  const version = rarely(random, 16, 'a0{02:02}', () => pick(random, VERSIONS))
  const serial = rarely(random, 12, '02:1001', () => pick(random, SERIALS))
  const algorithm = rarely(random, 24, ED25519, () => pick(random, ALGORITHMS))
  const issuer = rarely(random, 6, ISSUER, () => madeUpName(random))
  const from = rarely(random, 5, `17'260101000000Z'`, () => pick(random, TIMES))
  const until = rarely(random, 5, `17'490101000000Z'`, () => pick(random, TIMES))
  const info = rarely(random, 3, '@c', () => pick(random, INFOS))
  const validity = `30{${from} ${until}}`
  const parts = [version, serial, algorithm, issuer, validity, madeUpName(random), info]
  return `30{${parts.join(' ')} a3{30{${extensions(random)}}}}`
}

/** Pieces of outlines that mean something in certificates. */
export const WORDS: readonly string[] = [
  [
    '{',
    '}',
    ' ',
    "'",
    '!',
    '!00',
    '!3080',
    '!0000',
    '30{',
    '31{',
    '04{',
    '03{!00',
    'a0{',
    'a3{',
    '~b{',
    '~a{',
    '~d{',
  ],
  [
    '#80',
    '#84ffffffff',
    '#8180',
    '#820001',
    '#85ffffffffff',
    '#00',
    '#7f',
    '02:',
    '02:00',
    '02:80',
    '02:0080',
    '02:ff80',
  ],
  [
    '05:',
    '01:ff',
    '01:00',
    '01:01',
    '06:2a',
    '06:80',
    '06:',
    '06:2a8001',
    '06:88888888888888888801',
    '1f:00',
    '3f{',
    '24{04:00}',
  ],
  [
    "0c'ſ'",
    '1e:d800',
    '1c:00110000',
    "14'é'",
    '0c:c080',
    "16'é'",
    "82'\0'",
    '82:00',
    TIMES,
    INFOS,
    ALGORITHMS,
    PURPOSES,
  ].flat(),
].flat()

/** Makes up a certificate in outline. */
export function composeCertificate(random: Random): string {
  const signer = rarely(random, 16, 'b', () => pick(random, KEY_NAMES))
  const algorithm = rarely(random, 24, ED25519, () => pick(random, ALGORITHMS))
  return `~${signer}{${body(random)} ${algorithm}}`
}
