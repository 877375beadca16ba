import { claimed } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import type { Model } from '../model.ts'
import { randomNumbers, type Random } from '../random.ts'
import type { Question, Rule } from '../rule-table.ts'

const TOOLBOXES = 12
const TOOLS = 60
const MEMBERS = 20

/**
 * Authorizations of given number: ten a user, half of them for a system, half for a group. Peers
 * get one rule each and are asked once for each target, with the toolboxes of the tool and the
 * groups of the system looked up for them: flattened, this would be a hundred million rules.
 */
export const toolboxAuthorization: Model<toolbox.Request> = {
  name: 'toolbox-authorization',
  unit: 'authorizations',
  subject: 'toolbox.check',
  generate: (size) => {
    const random = randomNumbers(size)
    const site = siteOf(size, random)
    const files = filesOf(site)
    return {
      load: () => {
        const state = toolbox.parse(files, { cms: 'cms' })
        return (request) => toolbox.check(state, request).outcome === 'allow'
      },
      requests: (count) =>
        Array.from({ length: count }, () => JSON.stringify(requestOf(site, random))),
      table: () => ({
        tests: { user: 'is', toolboxes: 'has', scopes: 'has' },
        rules: site.authorizations.map(ruleOf),
      }),
      questions: ({ user, tool, targets }) =>
        targets.map((target): Question => ({
          user,
          toolboxes: site.toolboxesOf.get(tool) ?? [],
          scopes: site.scopesOf.get(target) ?? [],
        })),
    }
  },
}

/** What is configured on one management server. */
interface Site {
  readonly users: readonly string[]
  readonly systems: readonly string[]
  /** Toolboxes that hold a tool, All Tools among them. */
  readonly toolboxesOf: ReadonlyMap<string, readonly string[]>
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** A system itself and its groups, as list lines write them. */
  readonly scopesOf: ReadonlyMap<string, readonly string[]>
  /** List lines. */
  readonly authorizations: readonly string[]
}

function siteOf(size: number, random: Random): Site {
  const users = Array.from({ length: Math.ceil(size / 10) }, (_, at) => `CORP\\user${at}`)
  const systems = Array.from({ length: Math.ceil(size / 5) }, (_, at) => `web${at}.example.test`)
  const names = Array.from({ length: Math.ceil(size / 50) }, (_, at) => `group${at}`)
  const groups = new Map(
    names.map((name) => [
      name,
      [...new Set(Array.from({ length: MEMBERS }, () => pick(systems, random)))],
    ]),
  )
  const scopesOf = new Map(systems.map((system) => [system, [`n:${system}`]]))
  for (const [name, members] of groups) {
    for (const member of members) scopesOf.get(member)?.push(`g:${name}`)
  }
  const toolboxesOf = new Map(
    Array.from({ length: TOOLS }, (_, at) => [
      `tool${at}`,
      [...new Set(['All Tools', boxOf(random), boxOf(random)])],
    ]),
  )
  const authorizations = new Set<string>()
  while (authorizations.size < size) {
    const box = random(50) === 0 ? 'All Tools' : boxOf(random)
    const scope = random(2) === 0 ? `n:${pick(systems, random)}` : `g:${pick(names, random)}`
    authorizations.add(`${pick(users, random)}:${box}:${scope}`)
  }
  return { users, systems, toolboxesOf, groups, scopesOf, authorizations: [...authorizations] }
}

function boxOf(random: Random): string {
  return `Box ${random(TOOLBOXES)}`
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)] as Item
}

function filesOf(site: Site): toolbox.StateFiles {
  const systems = ['cms', ...site.scopesOf.keys()]
  return {
    users: list('user-list', [
      '<user name="root" config-rights="full"/>',
      ...site.users.map((name) => `<user name="${name}"/>`),
    ]),
    toolboxes: list(
      'toolbox-list',
      Array.from({ length: TOOLBOXES }, (_, at) => `<toolbox name="Box ${at}"/>`),
    ),
    tools: list(
      'tool-list',
      Array.from(site.toolboxesOf, ([name, boxes]) => {
        const named = boxes.filter((box) => box !== 'All Tools')
        const elements = named.map((box) => `<toolbox toolbox-name="${box}"/>`).join('')
        return `<ssa-command-tool name="${name}">${elements}</ssa-command-tool>`
      }),
    ),
    systems: list(
      'node-list',
      systems.map((name) => `<node name="${name}"/>`),
    ),
    groups: list(
      'node-group-list',
      Array.from(site.groups, ([name, members]) => {
        const elements = members.map((member) => `<member-node name="${member}"/>`).join('')
        return `<node-group name="${name}">${elements}</node-group>`
      }),
    ),
    authorizations: { file: 'auth.txt', text: Buffer.from(site.authorizations.join('\n')) },
  }
}

function list(kind: string, entries: readonly string[]): toolbox.SourceText {
  return {
    file: `${kind}.xml`,
    text: Buffer.from(`<${kind}>${entries.join('\n')}</${kind}>`),
  }
}

/** A tool on one to three systems; half of the requests are made from an authorization. */
function requestOf(site: Site, random: Random): toolbox.Request {
  const line = pick(site.authorizations, random)
  const [user = '', box = '', kind, name = ''] = line.split(':')
  const isNear = random(2) === 0
  const covered = kind === 'n' ? [name] : (site.groups.get(name) ?? [])
  const systems = isNear ? covered : site.systems
  const tools = [...site.toolboxesOf.keys()].filter(
    (tool) => !isNear || site.toolboxesOf.get(tool)?.includes(box) === true,
  )
  return {
    user: claimed(user),
    groups: [],
    tool: tools.length === 0 ? 'tool0' : pick(tools, random),
    targets: Array.from({ length: 1 + random(3) }, () => pick(systems, random)),
  }
}

function ruleOf(line: string): Rule {
  const [user = '', box = '', kind = '', name = ''] = line.split(':')
  return { effect: 'allow', values: { user, toolboxes: box, scopes: `${kind}:${name}` } }
}
