import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './support.ts'
import { receiver, type Manners, type Receiver } from './signed-world.ts'
import { identity, writeIdentity, writeTrust } from './tls-world.ts'

/** What the console of these worlds shows and signs with. */
export const CONSOLE = identity('console.example.com')

const TOOLBOX = {
  'users.xml': '<user-list><user name="root" config-rights="full"/><user name="ann"/></user-list>',
  'toolboxes.xml': '<toolbox-list><toolbox name="Web"/></toolbox-list>',
  'tools.xml': `<tool-list>${[
    ['restart', 'secure-task="operator"'],
    ['local', ''],
    ['Replicate Agent Settings', ''],
    ['System Management Homepage As User', ''],
    ['System Management Homepage As Operator', ''],
  ]
    .map(
      ([name, more]) =>
        `<ssa-command-tool name="${name}" ${more}><toolbox toolbox-name="Web"/></ssa-command-tool>`,
    )
    .join('')}</tool-list>`,
  'nodes.xml': `<node-list>${['cms', 'web01', 'web02', 'web03', 'old']
    .map((name) => `<node name="${name}"/>`)
    .join('')}</node-list>`,
  'auth.txt': 'root:All Tools:n:*\nann:Web:n:web01\nann:Web:n:web02\nann:Web:n:old\n',
}

export interface World {
  readonly agents: readonly Receiver[]
  readonly folder: string
  /** Path of the systems file. */
  readonly systems: string
  /** Folder with the toolboxes. */
  readonly sim: string
  /** Options that every run needs. */
  readonly options: readonly string[]
}

/** Systems web01, web02 and web03 with web agents, and one called `old` without. */
export async function world(...manners: readonly Manners[]): Promise<World> {
  const folder = await temporaryFolder()
  const own = ['web01', 'web02', 'web03'].map((name) => identity(`${name}.example.com`))
  const agents = await Promise.all(
    own.map((agent, index) =>
      receiver(`web0${index + 1}`, { own: agent, console: CONSOLE }, manners[index] ?? {}),
    ),
  )
  await writeTrust(folder, ...own.map(({ certificates: [one] }) => [one, 'system'] as const))
  await writeIdentity(folder, CONSOLE)
  const systems = agents.map(({ system: { name, address, webAgent } }) => {
    return { name, address, webAgent: { port: webAgent.port } }
  })
  const file = {
    systems: [...systems, { name: 'old', address: '127.0.0.1' }],
    trustFile: 'trust.json',
    identity: { certificateFile: 'own.pem', keyFile: 'own.key' },
  }
  await writeFile(join(folder, 'systems.json'), JSON.stringify(file))
  const sim = join(folder, 'sim')
  await mkdir(sim)
  for (const [name, text] of Object.entries(TOOLBOX)) {
    // oxlint-disable-next-line no-await-in-loop -- few
    await writeFile(join(sim, name), text)
  }
  const path = join(folder, 'systems.json')
  const options = ['--systems', path, '--toolbox', sim, '--cms', 'cms']
  return { agents, folder, systems: path, sim, options }
}
