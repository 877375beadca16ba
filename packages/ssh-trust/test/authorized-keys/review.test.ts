import { generateKeyPairSync } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import {
  checkStrictModes,
  formatKeyLine,
  fromKeyObject,
  isKeyFault,
  lintAuthorizedKeys,
  LOGIN_FINDINGS,
  parseAuthorizedKeys,
  whoCan,
  type AccountFiles,
  type PathFacts,
} from '../../src/index.ts'
import { FILE, KEY, LOGIN, OTHER } from './logins.ts'
import { keyOf, vectorsOf } from './vectors.ts'

function shortRsaLine(): string {
  const key = fromKeyObject(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)
  if (isKeyFault(key)) throw new TypeError(key.fault)
  return formatKeyLine(key)
}

const FINDINGS: readonly (readonly [code: string, text: string])[] = [
  ['line-unreadable', `ssh-ed25519 AAAA\n`],
  ['byte-order-mark', `\u{feff}${KEY}\n`],
  ['options-malformed', `bogus ${KEY}\n`],
  ['stray-comma', `restrict, ${KEY}\n`],
  ['from-list-malformed', `from="10.0.0.1/8" ${KEY}\n`],
  ['from-ambiguous', `from="10.0.0.010" ${KEY}\n`],
  ['from-mapped', `from="::ffff:10.0.0.1" ${KEY}\n`],
  ['from-only-negated', `from="!10.0.0.1" ${KEY}\n`],
  ['from-by-name', `from="*.example.com" ${KEY}\n`],
  ['expiry-in-local-time', `expiry-time="20991231" ${KEY}\n`],
  ['principals-unused', `principals="ops" ${KEY}\n`],
  ['authority-unbounded', `cert-authority ${KEY}\n`],
  ['command-with-forwarding', `command="true" ${KEY}\n`],
  ['environment-set', `environment="A=1" ${KEY}\n`],
  ['line-unreached', `${KEY}\nrestrict ${KEY}\n`],
  ['key-short', `${shortRsaLine()}\n`],
]

const lint = (text: string): string[] =>
  lintAuthorizedKeys(parseAuthorizedKeys(text, { file: FILE })).map(({ code }) => code)

describe('lint', () => {
  test.each(FINDINGS)('finds %s alone', (code, text) => {
    expect(lint(text)).toEqual([code])
  })

  test('finds nothing in a good file', () => {
    expect(
      lint(`# ops\n\nrestrict,command="a,,b" ${KEY}\nfrom="10.0.0.0/8,2001:db8::/32" ${OTHER}\n`),
    ).toEqual([])
  })

  test('has an example of every finding', () => {
    const shown = new Set(FINDINGS.map(([code]) => code))
    const left = Object.keys(LOGIN_FINDINGS).filter((code) => !shown.has(code))
    expect(left).toEqual(['key-retired'])
  })

  test('names the earlier line', () => {
    const store = parseAuthorizedKeys(`${KEY}\nrestrict ${KEY}\n`, { file: FILE })
    expect(lintAuthorizedKeys(store)).toMatchObject([
      { source: { line: 2 }, related: [{ file: FILE, line: 1 }], severity: 'error' },
    ])
  })
})

function listed(text: string): unknown[] {
  return whoCan(parseAuthorizedKeys(text, { file: FILE }), {
    user: 'ops',
    now: LOGIN.now,
    timeZone: 'UTC',
  }).map(({ source, from, principals }) => [source.line, from, principals])
}

describe('whoCan', () => {
  test('lists keys and authorities, from where they get in', () => {
    const text = `from="10.0.0.0/8" ${KEY} me\ncert-authority ${OTHER}\ncert-authority,principals="a,b" ${OTHER}\n`
    expect(listed(text)).toEqual([
      [1, '10.0.0.0/8', null],
      [2, null, ['ops']],
      [3, null, ['a', 'b']],
    ])
  })

  test('leaves out what lets nobody in, and what an earlier line answers', () => {
    const useless = [
      'bogus',
      'from="10.0.0.1/8"',
      'from="10.0.0.010"',
      'expiry-time="20200101Z"',
      'principals="ops"',
    ].map((options) => `${options} ${KEY}\n`)
    expect(listed(useless.join(''))).toEqual([])
    expect(listed(`${KEY}\n${KEY}\n${OTHER}\n`)).toEqual([
      [1, null, null],
      [3, null, null],
    ])
  })

  test('says what the session may do and what the line says of its owner', () => {
    const store = parseAuthorizedKeys(`restrict,pty,command="true" ${KEY} ops@host\n`, {
      file: FILE,
    })
    expect(whoCan(store, { user: 'ops', now: LOGIN.now })).toMatchObject([
      {
        fingerprint: keyOf(KEY).fingerprint,
        comment: 'ops@host',
        effects: { forcedCommand: 'true', pty: true, portForwarding: false },
      },
    ])
  })
})

function directory(path: string, mode = 0o755, owner = 1000): PathFacts {
  return { path, kind: 'directory', owner, mode }
}

describe('strict modes', () => {
  const good: AccountFiles = {
    account: 1000,
    home: '/srv/ops',
    file: { path: '/srv/ops/.ssh/keys', kind: 'file', owner: 1000, mode: 0o600 },
    directories: [directory('/srv/ops/.ssh'), directory('/srv/ops')],
  }

  test.each([
    ['modes-good', good],
    ['file-not-regular', { ...good, file: { ...good.file, kind: 'other' } }],
    ['file-owner', { ...good, file: { ...good.file, owner: 1001 } }],
    ['file-mode', { ...good, file: { ...good.file, mode: 0o620 } }],
    ['directory-owner', { ...good, directories: [directory('/srv/ops/.ssh', 0o700, 1001)] }],
    ['directory-mode', { ...good, directories: [directory('/srv/ops/.ssh', 0o702)] }],
    ['directory-missing', { ...good, directories: [directory('/srv/ops/.ssh')] }],
    ['directory-missing', { ...good, directories: [directory('/srv/ops')] }],
    ['directory-missing', { ...good, home: null }],
  ] as const)('answer with %s', (code, files) => {
    const decision = checkStrictModes(files)
    expect(decision.reasons[0].code).toBe(code)
    expect(decision.outcome).toBe(code === 'modes-good' ? 'allow' : 'deny')
  })

  test('go up to the root for a file outside the home directory', () => {
    const outside: AccountFiles = {
      ...good,
      file: { ...good.file, path: '/etc/keys/ops', owner: 0 },
      directories: [
        directory('/etc/keys', 0o755, 0),
        directory('/etc', 0o755, 0),
        directory('/', 0o755, 0),
      ],
    }
    expect(checkStrictModes(outside).outcome).toBe('allow')
  })

  test('are asked of the given vectors', () => {
    expect(vectorsOf('authorized_keys', 'strict-modes')).toHaveLength(8)
  })
})
