import { once } from 'node:events'
import type { AgentConfig } from './config/model.ts'
import { renderStart } from './render.ts'
import type { ResidentAgent, RunningAgent } from './running-agent.ts'
import { startAgent, startResident } from './start.ts'

/** Runs an agent until SIGTERM or SIGINT; SIGHUP reads the policy files again. */
export async function runResident(config: AgentConfig): Promise<void> {
  const agent: RunningAgent | ResidentAgent =
    config.securityMode === 'basic' ? await startAgent(config) : await startResident(config)
  process.on('SIGHUP', () => {
    void agent.reload()
  })
  process.stdout.write(`${renderStart(config, agent)}\n`)
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  await agent.close()
}
