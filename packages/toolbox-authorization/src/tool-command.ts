import type { Reason } from '@gatehouse/core'
import type { Tool } from './model.ts'
import { parametersOf, type ToolParameter } from './tool-parameters.ts'
import { scriptOf } from './tool-script.ts'
import { TextPlaces } from './text-places.ts'
import type { ToolCommandCode } from './tool-command-codes.ts'
import { TOOL_ELEMENTS } from './tool-file.ts'
import { readXml, type XmlElement } from './xml-reader.ts'

/** What a single- or multiple-system-aware tool runs. */
export interface ToolCommand {
  /** Once on each target, or once on the management server for all targets. */
  readonly runsOn: 'targets' | 'cms'
  /**
   * A script for a POSIX shell. Arguments are its positional parameters: no value becomes part of the
   * script itself.
   */
  readonly script: string
  /** What it takes, in the order of its positional parameters. */
  readonly parameters: readonly ToolParameter[]
  /** Variables that it finds in its environment, by name. */
  readonly environment: ReadonlyMap<string, string>
  /** Whether its output goes to the audit log. The summary always does. */
  readonly logsOutput: boolean
}

/** The command of a definition, or why there is none that can be run. */
export type ReadCommand =
  { readonly command: ToolCommand } | { readonly refusal: Reason<ToolCommandCode> }

/** Ends the reading at the first thing that is not understood. */
class Refused extends Error {
  readonly code: ToolCommandCode
  readonly facts: Readonly<Record<string, string>>

  constructor(code: ToolCommandCode, facts: Readonly<Record<string, string>> = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

/**
 * The command of a tool of type ssa or msa, read from its definition. What is not understood refuses it.
 *
 * It does not decide who may run the tool.
 *
 * @param tool - As {@link parse} gives it.
 */
export function commandOf(tool: Tool): ReadCommand {
  try {
    return { command: readCommand(tool) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { code, facts } = error
    return { refusal: { code, source: tool.source, facts: { tool: tool.name, ...facts } } }
  }
}

function readCommand({ type, definition, logsOutput }: Tool): ToolCommand {
  if (type !== 'ssa' && type !== 'msa') throw new Refused('not-a-command-tool', { type })
  const elements = elementsOf(definition)
  const { block } = TOOL_ELEMENTS[type]
  const children = elements.filter(({ name }) => name === block).flatMap((one) => one.children)
  for (const child of children) refuseUnsupported(child, type)
  const commands = children.filter(({ name }) => name === 'command')
  const [command, second] = commands
  if (second !== undefined) throw new Refused('command-repeated')
  const text = command?.text.trim() ?? ''
  if (command === undefined || text === '') throw new Refused('command-missing')
  const commandType = checkedAttributes(command, ['command-type', 'log']).get('command-type')
  if (commandType !== undefined && commandType !== 'stdout') {
    throw new Refused('command-type-unsupported', { 'command-type': commandType })
  }
  const parameters = parametersOf(children, (element) => {
    throw new Refused('definition-unsupported', { element: element.name })
  })
  const script = scriptOf(text, parameters.length)
  if ('code' in script) throw new Refused(script.code, { substitution: script.at })
  const environment = environmentOf(elements)
  return {
    runsOn: type === 'ssa' ? 'targets' : 'cms',
    script: script.text,
    parameters,
    environment,
    logsOutput,
  }
}

/** The elements of a definition, whose form was checked in part when its file was read. */
function elementsOf(definition: readonly string[]): XmlElement[] {
  const elements: XmlElement[] = []
  const text = `<definition>\n${definition.join('\n')}\n</definition>`
  const places = new TextPlaces(text, { file: 'definition', encoding: 'utf-8' })
  const root = readXml(places, (child) => {
    elements.push(child)
  })
  if (root === undefined) throw new Refused('definition-unsupported')
  return elements
}

const COPYING = /copy|source|destination/

function refuseUnsupported(child: XmlElement, type: 'ssa' | 'msa'): void {
  const { name, text } = child
  if (name === 'command' || name === 'parameter') return
  if (COPYING.test(name)) throw new Refused('copy-unsupported', { element: name })
  if (name !== 'execution-system' || type !== 'msa' || child.children.length > 0) {
    throw new Refused('definition-unsupported', { element: name })
  }
  if (text.trim() !== 'CMS') {
    throw new Refused('execution-system-unsupported', { system: text.trim() })
  }
}

/** Attributes by name, when the element has no others and nothing in it. */
function checkedAttributes(
  element: XmlElement,
  known: readonly string[],
): ReadonlyMap<string, string> {
  const { name, attributes, children } = element
  const other = attributes.find((one) => !known.includes(one.name)) ?? children[0]
  if (other !== undefined) {
    throw new Refused('definition-unsupported', { element: name, has: other.name })
  }
  return new Map(attributes.map((one) => [one.name, one.value]))
}

function environmentOf(elements: readonly XmlElement[]): Map<string, string> {
  const environment = new Map<string, string>()
  for (const element of elements.filter(({ name }) => name === 'env-variable')) {
    const attributes = checkedAttributes(element, ['name', 'value'])
    const variable = attributes.get('name') ?? ''
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(variable)) {
      throw new Refused('variable-malformed', { variable })
    }
    if (variable.startsWith('MX_')) throw new Refused('variable-reserved', { variable })
    if (environment.has(variable)) throw new Refused('variable-repeated', { variable })
    environment.set(variable, attributes.get('value') ?? element.text.trim())
  }
  return environment
}
