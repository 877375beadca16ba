import { noPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { checkNotification, parse, type Notification } from '../../src/index.ts'
import { oidOf } from '../vector-mib.ts'

const FILE = 'snmptrapd.conf'
const OPTIONS = { file: FILE, daemon: 'snmptrapd' } as const

const POLICY = parse(
  ['authCommunity log,execute cold default .1.3.6.1.6.3.1.1.5.1', 'authUser net operator'].join(
    '\n',
  ),
  OPTIONS,
)

const COLD_START = oidOf('1.3.6.1.6.3.1.1.5.1')

const TRAP: Notification = {
  version: '2c',
  community: 'cold',
  source: '192.0.2.1',
  pdu: 'trap2',
  trapOid: COLD_START,
}

const INFORM: Notification = {
  version: '3',
  user: 'operator',
  level: 'authPriv',
  usm: 'accepted',
  source: '192.0.2.1',
  pdu: 'inform',
  trapOid: COLD_START,
}

describe('a notification', () => {
  it('may be used for what its view lets in, and names the row', () => {
    const verdict = checkNotification(POLICY, TRAP)
    expect(verdict).toMatchObject({ outcome: 'allow', purposes: ['log', 'execute'] })
    expect(verdict.reasons).toMatchObject([{ code: 'in-view', source: { file: FILE, line: 1 } }])
  })

  it('of a user is taken, and an inform acknowledged', () => {
    const verdict = checkNotification(POLICY, INFORM)
    expect(verdict).toMatchObject({ outcome: 'allow', purposes: ['net'], acknowledged: true })
  })

  it.each([
    ['not-in-view', { ...TRAP, trapOid: oidOf('1.3.6.1.6.3.1.1.5.2') }],
    ['community-unknown', { ...TRAP, community: 'Cold' }],
    ['group-missing', { ...INFORM, user: 'stranger' }],
    ['level-too-low', { ...INFORM, level: 'noAuthNoPriv' }],
  ] as const)('that is dropped says %s', (code, notification) => {
    const verdict = checkNotification(POLICY, notification)
    expect(verdict).toMatchObject({ outcome: 'deny', purposes: [], acknowledged: false })
    expect(verdict.reasons[0].code).toBe(code)
  })

  it('with a wrong digest is dropped even where everything is taken, and reported', () => {
    const open = parse('# all\ndisableAuthorization yes', OPTIONS)
    const verdict = checkNotification(open, { ...INFORM, usm: 'wrong-digest' })
    expect(verdict).toMatchObject({ outcome: 'deny', report: 'wrongDigests' })
    expect(verdict.reasons[0].code).toBe('digest-wrong')
    expect(checkNotification(open, { ...TRAP, community: '' })).toMatchObject({
      outcome: 'allow',
      purposes: ['log', 'execute', 'net'],
      reasons: [{ code: 'authorization-disabled', source: { file: FILE, line: 2 } }],
    })
  })

  it('is dropped when there is no policy', () => {
    const verdict = checkNotification(noPolicy('policy-unreadable', FILE), TRAP)
    expect(verdict).toMatchObject({ outcome: 'deny', purposes: [] })
    expect(verdict.reasons[0].code).toBe('policy-unreadable')
  })

  const TRAP1: Notification = {
    version: '1',
    community: 'cold',
    source: '192.0.2.1',
    pdu: 'trap1',
    enterprise: oidOf('1.3.6.1.4.1.9'),
    generic: 0,
  }

  it('of version 1 goes by the name that version 2 gives it', () => {
    expect(checkNotification(POLICY, TRAP1).outcome).toBe('allow')
    expect(checkNotification(POLICY, { ...TRAP1, generic: 1 }).outcome).toBe('deny')
  })

  it.each([
    ['pdu', { ...TRAP, pdu: 'trap1' }],
    ['pdu', { ...TRAP, version: '1' }],
    ['pdu', { ...TRAP, pdu: 'get' }],
    ['trapOid', { ...TRAP, trapOid: undefined }],
    ['generic', { ...TRAP1, generic: 7 }],
    ['generic', { ...TRAP1, generic: -1 }],
    ['enterprise', { ...TRAP1, enterprise: undefined }],
    ['specific', { ...TRAP1, generic: 6, specific: -1 }],
    ['source', { ...TRAP, source: '' }],
  ])('with a bad %s is dropped', (field, notification) => {
    const verdict = checkNotification(POLICY, notification as Notification)
    expect(verdict.outcome).toBe('deny')
    expect(verdict.reasons).toEqual([{ code: 'request-malformed', source: { request: field } }])
  })
})
