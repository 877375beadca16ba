import { EXIT } from './exit-code.ts'
import { runCommand } from './program.ts'
import { processTerminal } from './terminal.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  // Whoever read has seen enough, and will see no more: `gatehouse log export … | head`.
  process.exit(EXIT.usage)
})

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: processTerminal(),
  untilStopped: () =>
    new Promise((resolve) => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    }),
})
