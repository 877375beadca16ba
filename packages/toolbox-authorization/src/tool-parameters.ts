import type { Reason } from '@gatehouse/core'
import type { ToolCommand } from './tool-command.ts'
import type { ToolCommandCode } from './tool-command-codes.ts'
import type { XmlElement } from './xml-reader.ts'

/** Something that a command takes. */
export interface ToolParameter {
  /** Its name; without one its number, from 1. */
  readonly name: string
  /** What a person is asked, where the definition says it. */
  readonly prompt: string | null
  /** Whether a run without it is refused. Default `true`; otherwise it is empty then. */
  readonly required: boolean
}

/** Most parameters: those that a digit behind `%` can name. */
const MAX_PARAMETERS = 9

/** The parameters of a block, in the order in which they stand. */
export function parametersOf(
  children: readonly XmlElement[],
  refuse: (element: XmlElement) => never,
): ToolParameter[] {
  const elements = children.filter(({ name }) => name === 'parameter')
  const names = new Set<string>()
  return elements.map((element, index) => {
    const attributes = new Map(element.attributes.map(({ name, value }) => [name, value]))
    const known = [...attributes.keys()].every((name) => KNOWN.includes(name))
    const required = attributes.get('required') ?? 'true'
    const name = attributes.get('name') ?? String(index + 1)
    const isSound =
      known &&
      element.children.length === 0 &&
      (required === 'true' || required === 'false') &&
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) &&
      (!/^\d+$/.test(name) || name === String(index + 1)) &&
      !names.has(name)
    if (!isSound || index >= MAX_PARAMETERS) return refuse(element)
    names.add(name)
    return {
      name,
      prompt: attributes.get('prompt') ?? (element.text.trim() || null),
      required: required === 'true',
    }
  })
}

const KNOWN = ['name', 'prompt', 'required']

/**
 * The values of a command's positional parameters.
 *
 * @param given - Values by the name of the parameter, or by its number.
 */
export function argumentsOf(
  { parameters }: Pick<ToolCommand, 'parameters'>,
  given: Readonly<Record<string, string>>,
): { readonly values: readonly string[] } | { readonly refusal: Reason<ToolCommandCode> } {
  const values: (string | undefined)[] = parameters.map(() => undefined)
  for (const [name, value] of Object.entries(given)) {
    const index = parameters.findIndex(
      (parameter, at) => parameter.name === name || String(at + 1) === name,
    )
    if (index === -1 || values[index] !== undefined) return refused('argument-unknown', name)
    if (!isCarried(value)) return refused('argument-malformed', name)
    values[index] = value
  }
  const missing = parameters.find((one, index) => one.required && values[index] === undefined)
  if (missing !== undefined) return refused('argument-missing', missing.name)
  return { values: values.map((value) => value ?? '') }
}

function isCarried(value: string): boolean {
  return !value.includes('\0') && !/\p{Cs}/u.test(value)
}

function refused(
  code: ToolCommandCode,
  argument: string,
): { readonly refusal: Reason<ToolCommandCode> } {
  return { refusal: { code, source: { request: 'arguments' }, facts: { argument } } }
}
