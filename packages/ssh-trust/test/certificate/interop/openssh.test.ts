import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import {
  authorize,
  decideHostKey,
  isValidAt,
  parseAuthorizedKeys,
  parseKnownHosts,
} from '../../../src/index.ts'
import { temporaryFolder } from '../../files/temporary.ts'
import { serveAgent } from '../../interop/agent.ts'
import { resign } from '../../interop/resign.ts'
import { hasNewPrincipals, InetdHost } from '../../interop/ssh.ts'
import { RealAccount } from '../../interop/sshd.ts'
import { keyOf } from '../../ssh2/places.ts'
import { ACCOUNT, hasSshd } from '../../ssh2/sshd.ts'
import { certificateVectors, secondsOf, type CertificateVector } from '../vectors.ts'

const PROFILE = { profile: 'openssh' } as const

/** What the installed OpenSSH answers where it is older than the rules here. */
function olderAnswer({
  versions,
}: CertificateVector): Readonly<Record<string, unknown>> | undefined {
  return hasNewPrincipals ? undefined : versions?.['9.2p1']
}

describe.skipIf(!hasSshd)(hasSshd ? 'the installed OpenSSH' : 'needs ssh and sshd', () => {
  let account: RealAccount

  beforeAll(async () => {
    account = new RealAccount((await keyOf('ssh-ed25519', 'host')).privateKey)
  })
  afterAll(() => account.close())

  test.concurrent.each(certificateVectors('host-check'))(
    'ssh answers $id ($name) as it is answered here',
    async (vector) => {
      const { file, query } = vector
      const { line, certificate, subject, replayed } = await resign(String(query['certificate']))
      const { host: name, port, hostKeyAlias: alias } = query
      const asked = { host: String(name), port: Number(port) }
      const text = replayed(file)
      const store = parseKnownHosts([{ file: 'known_hosts', text }], PROFILE)
      const now = BigInt(Math.floor(Date.now() / 1000))
      const aliased = alias === undefined ? asked : { ...asked, alias: String(alias) }
      const ours = decideHostKey({ ...aliased, certificate, now }, store, { firstUse: 'never' })
      const older = olderAnswer(vector)
      const host = new InetdHost({ key: subject.privateKey, certificate: line })
      const hostKeyAlias = alias === undefined ? undefined : String(alias)
      const answer = await host.ask({ ...asked, hostKeyAlias, file: text })
      host.close()
      const isTrusted = ours.reasons[0].code === 'certificate-trusted'
      const wanted = older ?? { status: ours.status, line: ours.line?.line, via: isTrusted }
      expect(answer.status).toBe(wanted['status'])
      expect(answer.viaCertificate).toBe(Boolean(wanted['via']))
      if (answer.status === 'ok') expect(answer.line).toBe(wanted['line'])
    },
  )

  test.concurrent.each(certificateVectors('authorize'))(
    'sshd answers $id ($name) as it is answered here',
    async (vector) => {
      const { file, query } = vector
      const { certificate, identity, replayed } = await resign(String(query['key']))
      const address = String(query['remoteAddress'])
      const text = replayed(file)
      const ours = authorize(
        { user: ACCOUNT, certificate, address, now: new Date(), timeZone: 'UTC' },
        parseAuthorizedKeys(text, { file: 'authorized_keys' }),
        PROFILE,
      )
      const by = await account.byAgent(identity)
      const older = olderAnswer(vector)
      expect(await account.letsIn({ file: text, by, from: address })).toBe(
        older?.['accept'] ?? ours.outcome === 'allow',
      )
    },
  )

  test.each(certificateVectors('valid-at'))(
    'ssh-keygen answers $id ($name) as it is answered here',
    async ({ query, expect: wanted, file }) => {
      const { certificate, line, identity, replayed } = await resign(file.trim())
      const folder = await temporaryFolder()
      const place = (name: string): string => join(folder, name)
      writeFileSync(place('id.pub'), `${line}\n`)
      writeFileSync(place('allowed'), `* cert-authority ${replayed(String(query['ca']))}\n`)
      writeFileSync(place('text'), 'signed')
      const end = await serveAgent(place('agent'), identity)
      onTestFinished(end)
      const env = { ...process.env, SSH_AUTH_SOCK: place('agent') }
      const sign = ['-Y', 'sign', '-f', 'id.pub', '-n', 'test', 'text']
      expect(await statusOf(sign, { cwd: folder, env })).toBe(0)
      const now = secondsOf(query['time'])
      const time = String(query['time']).replaceAll(/[-:T]/gu, '')
      const principal = String(query['principal'])
      const by = ['-f', 'allowed', '-I', principal, '-n', 'test', '-s', 'text.sig']
      const verify = ['-Y', 'verify', ...by, `-Overify-time=${time}`]
      const stdin = openSync(place('text'), 'r')
      const isValid = (await statusOf(verify, { cwd: folder, stdin })) === 0
      closeSync(stdin)
      expect([isValid, isValidAt(certificate, now)]).toEqual([wanted['ok'], wanted['ok']])
    },
  )
})

/** How `ssh-keygen` ends. It must not be waited for: the agent is here. */
async function statusOf(
  words: readonly string[],
  { stdin, ...options }: { cwd: string; env?: NodeJS.ProcessEnv; stdin?: number },
): Promise<unknown> {
  const stdio = [stdin ?? 'ignore', 'ignore', 'ignore'] as const
  const [status] = await once(
    spawn('ssh-keygen', words, { ...options, stdio: [...stdio] }),
    'close',
  )
  return status
}
