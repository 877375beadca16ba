import { noPolicy, ParseError, type Decision } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { cases, stateOf, type OwnCase } from './vectors.ts'

/** What no short vector can show: a file with a million elements is made in its own test. */
const SHOWN_ELSEWHERE = ['xml-too-many-elements']

describe('our own vectors', () => {
  it.each(cases)('$name', ({ given, expect: expected }) => {
    expect(answerOf(given)).toEqual(expected)
  })

  it('have a name of their own each', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it('cover every reason code', () => {
    const covered = cases.flatMap(({ expect: expected }) =>
      'code' in expected ? [expected.code, ...(expected.also ?? [])] : [],
    )
    expect(new Set(covered)).toEqual(new Set(Object.keys(toolbox.CODES)))
  })

  it('cover every load error', () => {
    const covered = cases.flatMap((one) => ('errors' in one.expect ? one.expect.errors : []))
    expect(new Set([...SHOWN_ELSEWHERE, ...covered.map(({ code }) => code)])).toEqual(
      new Set(Object.keys(toolbox.LOAD_CODES)),
    )
  })

  it('cover every rule, and say what each rests on', () => {
    const origin = /^rule (TA-\d+), (?:vendor|derived|our choice)$/
    const rules = cases.map((one) => origin.exec(one.origin)?.[1])
    const all = Array.from({ length: 41 }, (_, index) => `TA-${index + 1}`)
    expect(new Set(rules)).toEqual(new Set(all))
  })
})

function answerOf(given: OwnCase['given']): OwnCase['expect'] {
  let state
  try {
    state = stateOf(given)
  } catch (error) {
    return { errors: diagnosticsOf(error) }
  }
  if (given.list !== undefined) return { systems: [...toolbox.listSystems(state, given.list)] }
  const { outcome, reasons } = decisionOf(state, given)
  const [{ code, source = null }, ...rest] = reasons
  const also = rest.map((reason) => reason.code)
  return { outcome, code, source, ...(also.length === 0 ? {} : { also }) }
}

function decisionOf(state: toolbox.State, given: OwnCase['given']): Decision {
  const { noPolicy: missing, request, caller, configuration, change } = given
  if (caller !== undefined) return toolbox.checkSignIn(state, caller)
  if (configuration !== undefined) return toolbox.checkConfiguration(state, configuration)
  if (change !== undefined) return changeOf(state, change).decision
  const policy = missing === undefined ? state : noPolicy(missing, 'state')
  const decision = toolbox.check(policy, request as toolbox.Request)
  expect(toolbox.explain(policy, request as toolbox.Request).decision).toEqual(decision)
  return decision
}

function changeOf(
  state: toolbox.State,
  { do: name, with: values }: NonNullable<OwnCase['given']['change']>,
): toolbox.Change {
  const changes = toolbox as unknown as Record<string, (...args: unknown[]) => toolbox.Change>
  const change = changes[name]
  if (change === undefined) throw new TypeError(`no change ${name}`)
  return change(state, ...values)
}

type Errors = Extract<OwnCase['expect'], { errors: unknown }>['errors']

function diagnosticsOf(error: unknown): Errors {
  if (!(error instanceof ParseError)) throw error
  return error.diagnostics.map(({ code, source, width, excerpt }) => {
    expect(width).toBeGreaterThan(0)
    expect(excerpt.length).toBeLessThanOrEqual(120)
    return { code, ...source }
  })
}
