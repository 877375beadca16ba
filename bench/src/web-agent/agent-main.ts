import { loadConfig, startAgent } from '@gatehouse/agent'
import type { AgentQuestion, AgentSaying } from './agent-channel.ts'

/** Runs the agent of a config until its channel says so or closes, and tells where it listens and what it takes. */
async function run(config: string): Promise<void> {
  const agent = await startAgent(await loadConfig(config))
  const end = async (): Promise<void> => {
    await agent.close()
    process.exit()
  }
  process.on('message', (question: AgentQuestion) => {
    if (question === 'end') void end()
    else say({ cpu: process.cpuUsage() })
  })
  process.once('disconnect', () => void end())
  const { daemonAddress, webAgentAddress } = agent
  say({ daemonPort: daemonAddress.port, webAgentPort: webAgentAddress?.port ?? 0 })
}

function say(saying: AgentSaying): void {
  process.send?.(saying)
}

const [config = ''] = process.argv.slice(2)
run(config).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})
