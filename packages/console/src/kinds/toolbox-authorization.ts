import { claimed, ConfigError, describeWith, formatSource, type Reason } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import { z } from 'zod'
import { demandAskable, fileKind, type FileKind, type ReadSettings } from './file-kind.ts'
import { namesIn, type Form, type QuestionOptions } from './questions.ts'
import type { FileRole, PolicyTexts } from './policy-texts.ts'
import type { Patch, StatedAnswer } from './stated.ts'

const text = z.string().min(1)

const callerFields = {
  user: text.transform((user) => claimed(user)),
  groups: z.array(text).default([]),
  signInAddress: text.exactOptional(),
}

const caller: Form<toolbox.Caller> = {
  options: ['user', 'groups', 'address'],
  fromOptions: callerFrom,
  schema: z.strictObject(callerFields),
}

const operation: Form<toolbox.Operation> = {
  options: ['tool', 'system'],
  fromOptions: ({ tool, system }) => ({ tool, system }),
  schema: z.strictObject({ tool: text, system: text }),
}

const request: Form<toolbox.Request> = {
  options: ['user', 'tool', 'targets', 'groups', 'address'],
  fromOptions: (options) => ({
    ...callerFrom(options),
    tool: options.tool,
    targets: namesIn(options.targets),
  }),
  schema: z.strictObject({ ...callerFields, tool: text, targets: z.array(text).default([]) }),
}

interface ToolboxRole extends FileRole {
  readonly kind: toolbox.FileKind
}

const ROLES: readonly ToolboxRole[] = [
  { name: 'users', title: 'user-list', required: true, kind: 'users' },
  { name: 'user-groups', title: 'user-group-list', required: false, kind: 'userGroups' },
  { name: 'toolboxes', title: 'toolbox-list', required: false, kind: 'toolboxes' },
  { name: 'tools', title: 'tool-list', required: true, kind: 'tools' },
  { name: 'systems', title: 'node-list', required: true, kind: 'systems' },
  { name: 'groups', title: 'node-group-list', required: false, kind: 'groups' },
  { name: 'authorizations', title: 'auth-list', required: true, kind: 'authorizations' },
]

const LIST_LINE = /^(?:U:)?[^:<]+:[^:]+:[ng]:[^:]+(?::(?:Auto|Manual))?$/

/** HP SIM's users, toolboxes, tools, systems and authorizations. */
export const TOOLBOX_AUTHORIZATION: FileKind = fileKind({
  name: 'toolbox-authorization',
  roles: ROLES,
  settings: ['cms'],
  recognise: ({ element, firstLine }) => {
    const role = ROLES.find(({ title }) => title === element)?.name
    if (role !== undefined) return { sure: true, role }
    // Any other list is a slip in one of these, and must not pass for a file that is not there.
    if (element !== undefined && element !== 'LogService') return { sure: true, role }
    return LIST_LINE.test(firstLine) ? { sure: true, role: 'authorizations' } : undefined
  },
  parse: parseToolbox,
  questions: { request, operation, caller },
  check: toolbox.check,
  explain: (state: toolbox.State, whole) => {
    const { decision, ...explanation } = toolbox.explain(state, whole)
    const { targets } = explanation
    return { decision, lines: targets.flatMap(targetLines), patch: patchFor(), explanation }

    function patchFor(): Patch | undefined {
      const { smallestEdit } = explanation
      if (smallestEdit === undefined) return undefined
      const sign = smallestEdit.change === 'add' ? '+' : '-'
      const file = state.files.authorizations ?? 'authorizations'
      return { file, lines: smallestEdit.lines.map((line) => ({ sign, text: line })) }
    }
  },
  whoCan: (state, what) => {
    demandKnown(state, what)
    return granteesOf(toolbox.whoCan(state, what), what)
  },
  whatCan: (state, who) => {
    const signIn = toolbox.checkSignIn(state, who)
    demandAskable(signIn, describe)
    if (signIn.outcome === 'deny') {
      const [reason] = signIn.reasons
      const line = `nothing: ${describe(reason)}${placeOf(reason)}`
      return { any: false, lines: [line], answer: { signIn, permitted: [], systems: [] } }
    }
    const permitted = toolbox.whatCan(state, who)
    const systems = toolbox.listSystems(state, who)
    const lines = permitted.map(
      (one) => `${one.toolbox}: ${one.tools.join(', ')}; on ${one.systems.join(', ')}`,
    )
    const seen = systems.length === 0 ? 'may see no system' : `may see ${systems.join(', ')}`
    return {
      any: permitted.length > 0,
      lines: [...(permitted.length === 0 ? ['nothing'] : lines), seen],
      answer: { signIn, permitted, systems },
    }
  },
  format: (state, texts) => {
    const formatted = toolbox.format(state)
    return ROLES.flatMap(({ name, kind }) => {
      const given = texts.get(name)
      if (given?.bytes === undefined || given.bytes === null) return []
      const isLines = kind === 'authorizations' && !isXml(given.bytes)
      return [{ file: given.file, text: isLines ? toolbox.formatLines(state) : formatted[kind] }]
    })
  },
  lint: (state) =>
    toolbox.lint(state).map((finding) => {
      const { code, facts = {} } = finding
      return { ...finding, sentence: describeWith(toolbox.LINT_CODES)({ code, facts }) }
    }),
  diff: (before, after) =>
    toolbox
      .diff(before, after)
      .map((difference) => ({ ...difference, requests: requestsOf(difference.region) })),
  notCompared: 'sign-in ranges and configuration rights',
  test: toolbox.test,
  describe,
})

/**
 * Reads the files of a management server.
 *
 * @throws ParseError with every error of all files; ConfigError without the name of the server.
 */
export function parseToolbox(
  texts: PolicyTexts,
  { encoding = 'ascii', cms }: Pick<ReadSettings, 'encoding' | 'cms'>,
): toolbox.State {
  if (cms !== undefined) return toolbox.parse(filesOf(texts), { cms, encoding })
  throw new ConfigError('`--cms` has to name the management server among the systems')
}

/** Says that a tool or a system is not known, so that `nobody` is never the answer to a slip. */
function demandKnown(state: toolbox.State, { tool, system }: toolbox.Operation): void {
  if (!state.tools.some(({ name }) => name === tool)) {
    throw new ConfigError(`no tool is called \`${tool}\``)
  }
  if (!state.systems.some(({ name }) => name.toLowerCase() === system.toLowerCase())) {
    throw new ConfigError(`no system is called \`${system}\``)
  }
}

function filesOf(texts: PolicyTexts): toolbox.StateFiles {
  const files = ROLES.flatMap(({ name, kind }) => {
    const given = texts.get(name)
    return given?.bytes === undefined || given.bytes === null
      ? []
      : [[kind, { text: given.bytes, file: given.file }]]
  })
  return Object.fromEntries(files)
}

function isXml(bytes: Uint8Array): boolean {
  return /^\s*</.test(new TextDecoder('latin1').decode(bytes).replace(/^\u00ef\u00bb\u00bf/, ''))
}

function callerFrom({ user, groups, address }: QuestionOptions): object {
  return {
    user,
    groups: namesIn(groups),
    ...(address === undefined ? {} : { signInAddress: address }),
  }
}

function describe({ code, facts = {} }: Reason): string {
  return toolbox.describe({ code: code as toolbox.Code, facts })
}

function placeOf({ source }: Reason): string {
  return source === undefined ? '' : ` (${formatSource(source)})`
}

function targetLines(target: toolbox.TargetExplanation): string[] {
  const { system, role, covering, others, missing } = target
  const at = role === 'cms' ? `${system}, which the tool acts on` : system
  return [
    `on ${at}: ${missing === null ? 'covered' : `${describe(missing)}${placeOf(missing)}`}`,
    ...covering.map((one, index) => authorizationLine(one, index === 0 ? 'decides' : 'covers it')),
    ...others.map((one) => authorizationLine(one, 'other tools')),
  ]
}

function authorizationLine(one: toolbox.Authorization, says: string): string {
  return `  ${formatSource(one.source)}  ${says.padEnd(11)}  ${authorizationText(one)}`
}

function authorizationText({ principal, toolbox: name, scope }: toolbox.Authorization): string {
  return `${principalText(principal)} has ${name} on ${scope.kind} ${scope.name}`
}

function principalText({ kind, name }: toolbox.Principal): string {
  return kind === 'user' ? `user ${name}` : `members of ${name}`
}

function granteesOf(answer: toolbox.Grantees, { system }: toolbox.Operation): StatedAnswer {
  const { onSystem, onCms } = answer
  const any = onSystem.length > 0 && (onCms === null || onCms.length > 0)
  const lines =
    onCms === null
      ? granteeLines(onSystem)
      : [
          `the tool acts on the management server as well, so one of these for ${system}`,
          ...indented(granteeLines(onSystem)),
          'and, the same caller or another group of it, one of these for the management server',
          ...indented(granteeLines(onCms)),
        ]
  return { any, lines, answer }
}

function granteeLines(grantees: readonly toolbox.Grantee[]): string[] {
  if (grantees.length === 0) return ['nobody']
  return grantees.map(({ principal, by }) => {
    const { toolbox: name, scope, source } = by
    return `${principalText(principal)}, by ${name} on ${scope.kind} ${scope.name}  ${formatSource(source)}`
  })
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function requestsOf({ principal, tools, systems }: toolbox.Region): string {
  const where = systems.length === 0 ? 'without a target' : `on ${systems.join(', ')}`
  return `${principalText(principal)}, ${tools.join(', ')}, ${where}`
}
