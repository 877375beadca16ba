import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { World } from './world.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = join(ROOT, 'packages/agent/dist/main.js')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one command of the agent to its end. */
export function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

/** What a resident agent may use of the machine. */
export interface Bounds {
  /** Largest file that it can write, in blocks of 512 bytes. Default: no limit. */
  readonly fileBlocks?: number
}

/** Starts a resident agent and waits until it has said what it is. */
export async function runResident(
  world: World,
  { fileBlocks }: Bounds = {},
): Promise<{ child: ChildProcess; stdout: string }> {
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks}; `
  const words = [process.execPath, MAIN, 'run', '--config', world.configFile]
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, ...words])
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  for await (const chunk of child.stdout) {
    stdout += String(chunk)
    if (stdout.includes('invocations:')) return { child, stdout }
  }
  throw new Error('the agent ended before it had started')
}

/** Port of the daemon of a resident agent. */
export function daemonPort(stdout: string): number {
  return Number(/service daemon on 127\.0\.0\.1:(\d+)/.exec(stdout)?.[1])
}
