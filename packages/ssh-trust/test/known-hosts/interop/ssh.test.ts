import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  decideHostKey,
  formatKeyLine,
  parseKnownHosts,
  type GeneratedType,
} from '../../../src/index.ts'
import { temporaryFolder } from '../../files/temporary.ts'
import { InetdHost, type Answer } from '../../interop/ssh.ts'
import { keyOf as madeKey } from '../../ssh2/places.ts'
import { hasSshd } from '../../ssh2/sshd.ts'
import { keyOf, vectorsOf, type CheckQuery, type Vector } from '../vectors.ts'

interface ConnectQuery extends CheckQuery {
  readonly strictHostKeyChecking: string
}

/** Base64 of the key that a vector asks for. */
function blobOf({ key }: CheckQuery): string {
  return key.split(' ')[1] ?? ''
}

/** Whether another key can take the place of the one that is asked for: the file has it in no other spelling. */
function isReplayed({ file, query, expect: { status } }: Vector<CheckQuery>): boolean {
  return (status !== 'ok' && status !== 'revoked') || file.includes(blobOf(query))
}

const CHECKS = vectorsOf<CheckQuery>('check').filter(isReplayed)
const CONNECTS = vectorsOf<ConnectQuery>('connect')

/** Hosts that have the private half of the key that they show, and that key. */
const hosts = new Map<string, { readonly host: InetdHost; readonly line: string }>()

/** A text with the key of the host in the place of the one that a vector asks for. */
function replayed(text: string, query: CheckQuery): string {
  const { line = '' } = hosts.get(query.key) ?? {}
  return text.replaceAll(blobOf(query), line.split(' ')[1] ?? '')
}

async function ask(query: CheckQuery, file: string): Promise<Answer> {
  const answer = await hosts.get(query.key)?.host.ask({ ...query, file: replayed(file, query) })
  if (answer === undefined) throw new Error('no such host')
  return answer
}

describe.skipIf(!hasSshd)(hasSshd ? 'the installed ssh' : 'needs ssh and sshd', () => {
  beforeAll(async () => {
    for (const { query } of [...CHECKS, ...CONNECTS]) {
      if (hosts.has(query.key)) continue
      const type = query.key.split(' ')[0] as GeneratedType
      // oxlint-disable-next-line no-await-in-loop -- a handful
      const { privateKey, publicKey } = await madeKey(type, query.key)
      const line = formatKeyLine(publicKey)
      hosts.set(query.key, { host: new InetdHost({ key: privateKey }), line })
    }
  })
  afterAll(() => {
    for (const { host } of hosts.values()) host.close()
  })

  test('is asked all vectors but the one that spells its key in another way', () => {
    expect(vectorsOf('check').length - CHECKS.length).toBe(1)
  })

  test.concurrent.each(CHECKS)('answers $id ($name) as it is answered here', async (vector) => {
    const { file, query } = vector
    const text = replayed(file, query)
    const store = parseKnownHosts([{ file: 'known_hosts', text }], { profile: 'openssh' })
    const { host, port, hostKeyAlias: alias } = query
    const name = alias === undefined ? { host, port } : { host, port, alias }
    const key = keyOf(hosts.get(query.key)?.line ?? '')
    const ours = decideHostKey({ ...name, key }, store, { firstUse: 'never' })
    const { status, line, viaBareHost } = await ask(query, file)
    expect(status).toBe(ours.status)
    expect([line, viaBareHost]).toEqual(
      status === 'ok' ? [ours.line?.line, ours.viaBareHost] : [undefined, false],
    )
  })

  test.concurrent.each(CONNECTS)('connects, and writes, as $id ($name) says', async (vector) => {
    const { query, file, expect: wanted } = vector
    const { connects, fileAfter } = await ask(query, file)
    const after = (wanted['fileAfter'] ?? file) as string
    expect({ connects, fileAfter }).toEqual({
      connects: wanted['connect'],
      fileAfter: replayed(after, query),
    })
  })
})

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined
const title = hasKeygen ? 'the installed ssh-keygen' : 'needs ssh-keygen'

/** Runs `ssh-keygen` on a file; gives what it says and what the file is then. */
async function keygen(
  text: string,
  ...words: readonly string[]
): Promise<{ readonly said: string; readonly after: string }> {
  const file = join(await temporaryFolder(), 'known_hosts')
  writeFileSync(file, text)
  const { stdout } = spawnSync('ssh-keygen', [...words, '-f', file], { encoding: 'utf8' })
  return { said: stdout, after: readFileSync(file, 'utf8') }
}

describe.runIf(hasKeygen || process.env['CI'] !== undefined)(title, () => {
  test.each(vectorsOf<{ name: string }>('find'))(
    'finds as $id ($name) says',
    async ({ file, query, expect: { matches } }) => {
      const { said } = await keygen(file, '-F', query.name)
      const found = Array.from(
        said.matchAll(/found: line (\d+)(?: (\S+))?/gu),
        ([, line, mark]) => {
          const marker = mark === 'CA' ? 'cert-authority' : mark?.toLowerCase()
          return { line: Number(line), ...(marker !== undefined && { marker }) }
        },
      )
      expect(found).toEqual(matches)
    },
  )

  test.each(vectorsOf<{ name: string }>('remove'))(
    'removes as $id ($name) says',
    async ({ file, query, expect: { fileAfter } }) => {
      expect((await keygen(file, '-R', query.name)).after).toBe(fileAfter)
    },
  )

  test.each(vectorsOf('hash'))('hashes as $id ($name) says', async ({ file, expect: wanted }) => {
    const { after } = await keygen(file, '-H')
    const lines = wanted['lines'] as readonly { text?: string; hashOf?: string; rest?: string }[]
    const hashed = after.trimEnd().split('\n')
    expect(hashed).toHaveLength(lines.length)
    for (const [at, { text, hashOf = '', rest }] of lines.entries()) {
      const line = hashed[at] ?? ''
      if (text === undefined) expect(line).toBe(`${line.split(' ')[0]} ${rest}`)
      else expect(line).toBe(text)
      // oxlint-disable-next-line no-await-in-loop -- a handful
      const { said } = await keygen(`${line}\n`, '-F', hashOf)
      expect(said.includes('found: line 1')).toBe(text === undefined)
    }
  })
})
