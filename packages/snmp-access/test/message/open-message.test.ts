import { describe, expect, test } from 'vitest'

import {
  openMessage,
  SaltSequence,
  sealMessage,
  UserTable,
  type SealedMessage,
  type UsmUser,
} from '../../src/message/index.ts'
import { flipped, lastFlipped, hex } from './octets.ts'
import {
  AUTH_PROTOCOLS,
  ENGINE,
  opened,
  OPERATOR,
  OTHER_ID,
  PRIV_PROTOCOLS,
  READER,
  readSealed,
  SCOPED,
  sealed,
  userOf,
  USERS,
} from './users.ts'

describe('what is sealed is opened', () => {
  test.each(AUTH_PROTOCOLS)('%s with every cipher and without one', (protocol) => {
    const users = PRIV_PROTOCOLS.map((cipher) => userOf(protocol, cipher))
    const table = new UserTable(users)
    const salts = new SaltSequence()
    for (const user of users) {
      const keys = table.keysFor(user, ENGINE.id)
      for (const level of ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const) {
        const parts = {
          messageId: 1,
          maxSize: 484,
          level,
          reportable: false,
          engine: ENGINE,
          user: user.name,
        }
        const octets = sealMessage(parts, SCOPED, keys, salts.next())
        const { header } = readSealed(octets)
        expect(header).toEqual({
          messageId: 1,
          maxSize: 484,
          level,
          reportable: false,
          engineId: ENGINE.id,
          engineBoots: 3,
          engineTime: 1000,
          user: new Uint8Array(Buffer.from(user.name)),
        })
        expect(opened(octets, ENGINE, table)).toEqual({
          status: 'accepted',
          user: user.name,
          level,
          scoped: SCOPED,
        })
      }
    }
  })

  test('an encrypted message shows nothing of the PDU', () => {
    const octets = Buffer.from(sealed())
    expect(octets.includes('büro')).toBe(false)
    expect(octets.includes(Buffer.from(hex('2b060102010101')))).toBe(false)
  })

  test('the same message is other octets each time', () => {
    expect(sealed()).not.toEqual(sealed())
  })
})

describe('the authoritative side goes by the steps of RFC 3414 section 3.2', () => {
  test('another engine is unknown, whatever else is wrong', () => {
    const engine = { ...ENGINE, id: OTHER_ID }
    expect(opened(sealed(), engine)).toEqual({
      status: 'unknown-engine',
      user: OPERATOR.name,
      level: 'authPriv',
    })
    const discovery = sealMessage(
      {
        messageId: 1,
        maxSize: 65_507,
        level: 'noAuthNoPriv',
        reportable: true,
        engine: { id: hex(''), boots: 0, time: 0 },
        user: '',
      },
      { ...SCOPED, contextEngineId: hex(''), contextName: '' },
    )
    expect(opened(discovery)).toEqual({ status: 'unknown-engine', user: '', level: 'noAuthNoPriv' })
  })

  test('an engine id that only begins like ours is another one', () => {
    for (const id of [ENGINE.id.slice(0, -1), Uint8Array.of(...ENGINE.id, 0)]) {
      expect(opened(sealed({ engine: { ...ENGINE, id } }))).toMatchObject({
        status: 'unknown-engine',
      })
    }
  })

  test('a user who is not there is unknown, before the level is looked at', () => {
    const users = new UserTable([READER])
    expect(opened(sealed(), ENGINE, users)).toMatchObject({ status: 'unknown-user' })
    expect(opened(sealed({ level: 'noAuthNoPriv', user: '' }))).toMatchObject({
      status: 'unknown-user',
    })
  })

  test('a name that is no text is nobody, though it prints like a user', () => {
    const user: UsmUser = { name: 'a\uFFFD' }
    const octets = sealMessage(
      {
        messageId: 1,
        maxSize: 484,
        level: 'noAuthNoPriv',
        reportable: true,
        engine: ENGINE,
        user: hex('61ff'),
      },
      SCOPED,
    )
    expect(opened(octets, ENGINE, new UserTable([user]))).toEqual({
      status: 'unknown-user',
      user: 'a\uFFFD',
      level: 'noAuthNoPriv',
    })
  })

  test('a level that the user has no keys for is unsupported, before the digest is looked at', () => {
    const plainReader = new UserTable([{ name: READER.name }])
    expect(
      opened(sealed({ level: 'authNoPriv', user: READER.name }), ENGINE, plainReader),
    ).toMatchObject({ status: 'unsupported-level' })
    const { auth } = OPERATOR
    const users = new UserTable([{ name: OPERATOR.name, ...(auth !== undefined && { auth }) }])
    expect(opened(lastFlipped(sealed()), ENGINE, users)).toMatchObject({
      status: 'unsupported-level',
    })
    expect(opened(sealed({ level: 'authNoPriv' }), ENGINE, users)).toMatchObject({
      status: 'accepted',
    })
  })

  test('a digest is wrong after any change, before the time is looked at', () => {
    const late = { ...ENGINE, boots: 9 }
    expect(opened(lastFlipped(sealed()), late)).toEqual({
      status: 'wrong-digest',
      user: OPERATOR.name,
      level: 'authPriv',
    })
    const octets = sealed({ level: 'authNoPriv' })
    const { authAt, authLength } = readSealed(octets)
    expect(authLength).toBe(24)
    for (const at of [authAt, authAt + 11, authAt + authLength - 1, octets.length - 1]) {
      expect(opened(flipped(octets, 8 * at))).toMatchObject({ status: 'wrong-digest' })
    }
  })

  test('a digest of other passphrases or another protocol is wrong', () => {
    const { auth } = userOf('SHA-384')
    const users = new UserTable([{ ...OPERATOR, ...(auth !== undefined && { auth }) }])
    expect(opened(sealed(), ENGINE, users)).toMatchObject({ status: 'wrong-digest' })
  })

  test.each([0, 12, 23, 25, 48])('a digest of %i octets in the place of 24 is wrong', (length) => {
    const octets = sealed({ level: 'authNoPriv' })
    const message = readSealed(octets)
    const cut: SealedMessage = { ...message, authLength: length }
    expect(openMessage(cut, USERS, ENGINE)).toMatchObject({ status: 'wrong-digest' })
  })

  test.each<[number, number, string]>([
    [3, 850, 'accepted'],
    [3, 1150, 'accepted'],
    [3, 849, 'not-in-time-window'],
    [3, 1151, 'not-in-time-window'],
    [2, 1000, 'not-in-time-window'],
    [4, 1000, 'not-in-time-window'],
  ])('at boots %i and time %i a message of 3 and 1000 is %s', (boots, time, status) => {
    const level = 'authNoPriv'
    for (const octets of [sealed(), sealed({ level })]) {
      expect(opened(octets, { ...ENGINE, boots, time })).toMatchObject({ status })
    }
    expect(opened(sealed({ level: 'noAuthNoPriv' }), { ...ENGINE, boots, time })).toMatchObject({
      status: 'accepted',
    })
  })

  test('an engine that was started too often is never in time', () => {
    const engine = { ...ENGINE, boots: 2 ** 31 - 1 }
    expect(opened(sealed({ engine }), engine)).toMatchObject({ status: 'not-in-time-window' })
  })

  test('the time comes before the cipher', () => {
    const { priv } = userOf('MD5', 'AES-256')
    const users = new UserTable([{ ...OPERATOR, ...(priv !== undefined && { priv }) }])
    expect(opened(sealed(), { ...ENGINE, boots: 4 }, users)).toMatchObject({
      status: 'not-in-time-window',
    })
    expect(opened(sealed(), ENGINE, users)).toEqual({
      status: 'decryption-error',
      user: OPERATOR.name,
      level: 'authPriv',
    })
  })

  test.each([0, 7, 9])('a message with a salt of %i octets cannot be decrypted', (length) => {
    const message = { ...readSealed(sealed()), privParameters: new Uint8Array(length) }
    expect(openMessage(message, USERS, ENGINE)).toMatchObject({ status: 'decryption-error' })
  })

  test('a user with keys may come without them: access control decides', () => {
    expect(opened(sealed({ level: 'noAuthNoPriv' }))).toMatchObject({
      status: 'accepted',
      user: OPERATOR.name,
      level: 'noAuthNoPriv',
    })
  })
})
