import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('..', import.meta.url))

/** Runs a script of `scripts/` and returns its exit code and everything that it printed. */
export function runScript(
  name: string,
  args: readonly string[],
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts', name), ...args],
    { encoding: 'utf8' },
  )
  return { status, output: stdout + stderr }
}
