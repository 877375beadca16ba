import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import type { FileKind, Request } from '../src/index.ts'

/** A small world before it is written down. Systems are `s0` …, the management server among them. */
export interface Sketch {
  systems: string[]
  users: { name: string; right: string }[]
  userGroups: string[]
  toolboxes: { name: string; enabled: boolean }[]
  groups: { name: string; members: string[] }[]
  tools: {
    name: string
    toolboxes: string[]
    owner: boolean
    enabled: boolean
    onCms: boolean
    max: number | null
  }[]
  authorizations: {
    who: string
    isGroup: boolean
    toolbox: string
    where: string
    kind: 'n' | 'g'
  }[]
}

/** Name of the management server in every sketch. */
export const CMS = 's0'

const USERS = ['root', 'ann', 'CORP\\ben']
const USER_GROUPS = ['watchers', 'night']
const SYSTEMS = [CMS, 's1', 's2', 's3', 's4']
const GROUPS = ['g0', 'g1', 'g2', 'g3']
const TOOLS = ['t0', 't1', 't2', 't3']
const OWN = ['Web', 'Db', 'Monitor Tools']
const TOOLBOXES = [...OWN, 'All Tools', 'Full Rights']

const rarely = fc.integer({ min: 0, max: 4 }).map((number) => number === 0)

const toolPart = fc.record({
  toolboxes: fc.subarray(TOOLBOXES),
  owner: rarely,
  enabled: rarely.map((flag) => !flag),
  onCms: rarely,
  max: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
})

/** Worlds that hold every rule of the decision. */
export const sketch: fc.Arbitrary<Sketch> = fc.record({
  systems: fc.constant(SYSTEMS),
  users: fc
    .tuple(...USERS.map(() => fc.constantFrom('none', 'limited', 'full')))
    .map((rights) =>
      USERS.map((name, index) => ({ name, right: index === 0 ? 'full' : (rights[index] ?? '') })),
    ),
  userGroups: fc.constant(USER_GROUPS),
  toolboxes: fc
    .tuple(...OWN.map(() => fc.boolean()))
    .map((flags) => OWN.map((name, index) => ({ name, enabled: flags[index] ?? true }))),
  groups: fc
    .tuple(...GROUPS.map(() => fc.subarray(SYSTEMS)))
    .map((members) => GROUPS.map((name, index) => ({ name, members: members[index] ?? [] }))),
  tools: fc
    .tuple(...TOOLS.map(() => toolPart))
    .map((parts) => parts.map((part, index) => ({ name: TOOLS[index] ?? '', ...part }))),
  authorizations: fc.array(
    fc
      .record({
        isGroup: fc.boolean(),
        user: fc.constantFrom(...USERS),
        group: fc.constantFrom(...USER_GROUPS),
        toolbox: fc.constantFrom(...TOOLBOXES),
        kind: fc.constantFrom('n' as const, 'g' as const),
        system: fc.constantFrom(...SYSTEMS, '*'),
        scope: fc.constantFrom(...GROUPS, ...GROUPS, '*'),
      })
      .map(({ isGroup, user, group, toolbox, kind, system, scope }) => ({
        who: isGroup ? group : user,
        isGroup,
        toolbox,
        kind,
        where: kind === 'n' ? system : scope,
      })),
    { maxLength: 12 },
  ),
})

/** Requests about a sketch, some of names that it does not have. */
export const question: fc.Arbitrary<Request> = fc.record({
  user: fc.constantFrom(...USERS, 'zed').map((name) => claimed(name)),
  groups: fc.subarray([...USER_GROUPS, 'others']),
  tool: fc.constantFrom(...TOOLS, ...TOOLS, 'nix'),
  targets: fc.array(fc.constantFrom(...SYSTEMS, ...SYSTEMS, 'nix'), { minLength: 1, maxLength: 3 }),
})

function all(root: string, entries: string[]): string {
  return `<${root}>\n${entries.join('\n')}\n</${root}>\n`
}

/** Writes a sketch as files. */
export function write(file: Sketch): Record<FileKind, string> {
  return {
    users: all(
      'user-list',
      file.users.map(({ name, right }) => `<user name="${name}" config-rights="${right}"/>`),
    ),
    userGroups: all(
      'user-group-list',
      file.userGroups.map((name) => `<user-group name="${name}"/>`),
    ),
    toolboxes: all(
      'toolbox-list',
      file.toolboxes.map(
        ({ name, enabled }) => `<toolbox name="${name}"><enabled>${enabled}</enabled></toolbox>`,
      ),
    ),
    tools: all(
      'tool-list',
      file.tools.map(({ name, toolboxes, owner, enabled, onCms, max }) => {
        const parts = [
          owner ? '<owner>ann</owner>' : '',
          `<toolbox-enabled>${enabled}</toolbox-enabled>`,
          ...toolboxes.map((one) => `<toolbox toolbox-name="${one}"/>`),
        ].join('')
        const limit = max === null ? '' : ` max-targets="${max}"`
        return `<ssa-command-tool name="${name}" acts-on-cms="${onCms}"${limit}>${parts}</ssa-command-tool>`
      }),
    ),
    systems: all(
      'node-list',
      file.systems.map((name) => `<node name="${name}"/>`),
    ),
    groups: all(
      'node-group-list',
      file.groups.map(({ name, members }) => {
        const nodes = members.map((member) => `<member-node name="${member}"/>`).join('')
        return `<node-group name="${name}">${nodes}</node-group>`
      }),
    ),
    authorizations: file.authorizations
      .map(
        ({ who, isGroup, toolbox, kind, where }) =>
          `${isGroup ? 'U:' : ''}${who}:${toolbox}:${kind}:${where}\n`,
      )
      .join(''),
  }
}

/** A row of the flattened world: this principal may run this tool on this system, by this line. */
export interface Row {
  who: string
  tool: string
  system: string
  line: number
}

/** Flattens a sketch to rows, rule by rule as the model's document has them. */
export function flatten(file: Sketch): Row[] {
  return file.authorizations.flatMap(({ who, isGroup, toolbox, kind, where }, index) => {
    const members = file.groups.filter(({ name }) => where === '*' || name === where)
    const named = kind === 'n' ? [where] : members.flatMap((group) => group.members)
    const systems = kind === 'n' && where === '*' ? file.systems : named
    return systems.flatMap((system) =>
      file.tools
        .filter((tool) => holds(file, toolbox, tool, system))
        .map((tool) => ({
          who: `${isGroup ? 'U:' : ''}${who}`,
          tool: tool.name,
          system,
          line: index + 1,
        })),
    )
  })
}

function holds(
  { toolboxes }: Sketch,
  toolbox: string,
  tool: Sketch['tools'][number],
  system: string,
): boolean {
  if (toolbox === 'All Tools') return true
  if (tool.owner || !tool.enabled) return false
  if (toolboxes.some(({ name, enabled }) => name === toolbox && !enabled)) return false
  if (toolbox === 'Full Rights' && system === CMS) return true
  return tool.toolboxes.includes(toolbox)
}
