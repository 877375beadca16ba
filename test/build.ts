import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './run-script.ts'

/**
 * Builds what tests start as processes of their own, once for a run and before any test.
 *
 * Two test files that build at the same time would read each other's half-written output.
 */
export function setup(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b', 'examples', 'bench'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) process.stderr.write(`tests of built programs will fail:\n${stdout}\n`)
}
