import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import type { ToolConfig } from '../src/index.ts'
import { ToolTable } from '../src/tools/table.ts'
import { createWorld } from './world.ts'

const FIELD = 'tool'
const isRoot = process.geteuid?.() === 0

function tool(file: string, words: readonly string[], more: Partial<ToolConfig> = {}): ToolConfig {
  const bounds = { timeoutMs: 10_000, maxOutputBytes: 1024, level: 'user' } as const
  return { file, arguments: words, ...bounds, ...more }
}

function shell(script: string, more: Partial<ToolConfig> = {}): ToolConfig {
  return tool('/bin/sh', ['-c', script], more)
}

/** Whether a process runs; one that has ended, and that nobody has asked about since, does not. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return status !== '' && !/\) [ZX] /.test(status)
}

describe('a tool', () => {
  it('has an empty environment, the root folder, and nothing to read', async () => {
    const tools = new ToolTable({
      env: tool('/usr/bin/env', []),
      cwd: tool('/bin/pwd', []),
      cat: tool('/bin/cat', []),
    })
    const outputs = await Promise.all(['env', 'cwd', 'cat'].map((name) => tools.run(name, FIELD)))
    expect(outputs.map(({ output }) => output)).toEqual(['', '/\n', ''])
  })

  it('tells the exit code of a program that fails by itself', async () => {
    const tools = new ToolTable({ fail: shell('echo so; exit 3') })
    const result = await tools.run('fail', FIELD)
    expect(result).toEqual({ exitCode: 3, output: 'so\n', truncated: false })
  })

  it('runs to its end when it writes more than is kept, and the rest is dropped', async () => {
    const { folder } = await createWorld()
    const trace = join(folder, 'end')
    const flood = shell(`head -c 3000000 /dev/zero | tr '\\0' x; echo end > ${trace}`)
    const result = await new ToolTable({ flood }).run('flood', FIELD)
    expect(result).toEqual({ exitCode: 0, output: 'x'.repeat(1024), truncated: true })
    expect(await readFile(trace, 'utf8')).toBe('end\n')
  })

  it('gives the characters that are there as a whole', async () => {
    const tools = new ToolTable({ say: shell("printf 'aéb'", { maxOutputBytes: 2 }) })
    expect(await tools.run('say', FIELD)).toMatchObject({ output: 'a', truncated: true })
  })

  it('is killed with every process of its group when its time is over', async () => {
    const { folder } = await createWorld()
    const pids = join(folder, 'pids')
    const script = `sleep 60 & echo $! > ${pids}; echo $$ >> ${pids}; wait`
    const tools = new ToolTable({ hang: shell(script, { timeoutMs: 300 }) })
    await expect(tools.run('hang', FIELD)).rejects.toMatchObject({ code: 'execution-failed' })
    const [child = 0, leader = 0] = (await readFile(pids, 'utf8')).split('\n').map(Number)
    expect([child > 0, leader > 0]).toEqual([true, true])
    await vi.waitFor(async () => {
      expect([await isRunning(child), await isRunning(leader)]).toEqual([false, false])
    })
  })

  it('is killed when something that it left behind keeps its output open', async () => {
    const tools = new ToolTable({ leave: shell('sleep 60 & echo left', { timeoutMs: 300 }) })
    await expect(tools.run('leave', FIELD)).rejects.toMatchObject({ code: 'execution-failed' })
  })

  it('is ended when the table is closed', async () => {
    const tools = new ToolTable({ hang: shell('sleep 60 & wait') })
    const running = tools.run('hang', FIELD)
    tools.close()
    await expect(running).rejects.toMatchObject({ code: 'execution-failed' })
  })

  it('is not one of more than eight at once', async () => {
    const tools = new ToolTable({ hang: tool('/bin/sleep', ['60']) })
    const running = Array.from({ length: 8 }, () => tools.run('hang', FIELD))
    await expect(tools.run('hang', FIELD)).rejects.toMatchObject({ code: 'limit-reached' })
    tools.close()
    const ended = await Promise.allSettled(running)
    expect(ended.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'rejected'))
  })

  it('that cannot be started comes to nothing', async () => {
    const tools = new ToolTable({ absent: tool('/nonexistent/program', []) })
    await expect(tools.run('absent', FIELD)).rejects.toMatchObject({ code: 'execution-failed' })
  })
})

const TABLE = fileURLToPath(new URL('../dist/tools/table.js', import.meta.url))

/** Runs a program with the built table, as somebody whom `setpriv` makes of this process. */
async function elsewhere(privileges: readonly string[], script: string): Promise<string> {
  const words = [...privileges, process.execPath, '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)('/usr/bin/setpriv', words)
  return stdout
}

const RUN_AS = { uid: 65_534, gid: 65_534 }
const table = (tools: object): string =>
  `import { ToolTable } from ${JSON.stringify(TABLE)}
  const table = new ToolTable(${JSON.stringify(tools)})
  const { output } = await table.run('id', 'tool')
  process.stdout.write(output)`

// Only root can become somebody else: elsewhere the refusal below is all there is to see.
describe.runIf(isRoot)('a tool with `runAs`', () => {
  it('has that user, that group and no other, whichever this process is in', async () => {
    const tools = { id: tool('/usr/bin/id', [], { runAs: RUN_AS }) }
    const own = { id: tool('/usr/bin/id', ['-G']) }
    const groups = ['--groups', '4,27,100']
    expect((await elsewhere(groups, table(own))).trim().split(' ')).toEqual(['0', '4', '27', '100'])
    const id = await elsewhere(groups, table(tools))
    expect(id).toMatch(/^uid=65534\S* gid=65534\S* groups=65534\S*\n$/)
  })

  it('cannot be configured where this process cannot become that user', async () => {
    const other = ['--reuid', '65533', '--regid', '65533', '--clear-groups']
    const script = table({ id: tool('/usr/bin/id', ['-u'], { runAs: RUN_AS }) })
    await expect(elsewhere(other, script)).rejects.toMatchObject({
      stderr: expect.stringContaining('ERR_CONFIG'),
    })
    const same = table({ id: tool('/usr/bin/id', ['-u'], { runAs: { uid: 65_533, gid: 65_533 } }) })
    expect(await elsewhere(other, same)).toBe('65533\n')
  })
})
