import { claimed, compose } from '@gatehouse/core'
import { expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, policyOf, user } from './policies.ts'

/** Lets everybody do everything. */
const OPEN = policyOf('PERMISSION = MANAGE')

const SOUND: bmc.Request = {
  peer: { address: '192.0.2.7', verifiedName: 'gw.example.test' },
  claimedUser: claimed('ann'),
  action: 'policy.stop',
  startedByCaller: false,
  othersHaveRequests: true,
}

/** No text, although some of them read as one. */
const OTHER_TYPES: readonly [string, unknown][] = [
  ['missing', undefined],
  ['a number', 7],
  ['an array of the text', ['192.0.2.7']],
  ['an object', {}],
  // oxlint-disable-next-line no-new-wrappers -- what is tried
  ['a boxed text', new String('192.0.2.7')],
  // oxlint-disable-next-line no-new-wrappers -- what is tried
  ['a boxed truth', new Boolean(true)],
  ['an object that reads as the text', { toString: () => '192.0.2.7' }],
  ['a symbol', Symbol('ann')],
  ['empty', ''],
]

const FIELDS = [
  ['peer.address', 'peer.verifiedName', 'claimedUser', 'action'],
  ['startedByCaller', 'othersHaveRequests'],
].flat()

function requestWith(field: string, value: unknown): bmc.Request {
  const [outer = '', inner] = field.split('.')
  const content = inner === undefined ? value : { ...SOUND.peer, [inner]: value }
  return { ...SOUND, [outer]: content }
}

function expectRefused(request: bmc.Request, field: string): void {
  const refusal = {
    outcome: 'deny',
    reasons: [{ code: 'request-malformed', source: { request: field } }],
  }
  expect(bmc.check(OPEN, request)).toEqual(refusal)
  expect(bmc.explain(OPEN, request).decision).toEqual(refusal)
}

it('allows the request that the others are made from', () => {
  expect(bmc.check(OPEN, SOUND).outcome).toBe('allow')
})

it.each(OTHER_TYPES)('refuses a field that is %s, whichever it is', (_, value) => {
  for (const field of FIELDS) expectRefused(requestWith(field, value), field)
})

it.each([
  ['null', null, 'request'],
  ['a text', 'ann', 'request'],
  ['an array', [], 'peer'],
  ['an object without prototype', Object.create(null), 'peer'],
])('takes %s for no request', (_, request, field) => {
  expectRefused(request as bmc.Request, field)
})

it('knows no action by the names of what every object has', () => {
  for (const action of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    const { outcome, reasons } = bmc.check(OPEN, { ...SOUND, action })
    expect([outcome, reasons[0].code]).toEqual(['deny', 'unknown-action'])
  }
})

it('lets nobody through for a field that throws when it is read', async () => {
  const guard = compose(bmc.guard(OPEN))
  expect((await guard.check(SOUND)).outcome).toBe('allow')
  for (const field of ['peer', 'claimedUser', 'action', 'startedByCaller']) {
    const request = Object.defineProperty({ ...SOUND }, field, {
      get: () => {
        throw new Error('no')
      },
    })
    // oxlint-disable-next-line no-await-in-loop -- one request after the other
    expect((await guard.check(request)).outcome).toBe('deny')
  }
})

it('lets no case of a host name or of a user with domain step round a level that is lower', () => {
  const policy = policyOf(
    'PERMISSION = MANAGE',
    ...computer('gw.example.test', 'NONE'),
    ...computer('192.0.2.8', null, ...user('CORP\\ann', 'NONE')),
  )
  for (const verifiedName of ['gw.example.test', 'GW.Example.TEST', 'GW.EXAMPLE.TEST.']) {
    const request = { ...SOUND, peer: { address: '192.0.2.7', verifiedName } }
    expect(bmc.check(policy, request).reasons[0].code).toBe('level-too-low')
  }
  for (const address of ['192.0.2.8', '::ffff:192.0.2.8', '::FFFF:C000:208']) {
    for (const name of ['CORP\\ann', 'corp\\ANN', 'Corp\\Ann']) {
      const peer = { address, verifiedName: null }
      const request = { ...SOUND, peer, claimedUser: claimed(name) }
      expect(bmc.check(policy, request).reasons[0].code).toBe('level-too-low')
    }
  }
})

it('compares users without domain exactly, and lint says what that leaves open', () => {
  const users = [...user('ann', 'NONE'), ...user('Ann', 'MANAGE')]
  const policy = policyOf(...computer('*', 'VIEW', ...users))
  expect(bmc.check(policy, { ...SOUND, claimedUser: claimed('Ann') }).outcome).toBe('allow')
  expect(bmc.check(policy, SOUND).outcome).toBe('deny')
  const [finding] = bmc.lint(policy).filter(({ code }) => code.includes('case'))
  expect(finding?.source).toEqual({ file: 'Authorization.cfg', line: 10 })
})
