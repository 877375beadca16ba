import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { daemonPort, runResident } from './programs.ts'
import { consoleIdentity, identityFiles, root, systemIdentity, trustText } from './tls-world.ts'
import { createWorld, type World } from './world.ts'

const CONSOLE = fileURLToPath(new URL('../../console/dist/main.js', import.meta.url))

interface Ended {
  readonly code: number
  readonly failure?: { readonly code: string; readonly reasons: readonly { code: string }[] }
  readonly outcome?: string
}

/** The command of the console, as a process of its own. */
function call({ folder }: World): Promise<Ended> {
  const words = ['call', 'web-1', 'action', 'chart', '--user', 'pat', '--json']
  const systems = join(folder, 'systems.json')
  return new Promise((resolve, reject) => {
    const args = [CONSOLE, ...words, '--systems', systems]
    const child = execFile(process.execPath, args, (_, stdout, stderr) => {
      if (stdout === '') return reject(new Error(stderr))
      const { results } = JSON.parse(stdout) as {
        results: { failure?: Ended['failure']; answer?: { outcome: string } }[]
      }
      const [{ failure, answer } = {}] = results
      resolve({
        code: child.exitCode ?? -1,
        ...(failure && { failure }),
        ...(answer && { outcome: answer.outcome }),
      })
    })
  })
}

/** Files of an identity under the name of the console. */
function consoleFiles(by: 'root' | 'stranger'): Record<string, string> {
  const { 'server.pem': pem = '', 'server.key': key = '' } = identityFiles(consoleIdentity(by))
  return { 'console.pem': pem, 'console.key': key }
}

it('holds between a real agent and a real console, until either shows something else', async () => {
  const clients = { trustFile: 'trust.json', required: true, name: 'console.example.com' }
  const tls = { certificateFile: 'server.pem', keyFile: 'server.key', clients, redirectPort: 0 }
  const world = await createWorld({
    config: { tls },
    files: {
      ...identityFiles(systemIdentity()),
      ...consoleFiles('root'),
      'trust.json': trustText([root, 'root']),
    },
  })
  const keys = ['server.key', 'console.key'].map((name) => join(world.folder, name))
  await Promise.all(keys.map((path) => chmod(path, 0o600)))
  const { stdout } = await runResident(world)
  expect(stdout).toContain('client certificates are required')
  expect(stdout).toContain('whoever reaches the daemon with a trusted certificate is heard')

  const writeSystems = (name: string): Promise<void> => {
    const place = { address: '127.0.0.1', port: daemonPort(stdout) }
    const settings = {
      systems: [{ name: 'web-1', ...place, tls: { name } }],
      trustFile: 'trust.json',
      identity: { certificateFile: 'console.pem', keyFile: 'console.key' },
      requireTrustedCertificates: true,
    }
    return world.write('systems.json', JSON.stringify(settings))
  }
  await writeSystems('web-1.example.com')
  expect(await call(world)).toEqual({ code: 0, outcome: 'allow' })

  await writeSystems('web-2.example.com')
  expect(await call(world)).toMatchObject({
    code: 2,
    failure: { code: 'command-blocked', reasons: [{ code: 'name-mismatch' }] },
  })

  await writeSystems('web-1.example.com')
  const files = Object.entries(consoleFiles('stranger'))
  await Promise.all(files.map(([name, text]) => world.write(name, text)))
  expect(await call(world)).toMatchObject({ code: 2, failure: { code: 'unreachable' } })
})
