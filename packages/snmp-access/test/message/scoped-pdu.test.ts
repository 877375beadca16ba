import { describe, expect, test } from 'vitest'

import { openMessage, unprovenPdu, type ScopedPdu } from '../../src/message/index.ts'
import { readScopedPdu } from '../../src/message/read-pdu.ts'
import { digestOf } from '../../src/message/usm/digest.ts'
import { decrypt, encrypt } from '../../src/message/usm/privacy.ts'
import { GET, hex, tlv } from './octets.ts'
import { ENGINE, opened, OPERATOR, OTHER_ID, readSealed, SCOPED, sealed, USERS } from './users.ts'

/** A message without digest around a payload. */
function around(payload: Uint8Array): Uint8Array {
  const parameters = tlv(
    0x30,
    tlv(4, ENGINE.id),
    [2, 1, 3],
    [2, 2, 3, 0xe8],
    tlv(4, Buffer.from('guest')),
    [4, 0],
    [4, 0],
  )
  const header = tlv(0x30, [2, 1, 1], [2, 2, 5, 0xc0], [4, 1, 4], [2, 1, 3])
  return tlv(0x30, [2, 1, 3], header, tlv(4, parameters), payload)
}

describe('what stands inside', () => {
  const get = hex('a019 020107 020100 020100 300e 300c 06082b06010201010100 0500')

  test('is read only once it is accepted', () => {
    const octets = around(tlv(0x30, [4, 0], [4, 0], get))
    expect(opened(octets)).toEqual({
      status: 'accepted',
      user: 'guest',
      level: 'noAuthNoPriv',
      scoped: { contextEngineId: hex(''), contextName: '', pdu: GET },
    })
    const broken = around(tlv(0x30, [4, 0], [4, 0], get, [5, 0]))
    expect(opened(broken, { ...ENGINE, id: OTHER_ID })).toMatchObject({ status: 'unknown-engine' })
    expect(opened(broken)).toEqual({
      status: 'accepted',
      user: 'guest',
      level: 'noAuthNoPriv',
      fault: 'malformed',
    })
  })

  test.each<[string, Uint8Array, string]>([
    ['a trap of version 1', tlv(0x30, [4, 0], [4, 0], tlv(0xa4, [5, 0])), 'pdu-unknown'],
    ['a PDU that nobody knows', tlv(0x30, [4, 0], [4, 0], tlv(0xa9, [5, 0])), 'pdu-unknown'],
    ['no PDU', tlv(0x30, [4, 0], [4, 0]), 'malformed'],
    ['no context', tlv(0x30, get), 'malformed'],
    ['a context name that is no text', tlv(0x30, [4, 0], [4, 2, 0x61, 0xff], get), 'malformed'],
    [
      'a context name that holds the replacement character cut short',
      tlv(0x30, [4, 0], [4, 2, 0xef, 0xbf], get),
      'malformed',
    ],
  ])('%s is a fault', (_, payload, fault) => {
    const message = readSealed(around(payload))
    expect(openMessage(message, USERS, ENGINE)).toMatchObject({ status: 'accepted', fault })
    expect(openMessage(message, USERS, ENGINE)).not.toHaveProperty('scoped')
    expect(unprovenPdu(message)).toBeUndefined()
  })

  test('a context name keeps what is no letter', () => {
    const contextName = '\uFEFFa\0b'
    const octets = sealed({}, { ...SCOPED, contextName })
    expect(opened(octets)).toMatchObject({ scoped: { contextName } })
  })

  test('can be seen before it is proven where it is not encrypted', () => {
    expect(unprovenPdu(readSealed(sealed({ level: 'authNoPriv' })))).toEqual(GET)
    expect(unprovenPdu(readSealed(sealed()))).toBeUndefined()
  })

  test('encrypted, a PDU that nobody knows is a fault, too, and no sign of a wrong key', () => {
    const octets = sealed({}, { ...SCOPED, contextName: '' })
    const message = readSealed(octets)
    const { auth, priv } = USERS.keysFor(OPERATOR, ENGINE.id) ?? {}
    if (auth === undefined || priv === undefined) throw new Error('no keys')
    const plain = Buffer.from(decrypt(message.payload, priv, ENGINE, message.privParameters))
    plain[plain.indexOf(0xa0)] = 0xa9
    message.payload.set(encrypt(plain, priv, ENGINE, message.privParameters))
    octets.set(digestOf(octets, message.authAt, auth), message.authAt)
    expect(opened(octets)).toEqual({
      status: 'accepted',
      user: OPERATOR.name,
      level: 'authPriv',
      fault: 'pdu-unknown',
    })
  })

  test('ends where its sequence does', () => {
    const octets = tlv(0x30, [4, 0], [4, 0], get)
    expect(readScopedPdu(octets)).toMatchObject({ pdu: GET })
    expect(readScopedPdu(Uint8Array.of(...octets, 0))).toBe('malformed')
  })

  test('is not written with a trap of version 1', () => {
    const trap1 = { ...GET, type: 'trap1' } as unknown as ScopedPdu['pdu']
    expect(() => sealed({}, { ...SCOPED, pdu: trap1 })).toThrow(RangeError)
  })
})
