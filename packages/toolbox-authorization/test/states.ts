import { claimed } from '@gatehouse/core'
import { parse, type FileKind, type Request, type State, type StateOptions } from '../src/index.ts'

/** Texts of the files of a state; a kind that is left out is not given, unless it must be. */
export type Texts = Partial<Record<FileKind, string>>

/** A small world: an administrator, an operator, a user by group; four systems, two groups. */
export const WORLD: Record<FileKind, string> = {
  users: `<user-list>
<user name="root" config-rights="full"/>
<user name="ann"/>
<user name="ben" config-rights="none"/>
</user-list>`,
  userGroups: `<user-group-list>
<user-group name="watchers" config-rights="none"/>
</user-group-list>`,
  toolboxes: `<toolbox-list>
<toolbox name="Web"/>
<toolbox name="Closed"><enabled>false</enabled></toolbox>
</toolbox-list>`,
  tools: `<tool-list>
<ssa-command-tool name="uptime"><toolbox toolbox-name="Monitor Tools"/></ssa-command-tool>
<ssa-command-tool name="restart"><execute-as-user>root</execute-as-user><toolbox toolbox-name="Web"/></ssa-command-tool>
<msa-command-tool name="spread" acts-on-cms="true"><toolbox toolbox-name="Web"/></msa-command-tool>
<ssa-command-tool name="old"><toolbox toolbox-name="Closed"/></ssa-command-tool>
</tool-list>`,
  systems: `<node-list>
<node name="cms"/>
<node name="web01"/>
<node name="web02"/>
<node name="db01"/>
</node-list>`,
  groups: `<node-group-list>
<node-group name="webs"><member-node name="web01"/><member-node name="web02"/></node-group>
<node-group name="All Managed Systems"><member-node name="web01"/><member-node name="web02"/><member-node name="db01"/></node-group>
</node-group-list>`,
  authorizations: `root:All Tools:n:*
ann:Web:g:webs
ann:Closed:n:db01
U:watchers:Monitor Tools:g:All Managed Systems
`,
}

/** Reads a world in which some files are others. */
export function stateOf(texts: Texts = {}, options: Partial<StateOptions> = {}): State {
  const files = Object.fromEntries(
    Object.entries({ ...WORLD, ...texts }).map(([kind, text]) => [kind, { text, file: kind }]),
  ) as unknown as Parameters<typeof parse>[0]
  return parse(files, { cms: 'cms', ...options })
}

/** A request of ann to restart web01, in which some fields are others. */
export function requestOf(fields: Partial<Request> = {}): Request {
  return { user: claimed('ann'), groups: [], tool: 'restart', targets: ['web01'], ...fields }
}
