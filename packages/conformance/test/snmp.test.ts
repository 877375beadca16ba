import { readFileSync } from 'node:fs'
import * as snmp from '@gatehouse/snmp-access'
import { expect, test } from 'vitest'
import { FormError, runVectors, snmpAccess, snmpTraps } from '../src/index.ts'

interface Document {
  readonly vectors: readonly object[]
}

function read(name: string): Document {
  const url = new URL(`../../../test-fixtures/snmp-access/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Document
}

const requests = read('vectors')
const notifications = read('trap-vectors')

test('all 337 vectors of snmpd agree in both profiles', () => {
  expect(runVectors(snmpAccess, requests)).toEqual({ agree: 674, differ: 0, differences: [] })
})

test('all 49 vectors of snmptrapd agree in both profiles', () => {
  expect(runVectors(snmpTraps, notifications)).toEqual({ agree: 98, differ: 0, differences: [] })
})

test('an implementation that lets everything in differs', () => {
  const careless: typeof snmp = {
    ...snmp,
    answer: (policy, request, mib, limits) => ({
      ...snmp.answer(policy, request, mib, limits),
      reply: 'response',
      errorStatus: 'noError',
    }),
    checkNotification: (policy, notification) => ({
      ...snmp.checkNotification(policy, notification),
      purposes: ['log', 'execute', 'net'],
    }),
  }
  expect(runVectors(snmpAccess, requests, careless).differ).toBeGreaterThan(150)
  expect(runVectors(snmpTraps, notifications, careless).differ).toBeGreaterThan(80)
})

test.each(['result', 'errorIndex', 'initial', 'views', 'counters', 'authFailureTraps', 'varbinds'])(
  'a vector that expects another %s differs in that field',
  (field) => {
    const wrong = runVectors(
      {
        ...snmpAccess,
        answer: (...asked) => ({ ...snmpAccess.answer(...asked), [field]: 'else' }),
      },
      requests,
    )
    expect(wrong.differ).toBeGreaterThan(0)
    expect(new Set(wrong.differences.map((each) => each.field))).toEqual(new Set([field]))
  },
)

test.each([
  ['another format', { ...requests, format: 'other' }],
  ['no vectors', { ...requests, vectors: [] }],
  ['a configuration that is not there', { ...requests, configs: [] }],
])('a document with %s is no agreement', (_, document) => {
  expect(() => runVectors(snmpAccess, document)).toThrow(FormError)
})
