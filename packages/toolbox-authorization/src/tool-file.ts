import type { AgentLevel, ToolType } from './model.ts'
import { isToolName } from './names.ts'
import { readEntries, ShapedElement, type Shape } from './shape.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { WrittenFile, WrittenReference, WrittenTool } from './written.ts'
import type { XmlElement } from './xml-reader.ts'

/** Element of each kind of tool, and its block. */
export const TOOL_ELEMENTS: Readonly<Record<ToolType, { element: string; block: string }>> = {
  ssa: { element: 'ssa-command-tool', block: 'ssa-block' },
  msa: { element: 'msa-command-tool', block: 'msa-block' },
  'web-launch': { element: 'web-launch-tool', block: 'web-block' },
  automation: { element: 'automation-tool', block: 'automation-block' },
  'app-launch': { element: 'app-launch-tool', block: 'app-launch-block' },
}

/** Levels of access to a Web agent, the least first. */
const AGENT_LEVELS: readonly AgentLevel[] = ['user', 'operator', 'administrator']

/** Elements in a tool that are kept as they are written. */
const KEPT = ['include-filter', 'env-variable']

function shapeOf(type: ToolType): Shape {
  return {
    attributes: [
      'name',
      'guid',
      'visible',
      'max-targets',
      'revision',
      'job-log',
      'schedulable',
      'accepts-targets',
      'acts-on-cms',
      'secure-task',
    ],
    required: ['name'],
    children: [
      'category',
      'description',
      'comment',
      'owner',
      'default-target',
      'execute-as-user',
      'job-display-handler',
      'toolbox-enabled',
      'toolbox',
      'role-enabled',
      'role',
      ...KEPT,
      TOOL_ELEMENTS[type].block,
      'attribute',
    ],
    repeated: ['toolbox', 'role', ...KEPT, 'attribute'],
  }
}

const TYPES = new Map(
  (Object.keys(TOOL_ELEMENTS) as ToolType[]).map((type) => [TOOL_ELEMENTS[type].element, type]),
)

/** Reads a list of tool definitions. */
export function readTools(places: TextPlaces): WrittenFile<WrittenTool> {
  return readEntries(places, 'tool-list', [...TYPES.keys()], (child) =>
    readTool(child, TYPES.get(child.name) as ToolType, places),
  )
}

function readTool(child: XmlElement, type: ToolType, places: TextPlaces): WrittenTool {
  const shaped = new ShapedElement(child, shapeOf(type), places)
  const { block } = TOOL_ELEMENTS[type]
  const roleEnabled = shaped.childFlag('role-enabled', true)
  const tool = {
    type,
    name: nameOf(shaped, places),
    guid: shaped.value('guid'),
    category: shaped.childText('category'),
    description: shaped.childText('description'),
    comment: shaped.childText('comment'),
    owner: accountOf(shaped, 'owner', places),
    executeAsUser: accountOf(shaped, 'execute-as-user', places),
    jobDisplayHandler: shaped.childText('job-display-handler'),
    toolboxEnabled: shaped.childFlag('toolbox-enabled', roleEnabled),
    visible: shaped.flag('visible', true),
    maxTargets: shaped.count('max-targets'),
    revision: shaped.value('revision'),
    jobLog: shaped.flag('job-log', true),
    schedulable: shaped.flag('schedulable', true),
    acceptsTargets: shaped.flag('accepts-targets', true),
    actsOnCms: shaped.flag('acts-on-cms', false),
    secureTask: shaped.word('secure-task', AGENT_LEVELS),
    logsOutput: logsOutput(child, places),
    definition: Object.freeze(
      [...KEPT, block].flatMap((name) =>
        shaped.children(name).map(({ offset, end }) => places.text.slice(offset, end)),
      ),
    ),
    notes: Object.freeze(shaped.notes()),
    source: shaped.source,
    comments: Object.freeze(child.comments),
  }
  return { tool, toolboxes: toolboxesOf(shaped, places), defaultTarget: targetOf(shaped, places) }
}

function nameOf(shaped: ShapedElement, places: TextPlaces): string {
  const attribute = shaped.find('name')
  if (attribute !== undefined && !isToolName(attribute.value)) {
    const { value, valueOffset } = attribute
    places.report('name-malformed', valueOffset, value.length, quoted(value))
  }
  return attribute?.value ?? ''
}

/** An account of the operating system: present, it has a name. An empty `owner` would be no protection. */
function accountOf(shaped: ShapedElement, name: string, places: TextPlaces): string | null {
  const text = shaped.childText(name)
  if (text === null || isToolName(text)) return text
  places.report('name-malformed', shaped.children(name)[0]?.offset ?? 0, name.length + 1)
  return text
}

/** `role` is the word for toolbox of older files; where both stand, `toolbox` counts. */
function toolboxesOf(shaped: ShapedElement, places: TextPlaces): WrittenReference[] {
  const read = (name: string): WrittenReference[] =>
    shaped.children(name).map((child) => {
      const attribute = `${name}-name`
      const shape = { attributes: [attribute], required: [attribute] }
      const found = new ShapedElement(child, shape, places).find(attribute)
      return { name: found?.value ?? '', offset: found?.valueOffset ?? child.offset }
    })
  const toolboxes = read('toolbox')
  const roles = read('role')
  return toolboxes.length > 0 ? toolboxes : roles
}

function targetOf(shaped: ShapedElement, places: TextPlaces): WrittenTool['defaultTarget'] {
  const text = shaped.childText('default-target')
  if (text === null || text === '') return 'none'
  if (text === 'ALL') return 'all'
  if (text === 'CMS') return 'cms'
  const element = shaped.children('default-target')[0] as XmlElement
  const offset = element.textOffset
  const names = text.split(',').map((part) => part.trim())
  if (names.includes('')) places.report('value-malformed', offset, text.length, 'ALL, CMS or names')
  return names.map((name) => ({ name, offset }))
}

/** The `log` attribute of the command in its block. The vendor contradicts itself on the default: see TA-13. */
function logsOutput(element: XmlElement, places: TextPlaces): boolean {
  const command = commandsIn(element).find(({ attributes }) =>
    attributes.some(({ name }) => name === 'log'),
  )
  const log = command?.attributes.find(({ name }) => name === 'log')
  if (log === undefined || log.value === 'true') return true
  if (log.value !== 'false') {
    places.report('value-malformed', log.valueOffset, log.value.length, 'true or false')
  }
  return false
}

function commandsIn(element: XmlElement): XmlElement[] {
  return element.children.flatMap((child) =>
    child.name === 'command' ? [child] : commandsIn(child),
  )
}
