import { ObjectTree, type ObjectInstance } from '../../src/engine/index.ts'
import type { Configuration } from '../../src/index.ts'
import type { Value, Varbind } from '../../src/message/index.ts'
import { fixed, integer, oid, policyOf, text } from './served.ts'

/** Where requests come from. */
export const FROM = ['192.0.2.1', 4000] as const

/** Who may what. */
export const LINES: readonly string[] = [
  'rocommunity public',
  'rwcommunity private',
  'rwuser u_none noauth',
  'rwuser u_priv priv',
]

/** With authenticationFailure switched on. */
export const POLICY: Configuration = { ...policyOf(...LINES), authTrapEnabled: true }

/** A name and its value. */
export function varbind(name: string, value: Value): Varbind {
  return { oid: oid(name), value }
}

/** Objects, and the names of those that were set. */
export interface Store {
  readonly tree: ObjectTree
  readonly set: string[]
}

/** Two objects that can be set, one of which says what it does by the value. */
export function store(): Store {
  const set: string[] = []
  const tree = new ObjectTree()
  const writable = (name: string, value: Value): ObjectInstance => ({
    oid: oid(name),
    value,
    write: {
      test: (given) => {
        if ('value' in given && given.value === 13) throw new Error('test')
        return 'value' in given && given.value === 10 ? 'wrongValue' : 'noError'
      },
      commit: (given) => {
        if ('value' in given && given.value === 14) throw new Error('commit')
        if ('value' in given && given.value === 15) return 'commitFailed'
        set.push(name)
        return 'noError'
      },
    },
  })
  tree.register(oid('1.3.1'), () => [
    writable('1.3.1.1.0', integer(1)),
    writable('1.3.1.2.0', integer(2)),
  ])
  tree.register(oid('1.3.2'), () =>
    Array.from({ length: 200 }, (_, row) => fixed(`1.3.2.${row + 1}`, text('x'.repeat(20)))),
  )
  tree.register(oid('1.3.3'), () => {
    throw new Error('provider')
  })
  tree.register(oid('1.3.4'), () => [
    fixed('1.3.4.1.0', integer(2 ** 40)),
    fixed('1.3.4.2.0', { type: 'noSuchInstance' }),
    fixed('1.3.4.3.0', text('y'.repeat(5000))),
  ])
  return { tree, set }
}
