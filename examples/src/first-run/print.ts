import { describeProvision, escapeControls, formatSource, type Statement } from '@gatehouse/core'
import {
  describeCall,
  type CallResult,
  type Paint,
  type StatedReason,
  type Tone,
} from '@gatehouse/console'
import type { Step } from './scenario.ts'

/** One request and what came of it: the question on one line, an answer of two lines for each system. */
export function renderStep(
  number: number,
  { call, systems, remark }: Step,
  results: readonly CallResult[],
  paint: Paint,
): string[] {
  const asked = systems === 'all' ? 'all three' : systems
  const peers = new Set(results.flatMap((result) => ('from' in result ? [result.from] : [])))
  const question = `${escapeControls(call.user)} from ${[...peers].join(' and ')} asks ${asked} for ${describeCall(call)}`
  const answers = results.flatMap((result) =>
    renderAnswer(result, results.length > 1 ? result.system.padEnd(7) : '', paint),
  )
  return [
    `${String(number).padStart(2)}  ${paint('strong', question)} ${paint('quiet', `(${remark})`)}`,
    ...answers.map((line) => `    ${line}`),
    '',
  ]
}

function renderAnswer(result: CallResult, lead: string, paint: Paint): string[] {
  const blank = ' '.repeat(lead.length + 7)
  if ('failure' in result) {
    const { code, message } = result.failure
    return [`${lead}${paint('warning', 'ERROR ')} ${code}`, `${blank}${message}`]
  }
  const { outcome, reasons, error } = result.answer
  const [first] = reasons as readonly [StatedReason, ...StatedReason[]]
  const place = first.source === undefined ? '' : formatSource(first.source)
  const columns = `${escapeControls(first.code).padEnd(18)}  ${place}`.trimEnd()
  const lines = [
    `${lead}${paint(outcome, outcome.toUpperCase().padEnd(6))} ${columns}`,
    `${blank}${paint('quiet', escapeControls(first.sentence ?? ''))}`,
  ]
  if (error !== undefined) {
    lines.push(`${blank}not carried out: ${escapeControls(error.message)}`)
  }
  return lines
}

/** What one system promises for one kind of request. */
export interface SystemStatement {
  readonly system: string
  readonly statement: Statement
}

/** What a kind of request is promised, and what it is not; told once where systems agree. */
export function renderStatements(
  kind: string,
  statements: readonly SystemStatement[],
  paint: Paint,
): string[] {
  const shared = new Map<string, SystemStatement[]>()
  for (const stated of statements) {
    const { openings: _openings, ...promised } = stated.statement
    const key = JSON.stringify(promised)
    shared.set(key, [...(shared.get(key) ?? []), stated])
  }
  return [...shared.values()].flatMap((group) => [...renderGroup(kind, group, paint), ''])
}

function renderGroup(kind: string, group: readonly SystemStatement[], paint: Paint): string[] {
  const [{ statement }] = group as readonly [SystemStatement]
  const { provided, unmet, lacking } = statement
  const row = (tone: Tone, word: string, rest: string): string =>
    `    ${paint(tone, word.padEnd(9))} ${escapeControls(rest)}`
  return [
    `  ${paint('strong', kind)} on ${group.map(({ system }) => system).join(', ')}`,
    ...provided.map((one) =>
      row('allow', 'provides', `${describeProvision(one)}, by ${one.by.join(' and ')}`),
    ),
    ...unmet.map(({ guarantee, of }) =>
      row('warning', 'rests on', `${guarantee} of the ${of}, which nobody provides`),
    ),
    row('deny', 'lacks', lacking.join(', ')),
    ...group.flatMap(({ system, statement: { openings } }) =>
      openings.map(({ guard, opening }) =>
        row('deny', 'open', `${opening} of ${guard}, on ${system}`),
      ),
    ),
  ]
}
