import type { LineSource } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { CMS, flatten, question, sketch, write, type Row, type Sketch } from './arbitraries.ts'
import { stateOf } from './states.ts'

/** Users, groups, tools and systems of a sketch, as a caller names them. */
function isKnown(file: Sketch, { user, groups, tool, targets }: toolbox.Request): boolean {
  const account =
    file.users.some(({ name }) => name === user) ||
    groups.some((group) => file.userGroups.includes(group))
  return (
    account &&
    file.tools.some(({ name }) => name === tool) &&
    targets.every((target) => file.systems.includes(target))
  )
}

/** The rows that cover a tool on a system for a caller, in the order of the file. */
function rowsFor(rows: Row[], request: toolbox.Caller, tool: string, system: string): Row[] {
  const names = [request.user, ...request.groups.map((group) => `U:${group}`)]
  return rows.filter((row) => names.includes(row.who) && row.tool === tool && row.system === system)
}

function oracle(file: Sketch, rows: Row[], request: toolbox.Request): number | null {
  if (!isKnown(file, request)) return null
  const tool = file.tools.find(({ name }) => name === request.tool)
  const targets = [...new Set(request.targets)]
  if (tool === undefined || targets.length > (tool.max ?? Infinity)) return null
  const needed = tool.onCms ? [...targets, CMS] : targets
  const lines = needed.map((system) => rowsFor(rows, request, tool.name, system)[0]?.line)
  return lines.includes(undefined) ? null : (lines[0] ?? null)
}

it('answers as a search through the flattened rows does, and names the same line', () => {
  fc.assert(
    fc.property(sketch, fc.array(question, { minLength: 1, maxLength: 12 }), (file, questions) => {
      const state = stateOf(write(file), { cms: CMS })
      const rows = flatten(file)
      for (const request of questions) {
        const { outcome, reasons } = toolbox.check(state, request)
        const line = outcome === 'allow' ? (reasons[0].source as LineSource).line : null
        expect(line).toBe(oracle(file, rows, request))
      }
    }),
    { numRuns: 1500 },
  )
})

it('says of every system that an explained run needs whether rows cover it, and by which lines', () => {
  fc.assert(
    fc.property(sketch, question, (file, request) => {
      const rows = flatten(file)
      const { decision, targets } = toolbox.explain(stateOf(write(file), { cms: CMS }), request)
      for (const { system, covering, others, missing } of targets) {
        expect(others.filter((one) => covering.includes(one))).toEqual([])
        const lines = rowsFor(rows, request, request.tool, system).map(({ line }) => line)
        expect(new Set(covering.map(({ source }) => source.line))).toEqual(
          new Set(firstOfEqual(file, lines, system)),
        )
        expect(missing === null).toBe(lines.length > 0)
      }
      const denied = targets.some(({ missing }) => missing !== null)
      if (targets.length > 0) expect(decision.outcome).toBe(denied ? 'deny' : 'allow')
    }),
    { numRuns: 500 },
  )
})

/** Of lines that give a system by the same authorization, wildcards resolved, the first counts. */
function firstOfEqual(file: Sketch, lines: number[], system: string): number[] {
  return lines.filter((line) => {
    const [one, ...before] = file.authorizations.slice(0, line).toReversed()
    const given = new Set(before.flatMap((other) => keysOf(file, other, system)))
    return keysOf(file, one as Sketch['authorizations'][number], system).some(
      (key) => !given.has(key),
    )
  })
}

/** What a line gives a system by: itself, or each group that it is in. */
function keysOf(file: Sketch, one: Sketch['authorizations'][number], system: string): string[] {
  const groups = file.groups.filter(({ members }) => members.includes(system))
  const scopes = one.kind === 'n' ? [system] : groups.map(({ name }) => name)
  return scopes
    .filter((where) => one.where === '*' || one.where === where)
    .map((where) => JSON.stringify({ ...one, where }))
}

it('lists exactly the systems where the caller has an enabled toolbox', () => {
  fc.assert(
    fc.property(sketch, question, (file, request) => {
      const names = [request.user, ...request.groups.map((group) => `U:${group}`)]
      const disabled = file.toolboxes.filter(({ enabled }) => !enabled).map(({ name }) => name)
      const shown = file.systems.filter((system) =>
        file.authorizations.some(
          ({ who, isGroup, toolbox: box, kind, where }) =>
            names.includes(`${isGroup ? 'U:' : ''}${who}`) &&
            !disabled.includes(box) &&
            (kind === 'n'
              ? where === '*' || where === system
              : file.groups.some(
                  ({ name, members }) =>
                    (where === '*' || where === name) && members.includes(system),
                )),
        ),
      )
      expect(toolbox.listSystems(stateOf(write(file), { cms: CMS }), request)).toEqual(shown)
    }),
  )
})

it('says who may and what one may as asking about each does', () => {
  fc.assert(
    fc.property(sketch, question, (file, request) => {
      const state = stateOf(write(file), { cms: CMS })
      const rows = flatten(file)
      const permitted = toolbox.whatCan(state, request)
      const pairs = permitted.flatMap(({ tools, systems }) =>
        tools.flatMap((tool) => systems.map((system) => `${tool} ${system}`)),
      )
      const asked = file.tools.flatMap(({ name: tool }) =>
        file.systems
          .filter(
            (target) =>
              toolbox.check(state, { ...request, tool, targets: [target] }).outcome === 'allow',
          )
          .map((system) => `${tool} ${system}`),
      )
      expect(new Set(pairs)).toEqual(new Set(asked))
      for (const { name: tool } of file.tools) {
        for (const system of file.systems) {
          const { onSystem } = toolbox.whoCan(state, { tool, system })
          const names = onSystem.map(({ principal }) =>
            principal.kind === 'user' ? principal.name : `U:${principal.name}`,
          )
          const covered = rows.filter((row) => row.tool === tool && row.system === system)
          expect(new Set(names)).toEqual(new Set(covered.map(({ who }) => who)))
        }
      }
    }),
  )
})

it('does not depend on the order of authorizations, the line named aside', () => {
  const shuffled = sketch.chain((file) =>
    fc.tuple(
      fc.constant(file),
      fc
        .shuffledSubarray(file.authorizations, { minLength: file.authorizations.length })
        .map((authorizations) => ({ ...file, authorizations })),
    ),
  )
  fc.assert(
    fc.property(shuffled, question, ([file, other], request) => {
      const [first, second] = [file, other].map(
        (one) => toolbox.check(stateOf(write(one), { cms: CMS }), request).outcome,
      )
      expect(second).toBe(first)
    }),
  )
})

it('never takes anything away when an authorization is added', () => {
  fc.assert(
    fc.property(sketch, sketch, question, (file, { authorizations }, request) => {
      const more = { ...file, authorizations: [...file.authorizations, ...authorizations] }
      const before = toolbox.check(stateOf(write(file), { cms: CMS }), request)
      const after = toolbox.check(stateOf(write(more), { cms: CMS }), request)
      if (before.outcome === 'allow') expect(after.outcome).toBe('allow')
    }),
  )
})

it('never throws for a request, whatever its fields hold', () => {
  const state = stateOf()
  const field = fc.oneof(fc.anything(), fc.constantFrom('ann', 'restart', ['web01'], []))
  const anything = fc.record(
    { user: field, groups: field, tool: field, targets: field, signInAddress: field },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(anything, field), (request) => {
      const { outcome } = toolbox.check(state, request as toolbox.Request)
      expect(['allow', 'deny']).toContain(outcome)
      expect(toolbox.listSystems(state, request as toolbox.Request)).toBeInstanceOf(Array)
      expect(toolbox.whatCan(state, request as toolbox.Request)).toBeInstanceOf(Array)
      expect(toolbox.targetsOf(state, request as toolbox.Request)).toBeInstanceOf(Array)
    }),
    { numRuns: 1000 },
  )
})
