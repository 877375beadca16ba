import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { generateKey, type GeneratedKey } from '@gatehouse/ssh-trust'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createKeysWorld } from './ssh-keys-world.ts'
import { hasSshd, startSshd } from './sshd.ts'
import { temporaryFolder } from './support.ts'

const account = userInfo().username

let nobody: GeneratedKey
beforeAll(async () => {
  nobody = await generateKey('ssh-ed25519')
})

/** OpenSSH whose account has its home in a folder of the test. */
async function startReal(name: string): Promise<{ name: string; port: number; file: string }> {
  const home = await temporaryFolder()
  await mkdir(join(home, '.ssh'))
  const file = join(home, '.ssh/authorized_keys')
  const sshd = await startSshd(nobody, [`AuthorizedKeysFile ${file}`, `SetEnv HOME=${home}`])
  onTestFinished(() => sshd.stop())
  return { name, port: sshd.port, file }
}

describe.skipIf(!hasSshd)(hasSshd ? 'OpenSSH' : 'needs sshd', () => {
  test('takes the lines that are written, and the key that comes after', async () => {
    const [one, other] = [await startReal('web01'), await startReal('web02')]
    const world = await createKeysWorld(one, other)
    await writeFile(one.file, `${world.ownLine}\n`, { mode: 0o644 })
    await writeFile(other.file, `# kept\n${world.ownLine}`, { mode: 0o600 })
    const by = ['--account', account, '--key', world.ownKeyFile]
    const placed = await world.ask('agentconfig', '--on', 'all', ...by, '--restrict')
    expect(placed.answer.results?.map(({ outcome }) => outcome)).toEqual(['added', 'added'])
    const old = await world.line()
    expect(await readFile(other.file, 'utf8')).toBe(`# kept\n${world.ownLine}\nrestrict ${old}\n`)
    const elsewhere = ['--from', '192.0.2.1', '--replace']
    const refused = await world.ask('agentconfig', '--on', 'web02', ...by, ...elsewhere)
    expect(refused.answer.results?.[0]?.failure?.code).toBe('new-key-refused')
    expect(await readFile(other.file, 'utf8')).toBe(`# kept\n${world.ownLine}\nrestrict ${old}\n`)
    const { exit, answer } = await world.ask('keys', 'rotate', '--on', 'all')
    expect([exit, answer.rotation?.state]).toEqual([0, 'done'])
    const line = await world.line()
    expect(line).not.toBe(old)
    expect(await readFile(one.file, 'utf8')).toBe(`${world.ownLine}\nrestrict ${line}\n`)
    expect(await readFile(other.file, 'utf8')).toBe(`# kept\n${world.ownLine}\nrestrict ${line}\n`)
  })
})
