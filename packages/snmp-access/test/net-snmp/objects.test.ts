import { describe, expect, test } from 'vitest'
import { objectsOf } from '../../src/net-snmp/index.ts'
import { formatOid } from '../../src/index.ts'
import type { ContextObjects } from '../../src/engine/index.ts'
import type { Varbind } from '../../src/message/index.ts'
import { makeMib, netSnmp, oid, SCALARS, TABLE, type PlainMib, integer, textValue } from './peer.ts'

function walk(objects: ContextObjects): string[] {
  const names: string[] = []
  for (let at = objects.next([1]); at !== undefined; at = objects.next(at.oid)) {
    names.push(formatOid(at.oid))
  }
  return names
}

function set(objects: ContextObjects, ...varbinds: readonly Varbind[]): string[] {
  objects.begin?.()
  const statuses = varbinds.map((_, position) => objects.test(varbinds, position))
  if (statuses.some((status) => status !== 'noError')) return statuses
  const failure = objects.commit(varbinds)
  return failure === undefined ? statuses : [failure.errorStatus]
}

function destroy(row: number): Varbind {
  return { oid: oid(`${TABLE}.4.${row}`), value: integer(6) }
}

function make(
  rows?: number,
  more?: Record<string, object>,
): { mib: PlainMib; objects: ContextObjects } {
  const mib = makeMib(rows, more)
  return { mib, objects: objectsOf(netSnmp, mib) }
}

describe('a Mib of npm net-snmp', () => {
  test('is walked in the order of numbers, without what is not accessible', () => {
    const { objects } = make(11)
    const names = walk(objects)
    expect(names.slice(0, 4)).toEqual([1, 2, 3, 4].map((arc) => `1.3.6.1.4.1.1.${arc}.0`))
    expect(names.slice(4)).toEqual(
      [2, 3, 4].flatMap((column) =>
        Array.from({ length: 11 }, (_, row) => `${TABLE}.${column}.${row + 1}`),
      ),
    )
  })

  test('gives values of every type, whatever form net-snmp holds them in', () => {
    const { mib, objects } = make()
    const valueOf = (type: number, held: unknown): unknown => {
      const name = `x${type}-${String(held)}`
      mib.registerProvider({ name, type: 1, oid: '1.3.6.1.4.1.9', scalarType: type, maxAccess: 2 })
      const node = mib.addNodesForAddress(oid('1.3.6.1.4.1.9.0'))
      Object.assign(node.parent as object, { provider: mib.providers[name] })
      Object.assign(node, { valueType: type, value: held })
      const found = objects.find(oid('1.3.6.1.4.1.9.0'))
      mib.unregisterProvider(name)
      return typeof found === 'string' ? found : found.value
    }
    expect(valueOf(2, '-5')).toEqual(integer(-5))
    expect(valueOf(4, 'é')).toEqual(textValue('é'))
    expect(valueOf(4, Buffer.from([255, 0]))).toEqual({
      type: 'OctetString',
      value: Buffer.from([255, 0]),
    })
    expect(valueOf(6, '1.3.6')).toEqual({ type: 'ObjectIdentifier', value: [1, 3, 6] })
    expect(valueOf(64, '10.0.0.1')).toEqual({
      type: 'IpAddress',
      value: Uint8Array.of(10, 0, 0, 1),
    })
    expect(valueOf(65, 4294967295)).toEqual({ type: 'Counter32', value: 4294967295 })
    expect(valueOf(66, 1)).toEqual({ type: 'Gauge32', value: 1 })
    expect(valueOf(67, '12')).toEqual({ type: 'TimeTicks', value: 12 })
    expect(valueOf(68, Buffer.of(1))).toEqual({ type: 'Opaque', value: Buffer.of(1) })
    const big = { type: 'Counter64', value: 258n }
    for (const held of [258, 258n, '258', Buffer.from('0000000000000102', 'hex')]) {
      expect(valueOf(70, held)).toEqual(big)
    }
    for (const [type, held] of [
      [2, 2 ** 31],
      [2, 'x'],
      [65, -1],
      [70, -1],
      [70, Buffer.of(1)],
    ] as const) {
      expect(valueOf(type, held)).toBe('noSuchInstance')
    }
    expect([valueOf(64, '10.0.0.256'), valueOf(6, 'x'), valueOf(1, true)]).toEqual(
      Array(3).fill('noSuchInstance'),
    )
  })

  test('tells of a value that is none of its type, and hides it', () => {
    const mib = makeMib()
    const faults: string[] = []
    const objects = objectsOf(netSnmp, mib, { onFault: (name) => faults.push(name) })
    Object.assign(mib.lookupAddress(oid(`${SCALARS.number.oid}.0`)) as object, { value: 'seven' })
    expect(objects.find(oid(`${SCALARS.number.oid}.0`))).toBe('noSuchInstance')
    expect(faults).toEqual([`${SCALARS.number.oid}.0`])
  })

  test('knows what kinds of objects there are', () => {
    const { objects } = make()
    expect(objects.find(oid(`${SCALARS.word.oid}.1`))).toBe('noSuchInstance')
    expect(objects.find(oid(`${SCALARS.later.oid}.0`))).toBe('noSuchInstance')
    expect(objects.find(oid(`${TABLE}.2.4294967295`))).toBe('noSuchInstance')
    expect(objects.find(oid(`${SCALARS.secret.oid}.0`))).toBe('noSuchObject')
    expect(objects.find(oid(`${TABLE}.1.1`))).toBe('noSuchObject')
    expect(objects.find(oid(`${TABLE}.9.1`))).toBe('noSuchObject')
    expect(objects.find([2, 100, 4294967295])).toBe('noSuchObject')
    expect(objects.find([1])).toBe('noSuchObject')
  })

  test('is seen as it is after rows and providers came and went', () => {
    const { mib, objects } = make(2)
    const before = walk(objects)
    mib.addTableRow('table', [7, 'seven', 7, 1])
    expect(walk(objects)).toHaveLength(before.length + 3)
    mib.deleteTableRow('table', [7])
    mib.deleteTableRow('table', [1])
    mib.deleteTableRow('table', [2])
    expect(walk(objects)).toEqual(before.slice(0, 4))
    expect(objects.find(oid(`${TABLE}.2.1`))).toBe('noSuchInstance')
    mib.addTableRow('table', [1, 'again', 1, 1])
    expect(walk(objects)).toHaveLength(7)
    mib.setScalarValue('later', 3)
    expect(objects.find(oid(`${SCALARS.later.oid}.0`))).toMatchObject({ value: integer(3) })
  })

  test('is sorted once for a walk, not at every step', () => {
    const { mib, objects } = make(1000)
    let sorted = 0
    const { root } = mib
    Object.defineProperty(mib, 'root', {
      get: () => {
        sorted += 1
        return root
      },
    })
    expect(walk(objects)).toHaveLength(3004)
    expect(sorted).toBe(1)
    mib.setScalarValue('number', 8)
    expect(objects.find(oid(`${SCALARS.number.oid}.0`))).toMatchObject({ value: integer(8) })
    expect(sorted).toBeLessThan(10)
  })
})

describe('a SET', () => {
  const word = oid(`${SCALARS.word.oid}.0`)
  const number = oid(`${SCALARS.number.oid}.0`)

  test('writes a scalar and a cell', () => {
    const { mib, objects } = make()
    const label = { oid: oid(`${TABLE}.2.1`), value: textValue('other') }
    expect(set(objects, { oid: word, value: textValue('new') }, label)).toEqual([
      'noError',
      'noError',
    ])
    expect(mib.getScalarValue('word')).toBe('new')
    expect(objects.find(label.oid)).toMatchObject({ value: label.value })
  })

  test('keeps octets that are no text', () => {
    const { objects } = make()
    const value = { type: 'OctetString', value: Buffer.from([0xff, 0]) } as const
    expect(set(objects, { oid: word, value })).toEqual(['noError'])
    expect(objects.find(word)).toMatchObject({ value })
  })

  test.each([
    ['wrongType', word, integer(1)],
    ['wrongType', number, { type: 'Gauge32', value: 1 }],
    ['wrongLength', word, textValue('')],
    ['wrongLength', word, textValue('ééé')],
    ['wrongValue', number, integer(10)],
    ['wrongValue', oid(`${SCALARS.state.oid}.0`), integer(3)],
    ['notWritable', oid(`${SCALARS.big.oid}.0`), { type: 'Counter64', value: 1n }],
    ['notWritable', oid(`${SCALARS.secret.oid}.0`), textValue('x')],
    ['notWritable', oid(`${TABLE}.3.1`), { type: 'Counter32', value: 1 }],
    ['notWritable', oid(`${TABLE}.1.1`), integer(1)],
    ['notWritable', [1, 3, 9], integer(1)],
    ['noCreation', oid(`${SCALARS.word.oid}.1`), textValue('x')],
    ['inconsistentName', oid(`${TABLE}.2.9`), textValue('x')],
    ['inconsistentValue', oid(`${TABLE}.4.9`), integer(1)],
    ['inconsistentValue', oid(`${TABLE}.4.1`), integer(4)],
    ['wrongValue', oid(`${TABLE}.4.1`), integer(3)],
    ['noCreation', oid(`${TABLE}.4.1.1`), integer(4)],
    ['noCreation', oid(`${TABLE}.4.4294967295`), integer(4)],
  ] as const)('answers %s and changes nothing', (status, name, value) => {
    const { objects } = make()
    const before = walk(objects)
    const good = { oid: number, value: integer(1) }
    expect(set(objects, good, { oid: name, value })[1]).toBe(status)
    expect(walk(objects)).toEqual(before)
    expect(objects.find(number)).toMatchObject({ value: integer(7) })
  })

  test('creates a scalar that may be created', () => {
    const { mib, objects } = make()
    expect(set(objects, { oid: oid(`${SCALARS.later.oid}.0`), value: integer(4) })).toEqual([
      'noError',
    ])
    expect(mib.getScalarValue('later')).toBe(4)
  })

  test('creates a row by its status alone, with what it sets beside it', () => {
    const { objects } = make()
    const status = { oid: oid(`${TABLE}.4.9`), value: integer(4) }
    const label = { oid: oid(`${TABLE}.2.9`), value: textValue('nine') }
    expect(set(objects, label, status)).toEqual(['noError', 'noError'])
    expect(objects.find(label.oid)).toMatchObject({ value: label.value })
    expect(objects.find(status.oid)).toMatchObject({ value: integer(1) })
    expect(set(objects, { oid: oid(`${TABLE}.4.10`), value: integer(5) })).toEqual(['noError'])
    expect(objects.find(oid(`${TABLE}.4.10`))).toMatchObject({ value: integer(2) })
    expect(objects.find(oid(`${TABLE}.2.10`))).toMatchObject({ value: textValue('new') })
  })

  test('does not ask a create handler for a row when something else is wrong', () => {
    let asked = 0
    const createHandler = (): undefined => {
      asked += 1
    }
    const { objects } = make(1, { table: { createHandler } })
    const status = { oid: oid(`${TABLE}.4.9`), value: integer(4) }
    expect(set(objects, status, { oid: number, value: integer(99) })).toEqual([
      'noError',
      'wrongValue',
    ])
    expect(asked).toBe(0)
    expect(set(objects, status)).toEqual(['noCreation'])
    expect(asked).toBe(1)
  })

  test.each([
    ['noCreation', null],
    ['noCreation', () => [9, 'x']],
    [
      'noCreation',
      () => {
        throw new Error('no')
      },
    ],
    ['inconsistentValue', () => [9, 'much too long', 0, 1]],
    ['inconsistentValue', () => [9, 'x', undefined, 1]],
    ['noError', () => [1, 'x', 5, 1]],
  ])('answers %s for what a create handler gives', (status, createHandler) => {
    const { objects } = make(1, { table: { createHandler } })
    const before = walk(objects)
    const varbind = { oid: oid(`${TABLE}.4.9`), value: integer(4) }
    expect(set(objects, varbind)).toEqual([status])
    expect(walk(objects).length - before.length).toBe(status === 'noError' ? 3 : 0)
    expect(objects.find(oid(`${TABLE}.2.1`))).toMatchObject({ value: textValue('row 1') })
  })

  test('deletes a row, and one that is not there without an error', () => {
    const { objects } = make(2)
    expect(set(objects, destroy(1), destroy(8))).toEqual(['noError', 'noError'])
    expect(objects.find(oid(`${TABLE}.2.1`))).toBe('noSuchInstance')
    expect(objects.find(oid(`${TABLE}.2.2`))).toMatchObject({ value: textValue('row 2') })
  })

  test('takes everything back when one part fails', () => {
    const { mib, objects } = make(2)
    const before = walk(objects)
    mib.addTableRow = () => {
      throw new Error('no')
    }
    const varbinds = [
      { oid: number, value: integer(1) },
      { oid: oid(`${TABLE}.4.1`), value: integer(6) },
      { oid: oid(`${TABLE}.4.9`), value: integer(4) },
    ]
    expect(set(objects, ...varbinds)).toEqual(['commitFailed'])
    expect(walk(objects)).toEqual(before)
    expect(mib.getScalarValue('number')).toBe(7)
    expect(objects.find(oid(`${TABLE}.2.1`))).toMatchObject({ value: textValue('row 1') })
  })
})
