import { claimed } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import type { Operator } from '../src/exec/operator.ts'
import { fixedSystems, type System, type SystemDirectory } from '../src/systems.ts'
import type { RunEnd, RunHooks, Runner, RunOrder } from '../src/tasks/runner.ts'
import type { SystemSsh } from '../src/tasks/ssh-settings.ts'

export const FILES = {
  users: `<user-list><user name="root" config-rights="full"/><user name="ann"/><user name="ben"/></user-list>`,
  toolboxes: '<toolbox-list><toolbox name="Web"/></toolbox-list>',
  tools: `<tool-list>
<ssa-command-tool name="uptime"><toolbox toolbox-name="Web"/><ssa-block><command>uptime %1</command><parameter name="how" required="false"/></ssa-block></ssa-command-tool>
<ssa-command-tool name="quiet"><execute-as-user>daemon</execute-as-user><toolbox toolbox-name="Web"/><ssa-block><command log="false">uptime</command></ssa-block></ssa-command-tool>
<msa-command-tool name="spread"><toolbox toolbox-name="Web"/><msa-block><command>spread</command></msa-block></msa-command-tool>
<ssa-command-tool name="bare"><toolbox toolbox-name="Web"/></ssa-command-tool>
<ssa-command-tool name="copying"><toolbox toolbox-name="Web"/><ssa-block><copy-block/></ssa-block></ssa-command-tool>
<ssa-command-tool name="everywhere"><default-target>ALL</default-target><toolbox toolbox-name="Web"/><ssa-block><command>a</command></ssa-block></ssa-command-tool>
</tool-list>`,
  systems: `<node-list>${['cms', 'web01', 'web02', 'db01', 'old'].map((name) => `<node name="${name}"/>`).join('')}</node-list>`,
  authorizations:
    'root:All Tools:n:*\nann:Web:n:web01\nann:Web:n:web02\nann:Web:n:old\nben:Web:n:web01\n',
}

export function operator(user: string, files: Partial<typeof FILES> = {}): Operator {
  const texts = Object.entries({ ...FILES, ...files }).map(([kind, text]) => {
    return [kind, { text, file: kind }]
  })
  const given = Object.fromEntries(texts) as unknown as Parameters<typeof toolbox.parse>[0]
  return { user: claimed(user), state: () => Promise.resolve(toolbox.parse(given, { cms: 'cms' })) }
}

export function withSsh(name: string, ssh: Partial<SystemSsh> = {}): System {
  const settings = { knownHostsFile: '/none', keyFile: '/none', firstUse: 'never' } as const
  const own = { port: 22, runs: 'shell', settings, ...ssh } as const
  return { name, address: '192.0.2.1', port: 10128, ssh: own }
}

/** web01 and web02 with shells, `db01` with an agent, `old` without SSH. */
export const SYSTEMS: SystemDirectory = fixedSystems([
  withSsh('cms'),
  withSsh('web01', { account: 'web' }),
  withSsh('web02'),
  withSsh('db01', { runs: 'tools' }),
  { name: 'old', address: '192.0.2.1', port: 10128 },
])

export const DONE: RunEnd = { exitCode: 0, signal: null }

/** A run that a test ends. */
export interface Held {
  readonly order: RunOrder
  readonly hooks: RunHooks
  readonly end: (end: RunEnd) => void
}

/** A runner whose runs wait for the test. */
export function heldRunner(): { runner: Runner; held: Held[]; most: () => number } {
  const held: Held[] = []
  let [open, most] = [0, 0]
  const runner: Runner = async (order, hooks) => {
    open += 1
    most = Math.max(most, open)
    const end = await new Promise<RunEnd>((resolve) => {
      held.push({ order, hooks, end: resolve })
    })
    open -= 1
    return end
  }
  return { runner, held, most: () => most }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after another
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
