import { describe, expect, test } from 'vitest'

import {
  openAsPeer,
  reportPdu,
  sealMessage,
  UserTable,
  type PeerClock,
  type UsmUser,
} from '../../src/message/index.ts'
import { lastFlipped, hex } from './octets.ts'
import {
  ENGINE,
  GUEST,
  OPERATOR,
  OTHER_ID,
  READER,
  readSealed,
  SCOPED,
  sealed,
  userOf,
  USERS,
} from './users.ts'

describe('the other side', () => {
  const keys = USERS.keysFor(OPERATOR, ENGINE.id)
  const first: PeerClock = { id: ENGINE.id, boots: 0, time: 0, latest: 0 }
  const now: PeerClock = { id: ENGINE.id, boots: 3, time: 1010, latest: 900 }
  const proven = { id: ENGINE.id, boots: 3, time: 1000, latest: 1000 }

  function peerOpens(octets: Uint8Array, known: PeerClock, user: UsmUser = OPERATOR): object {
    return openAsPeer(
      readSealed(octets),
      user,
      user === OPERATOR ? keys : USERS.keysFor(user, ENGINE.id),
      known,
    )
  }

  test('learns the clock of an engine from the first message that is proven', () => {
    expect(peerOpens(sealed(), first)).toEqual({
      status: 'accepted',
      user: OPERATOR.name,
      level: 'authPriv',
      scoped: SCOPED,
      clock: proven,
    })
    expect(peerOpens(sealed({ level: 'authNoPriv' }), first)).toMatchObject({ clock: proven })
    expect(peerOpens(sealed({ level: 'noAuthNoPriv' }), first)).not.toHaveProperty('clock')
  })

  test('follows newer boots and times only', () => {
    expect(peerOpens(sealed(), now)).toMatchObject({ status: 'accepted', clock: proven })
    expect(peerOpens(sealed(), { ...now, latest: 1000 })).not.toHaveProperty('clock')
    expect(peerOpens(sealed(), { ...now, boots: 2, time: 9999, latest: 9999 })).toMatchObject({
      status: 'accepted',
      clock: proven,
    })
  })

  test.each<[string, PeerClock, string]>([
    ['150 seconds ago', { ...now, time: 1150, latest: 1000 }, 'accepted'],
    ['151 seconds ago', { ...now, time: 1151, latest: 1000 }, 'not-in-time-window'],
    ['ahead', { ...now, time: 10, latest: 10 }, 'accepted'],
    ['of earlier boots', { ...now, boots: 4, time: 1000 }, 'not-in-time-window'],
    [
      'of an engine that was started too often',
      { ...now, boots: 2 ** 31 - 1 },
      'not-in-time-window',
    ],
  ])('a message %s', (_, known, status) => {
    expect(peerOpens(sealed(), known)).toMatchObject({ status })
    expect(peerOpens(sealed({ level: 'authNoPriv' }), known)).toMatchObject({ status })
  })

  test('an engine that has come to its last boots is learnt and refused', () => {
    const engine = { ...ENGINE, boots: 2 ** 31 - 1 }
    expect(peerOpens(sealed({ engine }), now)).toEqual({
      status: 'not-in-time-window',
      user: OPERATOR.name,
      level: 'authPriv',
      clock: { ...engine, latest: 1000 },
    })
  })

  test('learns nothing from a message that is not proven', () => {
    expect(peerOpens(lastFlipped(sealed()), first)).toEqual({
      status: 'wrong-digest',
      user: OPERATOR.name,
      level: 'authPriv',
    })
  })

  test('learns the clock also where the cipher fails', () => {
    const other = userOf('SHA-256', 'AES-256')
    const wrong = new UserTable([other]).keysFor(other, ENGINE.id)
    expect(openAsPeer(readSealed(sealed()), OPERATOR, wrong, first)).toMatchObject({
      status: 'decryption-error',
      clock: proven,
    })
  })

  test('takes no other engine and no other user', () => {
    expect(peerOpens(sealed(), { ...now, id: OTHER_ID })).toMatchObject({
      status: 'unknown-engine',
    })
    expect(peerOpens(sealed(), now, READER)).toMatchObject({ status: 'unknown-user' })
    expect(peerOpens(sealed({ level: 'noAuthNoPriv' }), now, READER)).toMatchObject({
      status: 'unknown-user',
    })
  })

  test('takes nothing from nobody that has a digest', () => {
    const parts = { messageId: 1, maxSize: 484, reportable: false, engine: ENGINE, user: '' }
    const octets = sealMessage({ ...parts, level: 'authNoPriv' }, SCOPED, keys)
    expect(peerOpens(octets, now)).toEqual({
      status: 'unknown-user',
      user: '',
      level: 'authNoPriv',
    })
  })

  test('takes no level without its keys', () => {
    const message = readSealed(sealed())
    expect(openAsPeer(message, { name: OPERATOR.name }, keys, now)).toMatchObject({
      status: 'unsupported-level',
    })
    expect(openAsPeer(message, OPERATOR, undefined, now)).toMatchObject({
      status: 'unsupported-level',
    })
    const { auth } = keys ?? {}
    if (auth === undefined) throw new Error('no keys')
    expect(openAsPeer(message, OPERATOR, { auth }, now)).toMatchObject({
      status: 'unsupported-level',
    })
  })

  test('while it discovers, it takes only what has no digest, from nobody or from the user', () => {
    const unknown = { ...first, id: hex('') }
    const parts = {
      messageId: 1,
      maxSize: 484,
      level: 'noAuthNoPriv',
      reportable: false,
      engine: ENGINE,
    } as const
    const scoped = { ...SCOPED, pdu: reportPdu('unknownEngineIDs', 1, 0) }
    for (const user of ['', OPERATOR.name]) {
      const report = sealMessage({ ...parts, user }, scoped)
      expect(peerOpens(report, unknown)).toEqual({
        status: 'accepted',
        user,
        level: 'noAuthNoPriv',
        scoped,
      })
    }
    expect(peerOpens(sealMessage({ ...parts, user: GUEST.name }, scoped), unknown)).toMatchObject({
      status: 'unknown-user',
    })
    expect(peerOpens(sealed(), unknown)).toMatchObject({ status: 'unknown-engine' })
  })
})
