import type { FileKind } from '@gatehouse/toolbox-authorization'
import type { Random } from '../../random.ts'
import { pick, several } from '../format.ts'

/** How the parts of one element are made up. */
interface ElementSketch {
  readonly name: string
  /** Each attribute with values for it, the likely ones first. */
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly children: readonly ElementSketch[]
  readonly texts?: readonly string[]
}

const FLAGS = ['true', 'false', 'TRUE', '']
const NOTES = ['a note', '', 'x &amp; y', '&lt;', '&#65;', ' two  lines\n of text ', '&#9;', 'é']
const NAMES = ['web01', 'WEB01', 'cms', 'db01', 'gone', '*', 'a:b', '&#7;', ' x']
const USERS = ['root', 'ann', 'CORP\\ben', 'corp\\BEN', 'U', '*', 'Ann']
const TOOLBOXES = ['Web', 'All Tools', 'Monitor Tools', 'Full Rights', 'Limited Rights', 'web', '']
const RANGES = ['10.0.0.1', '10.0.0.1-10.0.0.9', '10.0.0.5 - 10.0.0.7;10.1.0.0', '0.0.0.0', '1.2']

function leaf(name: string, texts: readonly string[]): ElementSketch {
  return { name, attributes: {}, children: [], texts }
}

function account(name: string): ElementSketch {
  const attributes = {
    name: USERS,
    'config-rights': ['none', 'limited', 'full'],
    'ip-inclusion-ranges': RANGES,
    'ip-exclusion-ranges': RANGES,
    description: NOTES,
    trusted: FLAGS,
    guid: NOTES,
  }
  return { name, attributes, children: [] }
}

const NOTE: ElementSketch = {
  name: 'attribute',
  attributes: { name: NOTES },
  children: [],
  texts: NOTES,
}
const COMMAND: ElementSketch = {
  name: 'command',
  attributes: { log: FLAGS },
  children: [],
  texts: NOTES,
}

const TOOL: Omit<ElementSketch, 'name'> = {
  attributes: {
    name: ['uptime', 'restart', 'a:b', 'x'],
    visible: FLAGS,
    'max-targets': ['1', '30', '0', '-1'],
    'acts-on-cms': FLAGS,
    'accepts-targets': FLAGS,
    'secure-task': ['user', 'operator', 'administrator', 'root'],
    revision: NOTES,
  },
  children: [
    leaf('description', NOTES),
    leaf('owner', USERS),
    leaf('default-target', ['ALL', 'CMS', 'web01', 'web01,\nweb02', '', 'gone']),
    leaf('execute-as-user', USERS),
    leaf('toolbox-enabled', FLAGS),
    { name: 'toolbox', attributes: { 'toolbox-name': TOOLBOXES }, children: [] },
    { name: 'role', attributes: { 'role-name': TOOLBOXES }, children: [] },
    { name: 'env-variable', attributes: { name: NOTES }, children: [], texts: NOTES },
    { name: 'ssa-block', attributes: {}, children: [COMMAND] },
    NOTE,
  ],
}

function authorization(name: string, scope: string, names: readonly string[]): ElementSketch {
  const attributes = {
    'user-name': USERS.slice(0, 3),
    'toolbox-name': TOOLBOXES,
    [scope]: names,
    'auto-update': FLAGS,
    'user-group-name': ['watchers', 'gone'],
  }
  return { name, attributes, children: [] }
}

const MEMBER: ElementSketch = { name: 'member-node', attributes: { name: NAMES }, children: [] }

const FILES: Readonly<
  Record<FileKind, readonly [root: string, entries: readonly ElementSketch[]]>
> = {
  users: ['user-list', [account('user')]],
  userGroups: ['user-group-list', [account('user-group')]],
  toolboxes: [
    'toolbox-list',
    [
      {
        name: 'toolbox',
        attributes: {
          name: ['Web', 'Db-1', 'All Tools', 'Monitor Tools', '1x', 'x '],
          guid: NOTES,
        },
        children: [leaf('enabled', FLAGS), leaf('description', NOTES), NOTE],
      },
    ],
  ],
  tools: [
    'tool-list',
    ['ssa-command-tool', 'msa-command-tool', 'web-launch-tool'].map((name) => ({ name, ...TOOL })),
  ],
  systems: [
    'node-list',
    [
      {
        name: 'node',
        attributes: { name: NAMES, guid: NOTES },
        children: [leaf('credential', NOTES)],
      },
    ],
  ],
  groups: [
    'node-group-list',
    [
      {
        name: 'node-group',
        attributes: { name: ['webs', 'dbs', 'All', 'x:y'], guid: NOTES },
        children: [leaf('description', NOTES), MEMBER, MEMBER, NOTE],
      },
    ],
  ],
  authorizations: [
    'auth-list',
    [
      authorization('node-authorization', 'node-name', NAMES),
      authorization('node-group-authorization', 'node-group-name', ['webs', 'gone', '*']),
    ],
  ],
}

/** Pieces of the XML files. */
export const XML_WORDS: readonly string[] = [
  ['<', '>', '/>', '</', '="', '="x"', "='x'", '&', '&amp;', '&#x41;', '&#7;', '&lol;', '&#xD800;'],
  ['<!--', '-->', '<!-- x -->', '<![CDATA[', ']]>', '<!DOCTYPE x [<!ENTITY lol "x">]>', '<?x ?>'],
  [
    '<?xml version="1.0"?>',
    '<?xml version="1.1" encoding="latin1"?>',
    'xmlns="x"',
    'xml:space="y"',
  ],
  Object.values(FILES).flatMap(([root, entries]) => [
    root,
    `<${root}>`,
    `</${root}>`,
    ...entries.map(({ name }) => `<${name} name="x"/>`),
  ]),
  [USERS, NAMES, TOOLBOXES, RANGES, NOTES].flat(),
].flat()

/** A file as XML. */
export function composeXml(kind: FileKind, random: Random): string {
  const [root, entries] = FILES[kind]
  const head = random(4) === 0 ? '<?xml version="1.0" encoding="UTF-8"?>\n' : ''
  const inner = several(random, 4, () => element(pick(random, entries), random))
  if (kind === 'users') inner.unshift('<user name="admin" config-rights="full"/>')
  if (kind === 'systems') inner.unshift('<node name="cms"/>')
  return `${head}${comment(random)}<${root}>\n${inner.join('\n')}${comment(random)}\n</${root}>\n`
}

function element({ name, attributes, children, texts }: ElementSketch, random: Random): string {
  const written = Object.entries(attributes).flatMap(([attribute, values], index) => {
    if (index > 0 && random(3) > 0) return []
    const sound = values.slice(0, Math.ceil(values.length / 2))
    const value = pick(random, random(12) > 0 ? sound : values)
    return [` ${attribute}="${value}"`]
  })
  const inner = children.flatMap((child) => (random(3) === 0 ? [element(child, random)] : []))
  const text = texts === undefined ? '' : pick(random, texts)
  const open = `${comment(random)}<${name}${written.join('')}`
  return inner.length === 0 && text === ''
    ? `${open}/>`
    : `${open}>${text}${inner.join('\n')}</${name}>`
}

function comment(random: Random): string {
  return random(12) === 0 ? pick(random, ['<!-- why -->\n', '<!--two\nlines-->', '<!---->']) : ''
}

/** Authorizations as list lines. */
export function composeList(random: Random): string {
  const lines = several(random, 5, () => {
    if (random(8) === 0) return pick(random, ['', '# a note', '#--x--', ' \t', '#'])
    const who = random(3) === 0 ? `U:${pick(random, ['watchers', 'gone'])}` : pick(random, USERS)
    const toolbox = pick(random, TOOLBOXES)
    if (random(2) === 0) return `${who}:${toolbox}:n:${pick(random, NAMES)}`
    return `${who}:${toolbox}:g:${pick(random, ['webs', '*', 'gone'])}${pick(random, ['', ':Auto', ':Manual', ':auto'])}`
  })
  return `${lines.join('\n')}\n`
}
