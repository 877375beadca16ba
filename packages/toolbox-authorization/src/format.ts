import { MAX_LINE_CHARACTERS } from '@gatehouse/core'
import { ACCOUNT_ELEMENTS } from './account-files.ts'
import { formatListLine } from './list-lines.ts'
import type {
  Account,
  Authorization,
  DefaultTarget,
  FileKind,
  Note,
  State,
  SystemGroup,
  Tool,
  Toolbox,
} from './model.ts'
import { TOOL_ELEMENTS } from './tool-file.ts'
import {
  comments,
  element,
  emptyElement,
  textElement,
  verbatim,
  type AttributeToWrite,
} from './xml-writer.ts'

/**
 * Writes a state as the texts of its seven files, wildcards resolved, comments kept before the entry
 * that they stood before or in.
 *
 * @returns Texts that {@link parse} reads as an equal state, places aside, given the same options.
 */
export function format(state: State): Record<FileKind, string> {
  const file = (kind: FileKind, root: string, entries: readonly string[]): string => {
    const lines = [...entries, ...comments(state.trailingComments[kind] ?? [], 1)]
    return `${['<?xml version="1.0" encoding="UTF-8"?>', ...element(root, [], 0, lines)].join('\n')}\n`
  }
  const { root: users } = ACCOUNT_ELEMENTS.user
  const { root: userGroups } = ACCOUNT_ELEMENTS['user-group']
  const defined = state.toolboxes.filter(({ builtIn }) => !builtIn)
  return {
    users: file('users', users, state.users.flatMap(formatAccount)),
    userGroups: file('userGroups', userGroups, state.userGroups.flatMap(formatAccount)),
    toolboxes: file('toolboxes', 'toolbox-list', defined.flatMap(formatToolbox)),
    tools: file('tools', 'tool-list', state.tools.flatMap(formatTool)),
    systems: file(
      'systems',
      'node-list',
      state.systems.flatMap((system) => [
        ...comments(system.comments, 1),
        ...emptyElement('node', named(system), 1),
      ]),
    ),
    groups: file('groups', 'node-group-list', state.groups.flatMap(formatGroup)),
    authorizations: file(
      'authorizations',
      'auth-list',
      state.authorizations.flatMap(formatAuthorization),
    ),
  }
}

/** Writes the authorizations of a state as list lines, which {@link parse} reads as well. */
export function formatLines(state: State): string {
  const lines = state.authorizations.flatMap((authorization) => [
    ...authorization.comments.flatMap((text) => text.split('\n')).map(remark),
    formatListLine(authorization),
  ])
  const trailing = (state.trailingComments.authorizations ?? []).flatMap((text) => text.split('\n'))
  return [...lines, ...trailing.map(remark)].map((line) => `${line}\n`).join('')
}

function remark(text: string): string {
  return `#${text}`.slice(0, MAX_LINE_CHARACTERS)
}

function named({ name, guid }: { name: string; guid: string | null }): AttributeToWrite[] {
  return [
    ['name', name],
    ['guid', guid],
  ]
}

function formatAccount(account: Account): string[] {
  const { kind, description, configRight, included, excluded } = account
  const attributes: AttributeToWrite[] = [
    ...named(account),
    ['description', description],
    ['config-rights', configRight],
    ['ip-inclusion-ranges', rangesText(included)],
    ['ip-exclusion-ranges', rangesText(excluded)],
  ]
  const { entry } = ACCOUNT_ELEMENTS[kind]
  return [...comments(account.comments, 1), ...emptyElement(entry, attributes, 1)]
}

function rangesText(ranges: readonly string[]): string | null {
  return ranges.length === 0 ? null : ranges.join(';\n')
}

function formatToolbox(toolbox: Toolbox): string[] {
  return [
    ...comments(toolbox.comments, 1),
    ...element('toolbox', named(toolbox), 1, [
      ...textElement('enabled', String(toolbox.enabled), 2),
      ...textElement('description', toolbox.description, 2),
      ...formatNotes(toolbox.notes),
    ]),
  ]
}

function formatGroup(group: SystemGroup): string[] {
  return [
    ...comments(group.comments, 1),
    ...element('node-group', named(group), 1, [
      ...textElement('description', group.description, 2),
      ...group.members.flatMap((name) => emptyElement('member-node', [['name', name]], 2)),
      ...formatNotes(group.notes),
    ]),
  ]
}

function formatNotes(notes: readonly Note[]): string[] {
  return notes.flatMap(({ name, value }) => textElement('attribute', value, 2, [['name', name]]))
}

function formatTool(tool: Tool): string[] {
  const attributes: AttributeToWrite[] = [
    ...named(tool),
    ['visible', otherThan(tool.visible, true)],
    ['max-targets', tool.maxTargets === null ? null : String(tool.maxTargets)],
    ['revision', tool.revision],
    ['job-log', otherThan(tool.jobLog, true)],
    ['schedulable', otherThan(tool.schedulable, true)],
    ['accepts-targets', otherThan(tool.acceptsTargets, true)],
    ['acts-on-cms', otherThan(tool.actsOnCms, false)],
    ['secure-task', tool.secureTask],
  ]
  return [
    ...comments(tool.comments, 1),
    ...element(TOOL_ELEMENTS[tool.type].element, attributes, 1, [
      ...textElement('category', tool.category, 2),
      ...textElement('description', tool.description, 2),
      ...textElement('comment', tool.comment, 2),
      ...textElement('owner', tool.owner, 2),
      ...textElement('default-target', defaultTargetText(tool.defaultTarget), 2),
      ...textElement('execute-as-user', tool.executeAsUser, 2),
      ...textElement('job-display-handler', tool.jobDisplayHandler, 2),
      ...textElement('toolbox-enabled', otherThan(tool.toolboxEnabled, true), 2),
      ...tool.toolboxes.flatMap((name) => emptyElement('toolbox', [['toolbox-name', name]], 2)),
      ...tool.definition.flatMap((text) => verbatim(text, 2)),
      ...formatNotes(tool.notes),
    ]),
  ]
}

function otherThan(value: boolean, standard: boolean): string | null {
  return value === standard ? null : String(value)
}

function defaultTargetText(target: DefaultTarget): string | null {
  if (target === 'none') return null
  return typeof target === 'string' ? target.toUpperCase() : target.join(',\n')
}

function formatAuthorization({
  principal,
  toolbox,
  scope,
  update,
  comments: texts,
}: Authorization): string[] {
  const isGroup = scope.kind === 'group'
  const attributes: AttributeToWrite[] = [
    [principal.kind === 'user' ? 'user-name' : 'user-group-name', principal.name],
    ['toolbox-name', toolbox],
    [isGroup ? 'node-group-name' : 'node-name', scope.name],
    ['auto-update', update === null ? null : String(update === 'auto')],
  ]
  const name = isGroup ? 'node-group-authorization' : 'node-authorization'
  return [...comments(texts, 1), ...emptyElement(name, attributes, 1)]
}
