import { beforeEach, describe, expect, it } from 'vitest'
import { ObjectTree, type ObjectInstance } from '../../src/engine/index.ts'
import { formatOid } from '../../src/index.ts'
import type { Value } from '../../src/message/index.ts'
import { fixed, integer, oid, text } from './served.ts'

describe('an object tree', () => {
  let now = 0
  let asked = 0
  let tree = new ObjectTree()
  beforeEach(() => {
    now = 0
    asked = 0
    tree = new ObjectTree({ now: () => now })
    tree.register(oid('1.3.2'), () => {
      asked += 1
      // Not in their order.
      return [
        fixed('1.3.2.10.0', integer(10)),
        fixed('1.3.2.4294967295', integer(3)),
        fixed('1.3.2.9.0', integer(9)),
      ]
    })
    tree.register(oid('1.3.1'), () => [])
    tree.register(oid('1.3.4'), () => [fixed('1.3.4.0', integer(4))], {
      objectTypes: [oid('1.3.4.7')],
    })
  })

  it('is walked in the order of numbers, over subtrees that are empty', () => {
    const names: string[] = []
    let name = oid('1.3')
    for (let next = tree.next(name); next !== undefined; next = tree.next(name)) {
      names.push(formatOid(next.oid))
      name = next.oid
    }
    expect(names).toEqual(['1.3.2.9.0', '1.3.2.10.0', '1.3.2.4294967295', '1.3.4.0'])
  })

  it('tells what is missing from an object from an object that is missing', () => {
    expect(tree.find(oid('1.3.2.9.0'))).toMatchObject({ value: integer(9) })
    expect(tree.find(oid('1.3.2.9.0.1'))).toBe('noSuchInstance')
    expect(tree.find(oid('1.3.2.9'))).toBe('noSuchObject')
    expect(tree.find(oid('1.3.4.7.1'))).toBe('noSuchInstance')
    expect(tree.find(oid('1.3.4.8.1'))).toBe('noSuchObject')
    expect(tree.find(oid('1.3.9'))).toBe('noSuchObject')
  })

  it('asks a provider once for a message, and only one whose subtree is touched', () => {
    tree.begin()
    tree.find(oid('1.3.4.0'))
    expect(asked).toBe(0)
    tree.find(oid('1.3.2.9.0'))
    tree.next(oid('1.3.2'))
    expect(asked).toBe(1)
    tree.begin()
    tree.next(oid('1.3.2'))
    expect(asked).toBe(2)
  })

  it('keeps what a provider gave as long as it may', () => {
    let taken = 0
    tree.register(
      oid('1.3.6'),
      () => {
        taken += 1
        return [fixed('1.3.6.0', integer(taken))]
      },
      { maxAgeMs: 100 },
    )
    for (const at of [0, 100, 101, 150]) {
      now = at
      tree.begin()
      tree.find(oid('1.3.6.0'))
    }
    expect(taken).toBe(2)
  })

  it.each(['1.3.2', '1.3.2.9', '1.3', '1.3.4.0'])('does not take %s twice', (name) => {
    expect(() => tree.register(oid(name), () => [])).toThrow(TypeError)
  })

  it.each([
    ['outside its subtree', [fixed('1.3.8.0', integer(1))]],
    ['there twice', [fixed('1.3.7.0', integer(1)), fixed('1.3.7.0', integer(2))]],
  ])('refuses instances that are %s', (_, instances) => {
    tree.register(oid('1.3.7'), () => instances)
    expect(() => tree.find(oid('1.3.7.0'))).toThrow(TypeError)
  })
})

describe('a SET in an object tree', () => {
  const SET: Value[] = []
  let failing = ''
  const writable = (name: string, value: Value): ObjectInstance => ({
    oid: oid(name),
    value,
    write: {
      test: () => 'noError',
      commit: (given) => {
        if (name === failing) return 'genErr'
        SET.push(given)
        return 'noError'
      },
    },
  })
  const tree = new ObjectTree()
  tree.register(oid('1.3.1'), () => [
    writable('1.3.1.1.0', integer(1)),
    writable('1.3.1.2.0', text('a')),
    fixed('1.3.1.3.0', integer(3)),
  ])
  beforeEach(() => {
    SET.length = 0
    failing = ''
    tree.begin()
  })

  it.each([
    ['1.3.1.1.0', 'noError'],
    ['1.3.1.2.0', 'wrongType'],
    ['1.3.1.3.0', 'notWritable'],
    ['1.3.1.1.0.1', 'noCreation'],
    ['1.3.1.3.0.1', 'notWritable'],
    ['1.3.1.4.0', 'notWritable'],
    ['1.3.2', 'notWritable'],
  ])('of %s is %s', (name, status) => {
    expect(tree.test([{ oid: oid(name), value: integer(5) }], 0)).toBe(status)
    expect(SET).toEqual([])
  })

  it('is read back at once, however long instances are kept', () => {
    let present = integer(1)
    const kept = new ObjectTree({ now: () => 0 })
    const commit = (given: Value): 'noError' => {
      present = given
      return 'noError'
    }
    const provider = () => [
      { oid: oid('1.3.0'), value: present, write: { test: () => 'noError' as const, commit } },
    ]
    kept.register(oid('1.3'), provider, { maxAgeMs: 1000 })
    kept.begin()
    kept.find(oid('1.3.0'))
    expect(kept.commit([{ oid: oid('1.3.0'), value: integer(2) }])).toBeUndefined()
    kept.begin()
    expect(kept.find(oid('1.3.0'))).toMatchObject({ value: integer(2) })
  })

  it('says honestly what stands when a commit fails', () => {
    const varbinds = [
      { oid: oid('1.3.1.1.0'), value: integer(5) },
      { oid: oid('1.3.1.2.0'), value: text('b') },
    ]
    expect(tree.commit(varbinds)).toBeUndefined()
    expect(SET).toEqual([integer(5), text('b')])
    failing = '1.3.1.1.0'
    expect(tree.commit(varbinds)).toEqual({ errorStatus: 'commitFailed', errorIndex: 1 })
    failing = '1.3.1.2.0'
    expect(tree.commit(varbinds)).toEqual({ errorStatus: 'undoFailed', errorIndex: 0 })
  })
})
