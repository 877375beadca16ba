import type { Gap } from '../durable/form.ts'
import type { RecordShape } from '../text-log.ts'
import { escapeField, escapeMessage } from './escape.ts'
import { MX_KEY, MX_VOCABULARIES, type MxRecord, type MxWordField } from './record.ts'

/** The shape of our records, for `openTextLog`: a line of fields and a line of message. */
export const MX_SHAPE: RecordShape = { start: `${MX_KEY},`, lines: 2 }

/** A time as mx.log has it, always in UTC. @param time - Milliseconds since 1970. */
export function formatMxTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * Makes the two lines of a record.
 *
 * No text can end a line, add a field or begin a record.
 *
 * @throws TypeError for a word that is not in its closed set.
 */
export function formatMxRecord(record: MxRecord): [fields: string, message: string] {
  for (const field of Object.keys(MX_VOCABULARIES) as MxWordField[]) {
    if (!MX_VOCABULARIES[field].includes(record[field]))
      throw new TypeError(`\`${field}\` is no word of mx.log`)
  }
  const { time, category, result, action, objectType, object, level, user } = record
  const { session = '', transaction = '', fullName = '', message } = record
  const named = object === undefined ? '<>' : escapeField(object)
  const texts = [user, session, transaction, fullName].map(escapeField)
  const words = [MX_KEY, escapeField(time), category, result, action, objectType]
  return [[...words, named, level, ...texts].join(','), escapeMessage(message)]
}

/**
 * The record that stands for lost ones, for `formatGap` of `openTextLog`.
 *
 * @param user - Login name to write it under.
 */
export function mxGap({ lost, from, to, cause }: Gap, user: string): [string, string] {
  const message = `${lost} records lost between ${from} and ${to}: ${cause}`
  const words = { category: 'APPLICATION', result: 'FAILURE', action: 'SAVE' } as const
  const rest = { objectType: 'APPLICATION', object: 'mx.log', level: 'SUMMARY' } as const
  return formatMxRecord({ time: formatMxTime(Date.parse(to)), ...words, ...rest, user, message })
}

/** What a run of a tool has to tell. */
export interface MxTask {
  /** Name of the tool. */
  readonly tool: string
  /** How it ended; absent while it runs. */
  readonly exitCode?: number
  /** What it printed, standard output and error. */
  readonly output?: string
}

/**
 * The message about a run of a tool.
 *
 * @param log - The attribute `log` of the tool's definition: off leaves out what the tool printed
 * and keeps the summary.
 */
export function mxTaskMessage({ tool, exitCode, output }: MxTask, log: boolean): string {
  return [
    `Running Tool:${tool}`,
    ...(exitCode === undefined ? [] : [`Exit Code:${exitCode}`]),
    ...(log && output !== undefined ? [output] : []),
  ].join('\n')
}
