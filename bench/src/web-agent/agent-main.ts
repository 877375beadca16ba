import { loadConfig, startAgent } from '@gatehouse/agent'

/** Runs the agent of a config until its channel says so or closes, and tells where its web agent listens. */
async function run(config: string): Promise<void> {
  const agent = await startAgent(await loadConfig(config))
  const end = async (): Promise<void> => {
    await agent.close()
    process.exit()
  }
  process.once('message', () => void end())
  process.once('disconnect', () => void end())
  process.send?.(agent.webAgentAddress?.port)
}

const [config = ''] = process.argv.slice(2)
run(config).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})
