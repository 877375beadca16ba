import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAuditLog } from '@gatehouse/audit-log'
import { expect, onTestFinished, test } from 'vitest'
import { run, temporaryFolder } from './support.ts'

test.each([
  ['is a folder', 'log-unopenable', (path: string) => mkdir(path)],
  ['holds no records', 'log-damaged', (path: string) => writeFile(path, 'uptime\n')],
  ['is written by another console', 'log-in-use', written],
])('an audit log that %s is a mistake of who asks, and nothing is begun', async (_, code, make) => {
  const path = join(await temporaryFolder(), 'audit.jsonl')
  await make(path)
  const words = ['--on', 'web01', '--toolbox', 'none', '--cms', 'cms', '--audit', path]
  const { exit, out, err } = await run(['task', 'run', 'uptime', ...words])
  expect({ exit, out }).toEqual({ exit: 2, out: '' })
  expect(err).toContain(`[${code}]`)
})

async function written(path: string): Promise<void> {
  const log = await openAuditLog({ path, onFull: 'refuse' })
  onTestFinished(async () => {
    await log.close()
  })
}
