import { escapeControls } from '@gatehouse/core'
import type { z } from 'zod'
import { errorBody, type ErrorBody } from './errors.ts'

/** A message of the expected form, or what is wrong with it. */
export type ReadMessage<Message> = { readonly message: Message } | { readonly error: ErrorBody }

/** What a value has wrong first. */
export interface Invalid {
  /** Path of the field at fault, empty for the value as a whole. Escaped and cut. */
  readonly field: string
  /** One lower-case fragment that names the field. */
  readonly message: string
}

/**
 * Reads one JSON text as a message.
 *
 * Bounds no size: the caller has to, before there is a text to give.
 *
 * @param schema - Form of the message.
 * @returns `malformed-json` or `invalid-request` with the field at fault, else the message.
 */
export function readMessage<Message>(
  schema: z.ZodType<Message>,
  text: string,
): ReadMessage<Message> {
  let value: unknown
  try {
    value = JSON.parse(text, refuseUnwritable)
  } catch {
    return { error: errorBody('malformed-json') }
  }
  const result = schema.safeParse(value)
  if (result.success) return { message: result.data }
  const { field, message } = describeInvalid(result.error)
  return { error: errorBody('invalid-request', field === '' ? { message } : { message, field }) }
}

/**
 * Refuses what would not be written as it was read: a number beyond all numbers, which becomes `null`,
 * and a key that schemas pass over in records, so that it would slip through as an unknown field.
 */
function refuseUnwritable(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('key `__proto__`')
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('number')
  return value
}

/** The first thing that is wrong with a value, in words that repeat nothing of it but names of fields. */
export function describeInvalid(error: z.ZodError): Invalid {
  const [issue] = error.issues
  if (issue === undefined) return { field: '', message: 'invalid value' }
  if (issue.code === 'unrecognized_keys') {
    const field = fieldName([...issue.path, issue.keys[0] ?? ''])
    return { field, message: `unknown field \`${field}\`` }
  }
  const field = fieldName(issue.path)
  const subject = field === '' ? 'the value' : `field \`${field}\``
  return { field, message: `${subject} ${fault(issue)}` }
}

const LONGEST_NAME = 64

function fieldName(path: readonly PropertyKey[]): string {
  return path.map((part) => escapeControls(String(part)).slice(0, LONGEST_NAME)).join('.')
}

function fault(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `has to be of type ${issue.expected}`
    case 'too_big':
      return issue.origin === 'string'
        ? `is longer than ${issue.maximum} characters`
        : `is above ${issue.maximum}`
    case 'too_small':
      return issue.origin === 'string' ? 'is too short' : `is below ${issue.minimum}`
    case 'invalid_value':
      return `has to be one of ${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`
    case 'invalid_key':
      return 'has a name that is not allowed'
    case 'custom':
      return issue.message === 'Invalid input' ? 'is not valid' : `has ${issue.message}`
    case 'invalid_format':
      return 'has characters that are not allowed'
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return 'does not have the expected form'
  }
}
