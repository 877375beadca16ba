import { describe, expect, test } from 'vitest'

import { decodeMessage, sealMessage } from '../../src/message/index.ts'
import { hex, tlv } from './octets.ts'
import { ENGINE, OPERATOR, READER, SCOPED, USERS } from './users.ts'

describe('the header', () => {
  interface Header {
    readonly id: string
    readonly size: string
    readonly flags: string
    readonly model: string
    readonly engine: string
    readonly boots: string
    readonly time: string
    readonly user: string
    readonly payload: string
    readonly rest: string
  }
  const good: Header = {
    id: '020101',
    size: '020201e4',
    flags: '040104',
    model: '020103',
    engine: '04058000000001',
    boots: '020100',
    time: '020100',
    user: '040161',
    payload: '3000',
    rest: '',
  }

  function headed(changes: Partial<Header>): unknown {
    const h = { ...good, ...changes }
    const header = tlv(0x30, hex(h.id + h.size + h.flags + h.model))
    const parameters = tlv(
      0x30,
      hex(h.engine + h.boots + h.time + h.user),
      [4, 0],
      [4, 0],
      hex(h.rest),
    )
    return decodeMessage(tlv(0x30, [2, 1, 3], header, tlv(4, parameters), hex(h.payload)))
  }

  test.each<[string, Partial<Header>]>([
    ['the least size', {}],
    ['no engine id', { engine: '0400' }],
    ['an engine id of 32 octets', { engine: `0420${'80'.repeat(32)}` }],
    ['a user of 32 octets', { user: `0420${'61'.repeat(32)}` }],
    [
      'the largest numbers',
      { id: '02047fffffff', size: '02047fffffff', boots: '02047fffffff', time: '02047fffffff' },
    ],
    ['reserved flags', { flags: '0401fc' }],
  ])('%s is taken', (_, changes) => {
    expect(headed(changes)).toMatchObject({ version: '3', header: { level: 'noAuthNoPriv' } })
  })

  test.each<[string, Partial<Header>, string]>([
    ['a negative message id', { id: '0201ff' }, 'malformed'],
    ['a size of 483', { size: '020201e3' }, 'malformed'],
    ['a negative size', { size: '0201ff' }, 'malformed'],
    ['no flags', { flags: '0400' }, 'malformed'],
    ['flags of two octets', { flags: '04020400' }, 'malformed'],
    ['privacy without a digest', { flags: '040102' }, 'flags-invalid'],
    ['privacy without a digest, with a report wanted', { flags: '040106' }, 'flags-invalid'],
    ['a security model of none', { model: '020100' }, 'malformed'],
    ['another security model', { model: '020104' }, 'security-model-unknown'],
    [
      'another security model and wrong flags',
      { model: '020104', flags: '040102' },
      'security-model-unknown',
    ],
    [
      'another security model and other parameters',
      { model: '020101', engine: '0500' },
      'security-model-unknown',
    ],
    ['an engine id of four octets', { engine: '040480000000' }, 'malformed'],
    ['an engine id of one octet', { engine: '040180' }, 'malformed'],
    ['an engine id of 33 octets', { engine: `0421${'80'.repeat(33)}` }, 'malformed'],
    ['negative boots', { boots: '0201ff' }, 'malformed'],
    ['boots of 2^31', { boots: '02050080000000' }, 'malformed'],
    ['a negative time', { time: '0201ff' }, 'malformed'],
    ['a user of 33 octets', { user: `0421${'61'.repeat(33)}` }, 'malformed'],
    ['more parameters', { rest: '0400' }, 'malformed'],
    ['a payload for privacy', { payload: '0400' }, 'malformed'],
    ['two payloads', { payload: '30003000' }, 'malformed'],
    ['no payload', { payload: '' }, 'malformed'],
    ['privacy, and a payload in clear', { flags: '040103' }, 'malformed'],
  ])('%s is not', (_, changes, fault) => {
    expect(headed(changes)).toBe(fault)
  })

  test.each<[string, object]>([
    ['a message id of 2^31', { messageId: 2 ** 31 }],
    ['a negative message id', { messageId: -1 }],
    ['a size of 483', { maxSize: 483 }],
    ['negative boots', { engine: { ...ENGINE, boots: -1 } }],
    ['half a second', { engine: { ...ENGINE, time: 0.5 } }],
    ['an engine id of four octets', { engine: { ...ENGINE, id: hex('80000000') } }],
    ['a user of 33 octets', { user: 'a'.repeat(33) }],
  ])('%s cannot be written', (_, parts) => {
    const whole = {
      messageId: 1,
      maxSize: 484,
      level: 'noAuthNoPriv',
      reportable: false,
      engine: ENGINE,
      user: '',
    } as const
    expect(sealMessage(whole, SCOPED)).toBeInstanceOf(Uint8Array)
    expect(() => sealMessage({ ...whole, ...parts }, SCOPED)).toThrow(RangeError)
  })

  test('a level is not written without its keys, nor privacy without a salt', () => {
    const parts = { messageId: 1, maxSize: 484, reportable: false, engine: ENGINE, user: '' }
    const salt = new Uint8Array(8)
    const readers = USERS.keysFor(READER, ENGINE.id)
    const operators = USERS.keysFor(OPERATOR, ENGINE.id)
    expect(() => sealMessage({ ...parts, level: 'authNoPriv' }, SCOPED)).toThrow(TypeError)
    expect(() => sealMessage({ ...parts, level: 'authPriv' }, SCOPED, readers, salt)).toThrow(
      TypeError,
    )
    expect(() => sealMessage({ ...parts, level: 'authPriv' }, SCOPED, operators)).toThrow(TypeError)
    expect(() =>
      sealMessage({ ...parts, level: 'authPriv' }, SCOPED, operators, hex('00')),
    ).toThrow(TypeError)
  })
})
