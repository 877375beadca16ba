import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  formatKeyLine,
  formatPrivateKey,
  generateKey,
  isKeyFault,
  type GeneratedType,
} from '@gatehouse/ssh-trust'

const DEFAULT_KEYS = 10_000

/** Of each hundred keys, so many are of a type; those of RSA take long to make. */
const SHARES: Readonly<Record<GeneratedType, number>> = {
  'ssh-ed25519': 60,
  'ecdsa-sha2-nistp256': 13,
  'ecdsa-sha2-nistp384': 13,
  'ecdsa-sha2-nistp521': 13,
  'ssh-rsa': 1,
}

/**
 * Makes keys, writes them in OpenSSH's container, and has `ssh-keygen -y` read each: the public key that
 * it prints must be ours. `generated-keys --keys 10000`
 */
export async function generatedKeys(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { keys: { type: 'string' } } })
  const keys = Number(values.keys ?? DEFAULT_KEYS)
  const types = Object.entries(SHARES).flatMap(([type, share]) =>
    Array.from({ length: share }, () => type as GeneratedType),
  )
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const file = join(folder, 'key')
  const counts = new Map<string, number>()
  try {
    for (let at = 0; at < keys; at += 1) {
      const type = types[at % types.length] ?? 'ssh-ed25519'
      // oxlint-disable-next-line no-await-in-loop -- one file for all
      const { publicKey, privateKey } = await generateKey(type)
      const text = formatPrivateKey(privateKey)
      if (isKeyFault(text)) throw new TypeError(text.fault)
      writeFileSync(file, text.expose(), { mode: 0o600 })
      const { stdout, stderr } = spawnSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' })
      if (stdout.trim() !== formatKeyLine(publicKey)) {
        process.stdout.write(`key ${at} (${type}) is not read: ${stderr}${text.expose()}\n`)
        return 1
      }
      counts.set(type, (counts.get(type) ?? 0) + 1)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const each = Array.from(counts, ([type, count]) => `${count} ${type}`).join(', ')
  process.stdout.write(`${keys} keys, all read by ssh-keygen -y: ${each}\n`)
  return 0
}
