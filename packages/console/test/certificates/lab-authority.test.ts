import { spawnSync } from 'node:child_process'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support.ts'

const DOCUMENT = new URL('../../../../docs/lab-authority.md', import.meta.url)
const COMMAND = fileURLToPath(new URL('../../bin/gatehouse.js', import.meta.url))

/** One line of a `sh` block, and how the document says that it ends. */
interface Step {
  readonly line: string
  readonly exit: number
  /** Code, or words, that have to be in what it prints. */
  readonly because: string
}

async function stepsOf(document: URL): Promise<Step[]> {
  const text = await readFile(document, 'utf8')
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return blocks
    .flatMap((block) => block.split('\n').filter((line) => line !== ''))
    .map((line) => {
      const [, exit = '0', because = ''] = /# exit code (\d): (.+)$/.exec(line) ?? []
      return { line, exit: Number(exit), because }
    })
}

test(
  'every command of the walkthrough ends as the document says',
  { timeout: 600_000 },
  async () => {
    const steps = await stepsOf(DOCUMENT)
    expect(steps.filter(({ exit }) => exit !== 0).length).toBeGreaterThan(5)
    const folder = await temporaryFolder()
    const programs = join(folder, 'programs')
    await mkdir(programs)
    await symlink(COMMAND, join(programs, 'gatehouse'))
    const env = { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` }
    for (const { line, exit, because } of steps) {
      const ended = spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' })
      const told = `${ended.stdout}${ended.stderr}`
      expect({ line, exit: ended.status, told }).toMatchObject({ line, exit })
      expect(told).toContain(because)
    }
  },
)
