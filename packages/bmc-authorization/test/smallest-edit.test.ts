import { applyEdit, claimed, noPolicy, type Edit, type LineChange } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { sketch, question, write } from './arbitraries.ts'
import { computer, policyOf, requestOf, user } from './policies.ts'
import { fileText, REQUESTS } from './universe.ts'

const FILE = 'Authorization.cfg'
const ANN = { peer: { address: '10.1.2.3', verifiedName: null }, claimedUser: claimed('ann') }

function read(text: string): bmc.Policy {
  return bmc.parse(text, { file: FILE })
}

function editFor(lines: string[], changes: Partial<bmc.Request> = {}): Edit | undefined {
  return bmc.explain(policyOf(...lines), requestOf({ ...ANN, ...changes })).smallestEdit
}

describe('the smallest edit', () => {
  it('sets the level of the node that decides, just high or low enough', () => {
    const lines = ['PERMISSION = MANAGE', ...computer('10.*', 'VIEW', ...user('ann', 'NONE'))]
    const change = { change: 'replace', line: 8 }
    expect(editFor(lines)).toEqual([{ ...change, text: '   PERMISSION = VIEW' }])
    expect(editFor(lines, { action: 'agent.start' })).toEqual([
      { ...change, text: '   PERMISSION = MODIFY' },
    ])
    expect(editFor(['PERMISSION = MANAGE'])).toEqual([
      { change: 'replace', line: 2, text: ' PERMISSION = NONE' },
    ])
    expect(editFor(['PERMISSION = MANAGE'], { action: 'agent.stop' })).toEqual([
      { change: 'replace', line: 2, text: ' PERMISSION = MODIFY' },
    ])
  })

  it('gives the deepest node a level of its own where a node above decides for others too', () => {
    const inherited = [
      'PERMISSION = NONE',
      ...computer('10.*', null, ...user('ann'), ...user('ben')),
    ]
    expect(editFor(inherited)).toEqual([
      { change: 'insert', after: 6, text: '   PERMISSION = VIEW' },
    ])
    expect(editFor(inherited, { claimedUser: claimed('eve') })).toEqual([
      { change: 'insert', after: 4, text: '  PERMISSION = VIEW' },
    ])
    expect(editFor(computer('192.0.2.7', 'VIEW'))).toEqual([
      { change: 'insert', after: 1, text: ' PERMISSION = VIEW' },
    ])
  })

  it('takes the first line where a node above decides for nobody else', () => {
    const alone = [
      'PERMISSION = NONE',
      ...computer('*', null, ...user('ann'), ...user('*', 'VIEW')),
    ]
    expect(editFor(alone)).toEqual([{ change: 'replace', line: 2, text: ' PERMISSION = VIEW' }])
    expect(editFor([...alone, ...computer('gw1')])).toEqual([
      { change: 'insert', after: 4, text: '  PERMISSION = VIEW' },
    ])
  })

  it('does not count a pattern for which no address is left', () => {
    const addresses = Array.from({ length: 256 }, (_, octet) => computer(`10.9.9.${octet}`, 'VIEW'))
    const lines = ['PERMISSION = NONE', ...computer('*'), ...computer('10.9.9.*')]
    const global = [{ change: 'replace', line: 2, text: ' PERMISSION = VIEW' }]
    expect(editFor([...lines, ...addresses.flat()])).toEqual(global)
    expect(editFor([...lines, ...addresses.slice(1).flat()])).not.toEqual(global)
  })

  it('is absent where no edit can refuse, and where the file was not asked', () => {
    const query = requestOf({ ...ANN, action: 'collect.query' })
    const asked = requestOf(ANN)
    for (const explanation of [
      bmc.explain(policyOf(), query),
      bmc.explain(policyOf(), { ...asked, action: 'reboot' }),
      bmc.explain(noPolicy('policy-missing', FILE), asked),
    ]) {
      expect('smallestEdit' in explanation).toBe(false)
    }
  })

  it('changes the outcome', () => {
    fc.assert(
      fc.property(sketch, question, fc.constantFrom('\n', '\r\n'), (file, { request }, end) => {
        const text = write(file).replaceAll('\n', end)
        const { decision, smallestEdit, needed } = bmc.explain(read(text), request)
        expect(smallestEdit === undefined).toBe(needed === 'NONE')
        if (smallestEdit === undefined) return
        const after = bmc.check(read(applyEdit(text, smallestEdit)), request)
        expect(after.outcome).not.toBe(decision.outcome)
      }),
      { numRuns: 500 },
    )
  })

  it('changes no more other answers than any other edit of one line, and comes first', () => {
    fc.assert(
      fc.property(fileText, fc.constantFrom(...REQUESTS), (text, request) => {
        const policy = read(text)
        const { decision, smallestEdit } = bmc.explain(policy, request)
        const rivals = editsOf(policy).flatMap((change) => {
          const edited = read(applyEdit(text, [change]))
          const flips = bmc.check(edited, request).outcome !== decision.outcome
          return flips ? [{ change, others: countChanged(policy, edited) }] : []
        })
        if (smallestEdit === undefined) {
          expect(rivals).toEqual([])
          return
        }
        expect(smallestEdit).toHaveLength(1)
        const [change] = smallestEdit as [LineChange]
        const fewest = Math.min(...rivals.map(({ others }) => others))
        expect(countChanged(policy, read(applyEdit(text, [change])))).toBe(fewest)
        const best = rivals.filter(({ others }) => others === fewest)
        expect(placeOf(change)).toBe(Math.min(...best.map((rival) => placeOf(rival.change))))
      }),
      { numRuns: 150 },
    )
  })
})

/** Every edit of one line that sets, adds or removes a level. */
function editsOf(policy: bmc.Policy): LineChange[] {
  return [policy, ...policy.computers.flatMap((one) => [one, ...one.users])].flatMap((node) => {
    const after = 'line' in node ? node.line : node.beginLine
    const changes = bmc.LEVELS.map((level): LineChange => {
      const text = `PERMISSION = ${level}`
      return node.permission === null
        ? { change: 'insert', after, text }
        : { change: 'replace', line: node.permission.line, text }
    })
    return node.permission === null
      ? changes
      : [...changes, { change: 'remove', line: node.permission.line }]
  })
}

function countChanged(before: bmc.Policy, after: bmc.Policy): number {
  return REQUESTS.filter(
    (each) => bmc.check(before, each).outcome !== bmc.check(after, each).outcome,
  ).length
}

function placeOf(change: LineChange): number {
  return change.change === 'insert' ? change.after + 0.5 : change.line
}
