import { describe, expect, it } from 'vitest'
import { ACTIONS, needed, type Action } from '../src/index.ts'

const NO = { startedByCaller: false, othersHaveRequests: false }
const OWN = { startedByCaller: true, othersHaveRequests: false }
const OWN_BUSY = { startedByCaller: true, othersHaveRequests: true }

describe('needed', () => {
  it.each([
    ['collect.start', 'MODIFY', 'MODIFY', 'MODIFY'],
    ['collect.query', 'NONE', 'NONE', 'NONE'],
    ['collect.stop', 'MANAGE', 'MODIFY', 'MODIFY'],
    ['data.transfer', 'VIEW', 'VIEW', 'VIEW'],
    ['policy.activate', 'MODIFY', 'MODIFY', 'MODIFY'],
    ['policy.stop', 'MANAGE', 'MODIFY', 'MODIFY'],
    ['policy.updates', 'VIEW', 'VIEW', 'VIEW'],
    ['chart', 'VIEW', 'VIEW', 'VIEW'],
    ['drilldown', 'VIEW', 'VIEW', 'VIEW'],
    ['agent.start', 'MODIFY', 'MODIFY', 'MODIFY'],
    ['agent.stop', 'MANAGE', 'NONE', 'MANAGE'],
  ] as [Action, string, string, string][])('%s needs %s, own %s, own and busy %s', (...row) => {
    const [action, ...levels] = row
    expect([NO, OWN, OWN_BUSY].map((ownership) => needed(action, ownership))).toEqual(levels)
  })

  it('has a closed table that cannot be changed', () => {
    expect(() => Object.assign(ACTIONS, { boot: { level: 'NONE' } })).toThrow(TypeError)
    expect(() => Object.assign(ACTIONS.chart, { level: 'NONE' })).toThrow(TypeError)
  })
})
