import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import {
  meaningOfUser,
  question,
  sketch,
  write,
  type ComputerSketch,
  type Sketch,
} from './arbitraries.ts'

const FILE = 'Authorization.cfg'
const ORDER = ['NONE', 'VIEW', 'MODIFY', 'MANAGE']

interface Question {
  request: bmc.Request
  address: string
  name: string | null
}

/** How well an entry fits, 0 for not at all: the rules read once more, over the sketch of the file. */
function rank(meaning: string, { address, name }: Question): number {
  if (meaning === '*') return 1
  if (meaning.endsWith('*')) {
    return address.startsWith(meaning.slice(0, -1)) ? meaning.split('.').length : 0
  }
  if (meaning === address) return 9
  return meaning === name ? 8 : 0
}

function bestFirst(file: Sketch, asked: Question): ComputerSketch[] {
  return file.computers
    .filter(({ meaning }) => rank(meaning, asked) > 0)
    .toSorted((a, b) => rank(b.meaning, asked) - rank(a.meaning, asked))
}

function oracle(file: Sketch, asked: Question): object {
  const { action, claimedUser, startedByCaller, othersHaveRequests } = asked.request
  const [computer] = bestFirst(file, asked)
  const user =
    computer?.users.find(({ name }) => meaningOfUser(name) === meaningOfUser(claimedUser)) ??
    computer?.users.find(({ name }) => name === '*')
  const path = [
    { level: user?.level, decidedBy: `computer ${computer?.name} user ${user?.name}` },
    { level: computer?.level, decidedBy: `computer ${computer?.name}` },
    { level: file.level ?? 'NONE', decidedBy: 'global' },
  ].find(({ level }) => level !== undefined && level !== null)
  const granted = path?.level ?? 'NONE'
  const needed = neededBy(action, startedByCaller, othersHaveRequests)
  const isEnough = ORDER.indexOf(granted) >= ORDER.indexOf(needed)
  return { outcome: isEnough ? 'allow' : 'deny', granted, needed, decidedBy: path?.decidedBy }
}

function neededBy(action: string, isOwn: boolean, isShared: boolean): string {
  if (action === 'collect.query') return 'NONE'
  if (action === 'agent.stop') return isOwn && !isShared ? 'NONE' : 'MANAGE'
  if (action.endsWith('.stop')) return isOwn ? 'MODIFY' : 'MANAGE'
  return ['collect.start', 'policy.activate', 'agent.start'].includes(action) ? 'MODIFY' : 'VIEW'
}

function answer(policy: bmc.Policy, request: bmc.Request): object {
  const { decision, granted, needed, decidedBy } = bmc.explain(policy, request)
  return { outcome: decision.outcome, granted, needed, decidedBy }
}

it('answers as a plain walk over the entries does', () => {
  fc.assert(
    fc.property(sketch, fc.array(question, { minLength: 1, maxLength: 8 }), (file, questions) => {
      const policy = bmc.parse(write(file), { file: FILE })
      for (const asked of questions) {
        expect(answer(policy, asked.request)).toEqual(oracle(file, asked))
        expect(bmc.check(policy, asked.request)).toBe(bmc.explain(policy, asked.request).decision)
      }
    }),
    { numRuns: 1000 },
  )
})

it('names as source the line of the PERMISSION that applied', () => {
  fc.assert(
    fc.property(sketch, question, (file, { request }) => {
      const text = write(file)
      const policy = bmc.parse(text, { file: FILE })
      const { decision, granted } = bmc.explain(policy, request)
      const source = decision.reasons[0].source as { line?: number }
      const line = source.line === undefined ? undefined : text.split('\n')[source.line - 1]
      expect(line?.trim()).toBe(line === undefined ? undefined : `PERMISSION = ${granted}`)
    }),
  )
})

it('explains which entry counts and which are outranked', () => {
  fc.assert(
    fc.property(sketch, question, (file, asked) => {
      const { computer, outranked } = bmc.explain(
        bmc.parse(write(file), { file: FILE }),
        asked.request,
      )
      const named = [computer, ...outranked].flatMap((match) =>
        match === null ? [] : [match.name],
      )
      expect(named).toEqual(bestFirst(file, asked).map(({ name }) => name))
    }),
  )
})

it('does not depend on the order of computers and users', () => {
  const shuffled = sketch.chain((file) =>
    fc.record({
      file: fc.constant(file),
      other: fc
        .shuffledSubarray(file.computers, { minLength: file.computers.length })
        .map((computers) => ({
          ...file,
          computers: computers.map((one) => ({ ...one, users: one.users.toReversed() })),
        })),
    }),
  )
  fc.assert(
    fc.property(shuffled, question, ({ file, other }, { request }) => {
      const [first, second] = [file, other].map((one) =>
        answer(bmc.parse(write(one), { file: FILE }), request),
      )
      expect(second).toEqual(first)
    }),
  )
})

it('never throws for a request, whatever its fields hold', () => {
  const policy = bmc.parse('BEGIN_AUTHORIZATION\nPERMISSION = MANAGE\nEND_AUTHORIZATION', {
    file: FILE,
  })
  const field = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.ipV4(), fc.ipV6())
  const anything = fc.record(
    {
      peer: fc.oneof(field, fc.record({ address: field, verifiedName: field })),
      claimedUser: field,
      action: fc.oneof(field, fc.constantFrom('chart', 'agent.stop')),
      startedByCaller: fc.oneof(fc.boolean(), field),
      othersHaveRequests: fc.oneof(fc.boolean(), field),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(anything, field), (request) => {
      const { code } = bmc.check(policy, request as bmc.Request).reasons[0]
      expect(['request-malformed', 'unknown-action', 'level-suffices']).toContain(code)
    }),
    { numRuns: 1000 },
  )
})
