import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import {
  authorize,
  checkStrictModes,
  parseAuthorizedKeys,
  parseCertificateFields,
  type Credential,
  type LoginDecision,
  type LoginProfile,
} from '../../src/index.ts'
import { ask, KEY } from './logins.ts'
import {
  keyOf,
  vectorsOf,
  type GivenLogin,
  type GivenVector,
  type LoginQuery,
  type ModesQuery,
} from './vectors.ts'

const FILE = 'authorized_keys'

/** The codes by which a reason of the given vectors is said here. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'no-match': ['key-not-listed', 'line-malformed', 'authority-not-marked'],
  'bad-options': ['options-refused', 'line-malformed'],
  'principals-on-non-ca': ['principals-without-authority'],
  from: ['from-mismatch', 'from-malformed'],
  expired: ['line-expired'],
  algorithm: ['algorithm-refused'],
  'cert-principal': ['principal-not-listed'],
  'cert-no-principals': ['principals-missing'],
  'cert-expired': ['certificate-expired'],
  'cert-not-yet-valid': ['certificate-not-yet-valid'],
  'cert-options': [
    'critical-option-unknown',
    'option-malformed',
    'option-repeated',
    'source-address-malformed',
  ],
  'cert-command-mismatch': ['forced-command-mismatch'],
}

function credentialOf(line: string): Credential {
  const [type = '', base64 = ''] = line.split(' ')
  if (!type.includes('-cert-')) return { key: keyOf(line) }
  const certificate = parseCertificateFields(type, base64)
  if ('fault' in certificate) throw new TypeError(`not a certificate: ${certificate.fault}`)
  return { certificate }
}

function answer(
  { file, query }: GivenVector<LoginQuery, GivenLogin>,
  profile: LoginProfile,
): LoginDecision {
  const { user, key, remoteAddress, remoteHost, now, timeZone, signatureAlgorithm } = query
  return authorize(
    {
      ...credentialOf(key),
      user,
      address: remoteAddress,
      hostName: remoteHost,
      now: new Date(now),
      timeZone,
      ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
    },
    parseAuthorizedKeys(file, { file: FILE }),
    { profile },
  )
}

function list<Item>(name: string, items: readonly Item[]): Record<string, readonly Item[]> {
  return items.length === 0 ? {} : { [name]: items }
}

/** A decision in the form of the given vectors; the reason is left to {@link CODES}. */
function given(decision: LoginDecision): Omit<GivenLogin, 'reason'> {
  if (decision.outcome === 'deny') return { accept: false }
  const { effects, reasons } = decision
  const { source } = reasons[0]
  return {
    accept: true,
    line: (source as { line: number }).line,
    options: {
      agentForwarding: effects.agentForwarding,
      portForwarding: effects.portForwarding,
      pty: effects.pty,
      userRc: effects.userRc,
      x11Forwarding: effects.x11Forwarding,
      ...(effects.forcedCommand === null ? {} : { command: effects.forcedCommand }),
      ...(effects.touchRequired ? {} : { noTouchRequired: true }),
      ...(effects.verifyRequired ? { verifyRequired: true } : {}),
      ...(effects.expires === null
        ? {}
        : { expires: effects.expires.toISOString().replace('.000', '') }),
      ...(effects.tunnel === null ? {} : { tunnel: effects.tunnel }),
      ...list(
        'environment',
        effects.environment.map(({ name, value }) => `${name}=${value}`),
      ),
      ...list('permitOpen', effects.permitOpen),
      ...list('permitListen', effects.permitListen),
    },
  }
}

const LOGINS = vectorsOf<LoginQuery, GivenLogin>('authorized_keys', 'authorize')
const CERTIFICATE_LOGINS = vectorsOf<LoginQuery, GivenLogin>('certificate', 'authorize')

describe('profile openssh', () => {
  test.each([...LOGINS, ...CERTIFICATE_LOGINS])('answers $id ($name) as sshd does', (vector) => {
    const decision = answer(vector, 'openssh')
    const { reason, ...expected } = vector.expect
    expect(given(decision)).toEqual(expected)
    if (reason === undefined) return
    expect(CODES[reason]).toContain(decision.reasons[0].code)
  })

  test('is tried on all logins that were given', () => {
    expect([LOGINS.length, CERTIFICATE_LOGINS.length]).toEqual([115, 30])
  })
})

describe('profile openssh, beyond the given vectors', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('measured-options.json', import.meta.url), 'utf8'),
  ) as { cases: { options: string; accept: boolean }[] }

  test.each(cases)('answers $options as OpenSSH 9.2 did', ({ options, accept }) => {
    const changes = { address: '127.0.0.1', user: 'root' }
    const decision = ask(`${options} ${KEY}\n`, changes, { profile: 'openssh' })
    expect(decision.outcome).toBe(accept ? 'allow' : 'deny')
  })
})

describe('profile strict', () => {
  const differing = [...LOGINS, ...CERTIFICATE_LOGINS].filter((vector) => {
    const [strict, openssh] = [answer(vector, 'strict'), answer(vector, 'openssh')]
    return JSON.stringify(given(strict)) !== JSON.stringify(given(openssh))
  })

  test('differs where the advice says so, and nowhere else', () => {
    const advised = LOGINS.filter(({ advice }) => typeof advice?.expect === 'object')
    expect(differing.map(({ id }) => id)).toEqual(advised.map(({ id }) => id))
  })

  test.each(differing)('answers $id ($name) as advised', (vector) => {
    expect(given(answer(vector, 'strict'))).toEqual(vector.advice?.expect)
  })
})

describe('strict modes', () => {
  const OWNERS: Readonly<Record<string, number>> = { root: 0, sshlab: 1000, nobody: 65_534 }
  const idOf = (name: string): number => OWNERS[name] ?? Number.NaN

  test.each(vectorsOf<ModesQuery, GivenLogin>('authorized_keys', 'strict-modes'))(
    'decides $id ($name) by the upstream rule',
    ({ query, expect: expected }) => {
      const decision = checkStrictModes({
        account: 1000,
        home: '/srv/sshlab',
        file: {
          path: '/srv/sshlab/.ssh/authorized_keys',
          kind: query.fileType === 'file' ? 'file' : 'other',
          owner: idOf(query.fileOwner),
          mode: Number.parseInt(query.fileMode, 8),
        },
        directories: [
          {
            path: '/srv/sshlab/.ssh',
            kind: 'directory',
            owner: idOf(query.dirOwner),
            mode: Number.parseInt(query.dirMode, 8),
          },
          {
            path: '/srv/sshlab',
            kind: 'directory',
            owner: idOf(query.homeOwner),
            mode: Number.parseInt(query.homeMode, 8),
          },
        ],
      })
      expect(decision.outcome === 'allow').toBe(expected.accept)
      const part = decision.reasons[0].code.split('-')[0] ?? ''
      if (expected.reason !== undefined) expect(expected.reason).toContain(part)
    },
  )
})
