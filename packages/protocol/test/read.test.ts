import { ACTIONS } from '@gatehouse/bmc-authorization'
import * as plugIn from '@gatehouse/hawk-trusted/plug-in'
import { describe, expect, it } from 'vitest'
import {
  ActionRequestSchema,
  InvocationRequestSchema,
  MAX_ARGUMENT_CHARACTERS,
  MAX_ARGUMENTS,
  MAX_OPERATION_BODY_BYTES,
  MAX_PACKED_BYTES,
  MAX_POLICY_CLASS_CHARACTERS,
  MAX_TARGET_CHARACTERS,
  MAX_USER_CHARACTERS,
  OperationRequestSchema,
  readMessage,
} from '../src/index.ts'

const ACTION = { user: 'pat', action: 'chart' }
const INVOCATION = { user: 'DOM\\pat', microagent: 'a.b.C', method: 'd', scope: 'group' }

const faultOf = (read: ReturnType<typeof readMessage>) =>
  'error' in read ? [read.error.code, read.error.field] : undefined

function readAction(value: unknown) {
  return readMessage(ActionRequestSchema, JSON.stringify(value))
}

function readInvocation(value: unknown) {
  return readMessage(InvocationRequestSchema, JSON.stringify(value))
}

function readOperation(value: unknown) {
  return readMessage(OperationRequestSchema, JSON.stringify(value))
}

function packedOf(bytes: number) {
  return Buffer.alloc(bytes).toString('base64')
}

describe('an action request', () => {
  it.each(Object.keys(ACTIONS))('has room for the action %s', (action) => {
    expect(readAction({ ...ACTION, action })).toEqual({ message: { ...ACTION, action } })
  })

  it.each([ACTION, { ...ACTION, target: 'cpu_1' }, { ...ACTION, action: 'no such action' }])(
    'is read as it is: %j',
    (message) => {
      expect(readAction(message)).toEqual({ message })
    },
  )

  it.each([
    [[], undefined],
    ['text', undefined],
    [null, undefined],
    [{ action: 'chart' }, 'user'],
    [{ ...ACTION, user: '' }, 'user'],
    [{ ...ACTION, user: 'x'.repeat(MAX_USER_CHARACTERS + 1) }, 'user'],
    [{ ...ACTION, user: { toString: 1 } }, 'user'],
    [{ ...ACTION, action: null }, 'action'],
    [{ ...ACTION, target: 'x'.repeat(MAX_TARGET_CHARACTERS + 1) }, 'target'],
    [{ ...ACTION, target: '../etc' }, 'target'],
    [{ ...ACTION, target: '.hidden' }, 'target'],
    [{ ...ACTION, peer: '10.0.0.1' }, 'peer'],
  ])('is refused with the field at fault: %j', (value, field) => {
    expect(faultOf(readAction(value))).toEqual(['invalid-request', field])
  })
})

describe('an invocation request', () => {
  it.each([
    INVOCATION,
    { ...INVOCATION, node: { name: 'web-1' } },
    { ...INVOCATION, node: { name: 'web-1', dns: 'none', domain: 'default' } },
    { ...INVOCATION, scope: 'point-to-point', arguments: { text: 'x', count: 1, all: true } },
  ])('is read as it is: %j', (message) => {
    expect(readInvocation(message)).toEqual({ message })
  })

  const many = Array.from({ length: MAX_ARGUMENTS + 1 }, (_, n) => [`a${n}`, n])

  it.each([
    [{ ...INVOCATION, scope: undefined }, 'scope'],
    [{ ...INVOCATION, scope: 'all' }, 'scope'],
    [{ ...INVOCATION, impact: 'INFO' }, 'impact'],
    [{ ...INVOCATION, node: 'web-1' }, 'node'],
    [{ ...INVOCATION, node: { dns: 'none' } }, 'node.name'],
    [{ ...INVOCATION, arguments: [] }, 'arguments'],
    [{ ...INVOCATION, arguments: { a: null } }, 'arguments.a'],
    [{ ...INVOCATION, arguments: { a: { b: 1 } } }, 'arguments.a'],
    [{ ...INVOCATION, arguments: { 'a.b': 1 } }, 'arguments.a.b'],
    [{ ...INVOCATION, arguments: { a: 'x'.repeat(MAX_ARGUMENT_CHARACTERS + 1) } }, 'arguments.a'],
    [{ ...INVOCATION, arguments: Object.fromEntries(many) }, 'arguments'],
  ])('is refused with the field at fault', (value, field) => {
    expect(faultOf(readInvocation(value))).toEqual(['invalid-request', field])
  })
})

describe('a packed operation', () => {
  const OPERATION = { policyClass: 'org.example.P', packed: 'AAECAw==' }

  it.each([
    OPERATION,
    { ...OPERATION, packed: '' },
    { ...OPERATION, packed: packedOf(MAX_PACKED_BYTES) },
    { ...OPERATION, policyClass: '\u0001'.repeat(MAX_POLICY_CLASS_CHARACTERS) },
  ])('is read as it is', (message) => {
    expect(readOperation(message)).toEqual({ message })
  })

  it('as large as it may be is as large as a plug-in takes, and fits into its body', () => {
    expect(MAX_PACKED_BYTES).toBe(plugIn.MAX_PACKED_BYTES)
    const policyClass = '\u0001'.repeat(MAX_POLICY_CLASS_CHARACTERS)
    const text = JSON.stringify({ policyClass, packed: packedOf(MAX_PACKED_BYTES) })
    expect(text.length).toBeLessThanOrEqual(MAX_OPERATION_BODY_BYTES)
  })

  it.each([
    [{ packed: '' }, 'policyClass'],
    [{ ...OPERATION, policyClass: '' }, 'policyClass'],
    [{ ...OPERATION, policyClass: 'x'.repeat(257) }, 'policyClass'],
    [{ ...OPERATION, packed: [1] }, 'packed'],
    [{ ...OPERATION, packed: packedOf(MAX_PACKED_BYTES + 1) }, 'packed'],
    [{ ...OPERATION, packed: 'AAECAw' }, 'packed'],
    [{ ...OPERATION, packed: 'AAECAx==' }, 'packed'],
    [{ ...OPERATION, packed: 'AA ECAw==' }, 'packed'],
    [{ ...OPERATION, packed: '-_-_' }, 'packed'],
    [{ ...OPERATION, user: 'ops' }, 'user'],
  ])('is refused with the field at fault', (value, field) => {
    expect(faultOf(readOperation(value))).toEqual(['invalid-request', field])
  })
})

describe('a text', () => {
  it.each([
    '',
    '{',
    '{"user":"pat",}',
    '{"user":"pat","__proto__":1}',
    'NaN',
    '[1e999]',
    '\ufeff{}',
  ])('that is not the JSON that is meant is refused: %j', (text) => {
    expect(faultOf(readMessage(ActionRequestSchema, text))).toEqual(['malformed-json', undefined])
  })

  it('that is nested too deep to be read is refused', () => {
    const text = '['.repeat(30_000) + ']'.repeat(30_000)
    expect(readMessage(ActionRequestSchema, text)).toHaveProperty('error')
  })

  it('does not come back in the message unescaped or at length', () => {
    const read = readAction({ ...ACTION, [`\u001b[2J${'x'.repeat(5000)}`]: 1 })
    const { message, field } = 'error' in read ? read.error : { message: '', field: '' }
    expect(message).not.toContain('\u001b')
    expect(message.length).toBeLessThan(120)
    expect(field?.startsWith('<U+001B>')).toBe(true)
  })
})
