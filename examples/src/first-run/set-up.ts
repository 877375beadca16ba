import { loadConfig, startAgent, type RunningAgent } from '@gatehouse/agent'
import {
  innerKeyPath,
  openInnerKey,
  startConsole,
  systemsFile,
  type RunningConsole,
  type System,
} from '@gatehouse/console'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isOurs } from './addresses.ts'

/** Three agents and a console, all in this process and all on loopback. */
export interface SetUp {
  readonly agents: readonly RunningAgent[]
  readonly console: RunningConsole
  /** Path of the file that names the three systems; the console's key for commands is beside it. */
  readonly systemsPath: string
  /** Ends everything and removes the temporary folder. */
  close(): Promise<void>
}

const NAMES = ['web01', 'db01', 'lab01']
const LOOPBACK = '127.0.0.1'
/** Folder of the sample files. */
export const SAMPLES: string = fileURLToPath(new URL('../../first-run/', import.meta.url))

/** Starts the agents by their sample files, on free ports, with their data in a temporary folder. */
export async function startSetUp(): Promise<SetUp> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  const agents: RunningAgent[] = []
  const closeAgents = async (): Promise<void> => {
    await Promise.all(agents.map((agent) => agent.close()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const name of NAMES) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none is lost when one fails
      agents.push(await startSample(name, folder))
    }
    const systemsPath = join(folder, 'systems.json')
    const systems = agents.map(systemOf)
    await writeFile(systemsPath, `${JSON.stringify({ systems }, undefined, 2)}\n`)
    const innerKey = await openInnerKey(innerKeyPath(systemsPath))
    const running = await startConsole({ systems: systemsFile(systemsPath), port: 0, innerKey })
    return {
      agents,
      console: running,
      systemsPath,
      close: async () => {
        await running.close()
        await closeAgents()
      },
    }
  } catch (error) {
    await closeAgents()
    throw error
  }
}

async function startSample(name: string, folder: string): Promise<RunningAgent> {
  const samples = join(SAMPLES, name)
  const config = await loadConfig(join(samples, 'agent.json'))
  const { address } = config.listen
  const listen = {
    address: (await isOurs(address)) ? address : LOOPBACK,
    daemonPort: 0,
    agentPort: 0,
  }
  const dataDir = join(folder, name)
  return startAgent({
    ...config,
    listen,
    dataDir,
    logFile: join(dataDir, 'agent.log'),
    authorizationFile: labelled(config.authorizationFile.path),
    trustedFile: labelled(config.trustedFile.path),
  })
}

/** Names a policy file in answers by its path from here, so that a reader can open it. */
function labelled(path: string): { path: string; label: string } {
  return { path, label: relative(process.cwd(), path) }
}

function systemOf({ name, daemonAddress }: RunningAgent): System {
  return { name, address: daemonAddress.address, port: daemonAddress.port }
}
