import { escapeControls } from '@gatehouse/core'
import { runCommand } from './command.ts'

try {
  process.exitCode = await runCommand(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`gatehouse-agent: internal error: ${escapeControls(String(error))}\n`)
  process.exitCode = 3
}
