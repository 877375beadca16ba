import { claimed } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import type { FileKind } from '@gatehouse/toolbox-authorization'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused, without } from '../oracle.ts'
import { composeList, composeXml, XML_WORDS } from './toolbox-texts.ts'

/** Small sound files, one of which each input takes the place of. */
const WORLD: Readonly<Record<FileKind, string>> = {
  users: '<user-list><user name="root" config-rights="full"/><user name="ann"/></user-list>',
  userGroups: '<user-group-list><user-group name="watchers"/></user-group-list>',
  toolboxes: '<toolbox-list><toolbox name="Web"/></toolbox-list>',
  tools:
    '<tool-list><ssa-command-tool name="uptime"><toolbox toolbox-name="Web"/></ssa-command-tool></tool-list>',
  systems: '<node-list><node name="cms"/><node name="web01"/><node name="web02"/></node-list>',
  groups:
    '<node-group-list><node-group name="webs"><member-node name="web01"/></node-group></node-group-list>',
  authorizations: '',
}

const PLACES: ReadonlySet<string> = new Set(['source', 'files', 'wildcards'])

const LIST_WORDS = [
  ['root', 'ann', 'U', 'Web', 'All Tools', 'n', 'g', 'web01', 'webs', 'Auto', 'Manual', '*'],
  [':', '#', '--', '\n', '<', 'U:'],
].flat()

/** Every file of a state, the authorizations both as XML and as list lines. */
export const TOOLBOX_AUTHORIZATION: readonly FuzzFormat[] = [
  ...(
    [
      ['toolbox-users', 'users'],
      ['toolbox-user-groups', 'userGroups'],
      ['toolbox-toolboxes', 'toolboxes'],
      ['toolbox-tools', 'tools'],
      ['toolbox-systems', 'systems'],
      ['toolbox-groups', 'groups'],
      ['toolbox-authorizations', 'authorizations'],
    ] as const
  ).map(([name, kind]) => formatOf(name, kind, (random) => composeXml(kind, random), XML_WORDS)),
  formatOf('toolbox-list', 'authorizations', composeList, LIST_WORDS),
]

function formatOf(
  name: string,
  kind: FileKind,
  compose: FuzzFormat['compose'],
  words: readonly string[],
): FuzzFormat {
  const examine = (input: Input, random: Random): boolean => examineFile(input, random, kind)
  return { name, takesBytes: true, words, compose, examine }
}

function examineFile(input: Input, random: Random, kind: FileKind): boolean {
  const encoding = random(2) === 0 ? 'ascii' : 'utf-8'
  const parse = (texts: Readonly<Record<FileKind, Input>>): toolbox.State => {
    const named = Object.entries(texts).map(([file, text]) => [file, { text, file }])
    const files = Object.fromEntries(named) as unknown as toolbox.StateFiles
    return toolbox.parse(files, { encoding, cms: 'cms' })
  }
  const state = readOrRefused(() => parse({ ...WORLD, [kind]: input }), toolbox.LOAD_CODES)
  if (state === undefined) return false
  const texts = toolbox.format(state)
  const again = parse(texts)
  const before = without(PLACES, state)
  ensureEqual(without(PLACES, again), before, 'what is written reads as another state')
  ensureEqual(toolbox.format(again), texts, 'what is written is written anew otherwise')
  const request = makeRequest(random)
  const decision = toolbox.check(state, request)
  ensureDecision(decision, toolbox.CODES)
  ensure(
    toolbox.check(again, request).outcome === decision.outcome,
    'written, it decides otherwise',
  )
  ensureDecision(toolbox.checkSignIn(state, request), toolbox.CODES)
  if (random(8) === 0) {
    const lines = parse({ ...texts, authorizations: toolbox.formatLines(state) })
    ensureEqual(authorizationsOf(lines), authorizationsOf(state), 'as lines it reads otherwise')
    ensureEqual(toolbox.explain(state, request).decision, decision, 'explain and check disagree')
    for (const { code } of toolbox.lint(state))
      ensure(Object.hasOwn(toolbox.LINT_CODES, code), code)
  }
  return true
}

function authorizationsOf({ authorizations }: toolbox.State): string {
  return without(new Set([...PLACES, 'comments']), authorizations)
}

function makeRequest(random: Random): toolbox.Request {
  const groups = several(random, 2, () => perhapsOdd(random, pick(random, ['watchers', 'others'])))
  const targets = several(random, 3, () => perhapsOdd(random, pick(random, ['web01', 'CMS', 'x'])))
  const request = {
    user: perhapsOdd(random, claimed(pick(random, ['root', 'ann', 'CORP\\BEN', 'x']))),
    groups: perhapsOdd(random, groups),
    tool: perhapsOdd(random, pick(random, ['uptime', 'restart', 'x'])),
    targets: perhapsOdd(random, targets),
    ...(random(2) === 0 ? {} : { signInAddress: perhapsOdd(random, '10.0.0.6') }),
  }
  return perhapsOdd(random, request)
}
