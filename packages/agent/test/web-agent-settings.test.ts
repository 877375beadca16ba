import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { insecureTrustAll, trustList } from '@gatehouse/certificate-trust'
import { formatCertificate } from '@gatehouse/certificate-trust/issuing'
import { describe, expect, it } from 'vitest'
import { renderStart } from '../src/index.ts'
import type { WebAgentSettings } from '../src/web-agent/parts.ts'
import { SettingsFile } from '../src/web-agent/settings.ts'
import { formatSettings, parseSettings } from '../src/web-agent/settings-text.ts'
import { timedSessions } from '../src/web-agent/timed-sessions.ts'
import { run } from './programs.ts'
import { identityFiles, systemIdentity } from './tls-world.ts'
import {
  createWebWorld,
  signingConsole,
  startWeb,
  task,
  TASK,
  type SigningConsole,
  type WebWorld,
} from './web-agent-world.ts'

const REPLICATE = 'Replicate Agent Settings'
const FILE = 'web-agent.json'

function trusting(...consoles: readonly SigningConsole[]): WebAgentSettings {
  const entries = consoles.map(({ certificate }) => ({ certificate, role: 'console' as const }))
  return { mode: 'certificate', names: [], list: trustList(entries) }
}

const SIX = ['a', 'b', 'c', 'd', 'e', 'f']
const OPEN = { file: FILE, mayTrustAll: true }

function fault(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return (error as { readonly code?: string }).code
  }
}

describe('settings', () => {
  it('are read as they were written', () => {
    const console = signingConsole()
    for (const settings of [
      trusting(console),
      { ...trusting(), mode: 'name', names: ['a.example', 'b.example'] },
      { ...trusting(console), mode: insecureTrustAll, sessionMinutes: 5 },
      { ...trusting(), mode: 'none', requireTrustedCertificates: true },
    ] as const) {
      const text = formatSettings(settings)
      expect(formatSettings(parseSettings(text, OPEN))).toBe(text)
      expect(parseSettings(text, OPEN)).toMatchObject({ mode: settings.mode })
    }
  })

  const good = JSON.parse(formatSettings(trusting())) as Record<string, unknown>
  it.each([
    ['no JSON', '{', 'ERR_CONFIG'],
    ['no UTF-8', Buffer.from([0xff]), 'ERR_CONFIG'],
    ['another format', JSON.stringify({ ...good, format: 'x' }), 'ERR_CONFIG'],
    ['an unknown field', JSON.stringify({ ...good, allow: 'all' }), 'ERR_CONFIG'],
    ['an unknown mode', JSON.stringify({ ...good, mode: 'open' }), 'ERR_CONFIG'],
    ['no list', JSON.stringify({ ...good, trusted: undefined }), 'ERR_CONFIG'],
    ['another list', JSON.stringify({ ...good, trusted: { entries: [] } }), 'ERR_PARSE'],
    ['six names', JSON.stringify({ ...good, names: SIX }), 'ERR_CONFIG'],
    ['a name that is none', JSON.stringify({ ...good, names: ['a b'] }), 'ERR_CONFIG'],
    ['a session of hours', JSON.stringify({ ...good, sessionMinutes: 90 }), 'ERR_CONFIG'],
  ])('with %s are refused as a whole', (_, text, code) => {
    expect(fault(() => parseSettings(text, OPEN))).toBe(code)
  })

  it('that trust everybody need a word in the config', () => {
    const text = formatSettings({ ...trusting(), mode: insecureTrustAll })
    expect(fault(() => parseSettings(text, { ...OPEN, mayTrustAll: false }))).toBe('ERR_CONFIG')
  })
})

function fileOf({ config }: WebWorld): SettingsFile {
  const { webAgent } = config
  if (webAgent === undefined) throw new Error('there is no web agent')
  return new SettingsFile(webAgent, config)
}

describe('the file of settings', () => {
  it('trusts nobody while it is not there', async () => {
    const file = fileOf(await createWebWorld({ settings: null }))
    expect(await file.load()).toMatchObject({ loaded: false, code: 'policy-missing' })
    expect(file.current().mode).toBe('none')
  })

  it('is replaced as a whole, tells of it, and only its owner may change it', async () => {
    const world = await createWebWorld({ settings: null })
    const file = fileOf(world)
    const heard: string[] = []
    file.onChange(({ mode }) => heard.push(String(mode)))
    await Promise.all([
      file.change(() => trusting()),
      file.change((settings) => ({ ...settings, mode: 'none' })),
    ])
    expect(heard).toEqual(['certificate', 'none'])
    expect((await stat(join(world.folder, FILE))).mode & 0o777).toBe(0o644)
    const again = fileOf(world)
    await again.load()
    expect(again.current().mode).toBe('none')
  })

  it('keeps what is in force when something cannot be used', async () => {
    const world = await createWebWorld()
    const file = fileOf(world)
    await file.load()
    const before = file.current()
    const six = { ...trusting(), names: SIX }
    await expect(file.change(() => six)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    await expect(
      file.change(() => ({ ...trusting(), mode: insecureTrustAll })),
    ).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    })
    await world.write(FILE, '{')
    expect(await file.load()).toMatchObject({ loaded: false, kept: true })
    expect(file.current()).toBe(before)
  })

  it('is not taken when others can change it', async () => {
    const world = await createWebWorld()
    await chmod(join(world.folder, FILE), 0o666)
    const file = fileOf(world)
    expect(await file.load()).toMatchObject({ loaded: false, code: 'policy-unreadable' })
    expect(file.current().mode).toBe('none')
  })
})

describe('a web agent', () => {
  it.each([
    ['none', { ...trusting(), mode: 'none' } as const],
    ['certificate', trusting(signingConsole())],
    ['name', { ...trusting(), mode: 'name', names: ['other.example'] } as const],
  ])('in mode %s refuses whom that does not name', async (_, settings) => {
    const world = await startWeb({ settings })
    const { status, codes } = await task(world)
    expect([status, codes[0]]).toEqual([403, 'certificate-not-trusted'])
  })

  it('without settings refuses everybody, and says that there are none', async () => {
    const world = await startWeb({ settings: null })
    expect((await task(world)).codes).toEqual(['certificate-not-trusted', 'trust-none'])
    expect(world.agent.policies).toContainEqual({ file: FILE, inForce: false })
  })

  it('that trusts every console says so', async () => {
    const settings = { ...trusting(), mode: insecureTrustAll } as const
    const config = { insecure: ['trust-all-consoles'] }
    const world = await startWeb({ settings, config })
    expect((await task(world)).status).toBe(200)
    const opening = { guard: 'trust-mode', opening: 'insecureTrustAll' }
    expect(world.agent.statement.tasks?.openings).toEqual([opening])
    expect(renderStart(world.config, world.agent)).toContain('insecureTrustAll')
  })

  it('goes by new settings and a new certificate after a reload, or by the last good ones', async () => {
    const world = await startWeb()
    const next = signingConsole()
    await world.write(FILE, formatSettings(trusting(next)))
    expect((await task(world)).status).toBe(200)
    const result = await world.agent.reload()
    expect(result.webAgent).toEqual({ tls: true, settings: { loaded: true } })
    expect((await task(world)).codes[0]).toBe('certificate-not-trusted')
    expect((await task({ ...world, console: next })).status).toBe(200)
    await world.write(FILE, '{')
    await world.write('server.key', identityFiles(systemIdentity())['server.key'] ?? '')
    const broken = await world.agent.reload()
    expect(broken.webAgent).toMatchObject({ tls: false, settings: { loaded: false, kept: true } })
    expect((await task({ ...world, console: next })).status).toBe(200)
  })

  it('warns about the end of certificates that it trusts', async () => {
    const console = signingConsole('ed25519', { days: 5 })
    const { agent } = await startWeb({ console })
    const warned = agent.timeWarnings.flatMap((one) =>
      'list' in one ? [] : one.certificate.sha256,
    )
    expect(warned).toContain(console.certificate.sha256)
  })
})

function ask(args: object): object {
  return { ...TASK, tool: REPLICATE, arguments: args }
}

describe('sessions', () => {
  it('last as long as the settings say, and all end when that changes', async () => {
    const file = fileOf(await createWebWorld())
    await file.load()
    const sessions = timedSessions(file, 15)
    const passage = { user: 'ann', level: 'user', console: 'f'.repeat(64) } as const
    const at = new Date()
    const minutesAfter = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
    const first = sessions.open(passage, at)
    if (first.outcome !== 'opened') throw new Error('no session')
    await file.change((settings) => ({ ...settings, names: ['a.example'] }))
    expect(sessions.find(first.id.expose(), minutesAfter(14)).outcome).toBe('found')
    await file.change((settings) => ({ ...settings, sessionMinutes: 1 }))
    expect(sessions.find(first.id.expose(), minutesAfter(14))).toMatchObject({
      reasons: [{ code: 'session-unknown' }],
    })
    const second = sessions.open(passage, minutesAfter(14))
    if (second.outcome !== 'opened') throw new Error('no session')
    expect(sessions.find(second.id.expose(), minutesAfter(15))).toMatchObject({
      reasons: [{ code: 'session-idle' }],
    })
  })
})

describe('the tool that replicates settings', () => {
  it('reads the settings of one agent, and another one has them then', async () => {
    const console = signingConsole()
    const more = signingConsole('p256')
    const one = await startWeb({ console, settings: trusting(console, more) })
    const two = await startWeb({ console })
    const read = await task(one, ask({ read: 'settings' }))
    const { settings } = read.body.result as { readonly settings: string }
    expect((await task({ ...two, console: more })).status).toBe(403)
    const written = await task(two, ask({ settings }))
    expect(written.body.result).toEqual({ replaced: true })
    expect((await task({ ...two, console: more })).status).toBe(200)
    expect(await readFile(join(two.folder, FILE), 'utf8')).toBe(settings)
  })

  it.each(['user', 'operator'])('needs an administrator, not a level of %s', async (level) => {
    const world = await startWeb()
    const { codes } = await task(world, { ...ask({ read: 'settings' }), level })
    expect(codes[0]).toBe('level-too-low')
  })

  it.each([
    ['nothing', {}],
    ['both', { read: 'settings', settings: '{}' }],
    ['something else', { read: 'settings', file: '/etc/passwd' }],
    ['no settings', { settings: '{}' }],
    ['settings that trust everybody', { settings: formatSettings({ mode: insecureTrustAll }) }],
    ['settings that do not trust the sender', { settings: formatSettings({ mode: 'none' }) }],
    ['another console', { settings: formatSettings(trusting(signingConsole())) }],
  ])('refuses %s, and everything stays', async (_, args) => {
    const world = await startWeb()
    const { body } = await task(world, ask(args))
    expect([body.outcome, body.error.code]).toEqual(['allow', 'invalid-arguments'])
    expect((await task(world)).status).toBe(200)
  })
})

describe('gatehouse-agent trust', () => {
  it('sets an agent up by a file and its fingerprint', async () => {
    const world = await createWebWorld({ settings: null })
    const { certificate } = world.console
    await world.write('console.pem', formatCertificate(certificate))
    const trust = (...words: string[]) => run('trust', ...words, '--config', world.configFile)
    expect((await trust('show')).stdout).toBe('trust mode none\n')
    expect((await trust('mode', 'certificate')).code).toBe(0)
    const pem = join(world.folder, 'console.pem')
    const wrong = await trust('import', pem, '--fingerprint', '0'.repeat(64))
    expect(wrong.code).toBe(2)
    const colons = (certificate.sha256.toUpperCase().match(/../g) ?? []).join(':')
    const imported = await trust('import', pem, '--fingerprint', colons)
    expect(imported.stdout).toContain(`console ${certificate.sha256}`)
    const file = fileOf(world)
    await file.load()
    expect(file.current().list?.entries.map((entry) => entry.certificate.sha256)).toEqual([
      certificate.sha256,
    ])
    expect((await trust('remove', '--fingerprint', certificate.sha256)).code).toBe(0)
    expect((await trust('show')).stdout).toBe('trust mode certificate\n')
  })

  it.each([
    ['another mode', ['mode', 'open']],
    ['everybody without a word in the config', ['mode', 'all']],
    ['no fingerprint', ['import', 'x.pem']],
    ['a fingerprint of something else', ['remove', '--fingerprint', 'f'.repeat(64)]],
    ['no verb', []],
    ['names in another mode', ['mode', 'certificate', 'a.example']],
  ])('refuses %s', async (_, words) => {
    const world = await createWebWorld()
    expect((await run('trust', ...words, '--config', world.configFile)).code).toBe(2)
  })

  it('does not write over a file that it cannot read', async () => {
    const world = await createWebWorld()
    await world.write(FILE, '{')
    expect((await run('trust', 'mode', 'none', '--config', world.configFile)).code).toBe(2)
    expect(await readFile(join(world.folder, FILE), 'utf8')).toBe('{')
  })
})
