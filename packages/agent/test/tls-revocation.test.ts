import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderStart } from '../src/index.ts'
import {
  MESSAGE,
  consoleIdentity,
  days,
  identityFiles,
  revocationText,
  root,
  speak,
  startTls,
  systemIdentity,
  trustText,
  type TlsWorld,
} from './tls-world.ts'
import { createWorld, type Started } from './world.ts'

const NO_BYTE = ''
const ANSWER = /^HTTP\/1\.1 200 /

interface Settings {
  readonly revocationFiles?: readonly string[]
  readonly onUnknownRevocation?: string
}

/** An agent that asks for revocation by `crl.pem`, unless other settings are given. */
function world(
  crl: string,
  settings: Settings = {},
  files: Readonly<Record<string, string>> = {},
): TlsWorld {
  const clients = { trustFile: 'trust.json', required: true, name: 'console.example.com' }
  return {
    tls: { clients: { ...clients, revocationFiles: ['crl.pem'], ...settings } },
    files: { 'trust.json': trustText([root, 'root']), 'crl.pem': crl, ...files },
  }
}

async function codesOf({ folder, agent }: Started): Promise<(string | undefined)[]> {
  await agent.close()
  const text = await readFile(join(folder, 'data/audit.jsonl'), 'utf8')
  const records = text.trim().split('\n')
  return records.map((line) => (JSON.parse(line) as { codes: string[] }).codes[0])
}

const OUT_OF_DATE = revocationText(1, [], [days(-3), days(-1)])

describe('a client certificate that is revoked', () => {
  it('is refused after a reload, and no other is', async () => {
    const [shown, other] = [consoleIdentity(), consoleIdentity()]
    const started = await startTls(world(revocationText(1)))
    const { port } = started.agent.daemonAddress
    expect(await speak(port, MESSAGE, shown)).toMatch(ANSWER)
    await started.write('crl.pem', revocationText(2, [shown.certificates[0]]))
    expect(await speak(port, MESSAGE, shown)).toMatch(ANSWER)
    expect(await started.agent.reload()).toMatchObject({ tls: true })
    expect(await speak(port, MESSAGE, shown)).toBe(NO_BYTE)
    expect(await speak(port, MESSAGE, other)).toMatch(ANSWER)
    const codes = await codesOf(started)
    const [granted] = codes
    expect(codes).toEqual([granted, granted, 'revoked', granted])
  })

  it('is refused by a second file as well, whatever is unknown', async () => {
    const shown = consoleIdentity()
    const settings = { revocationFiles: ['crl.pem', 'new.pem'], onUnknownRevocation: 'allow' }
    const files = { 'new.pem': revocationText(2, [shown.certificates[0]]) }
    const started = await startTls(world(revocationText(1), settings, files))
    expect(await speak(started.agent.daemonAddress.port, MESSAGE, shown)).toBe(NO_BYTE)
    expect(await codesOf(started)).toEqual(['revoked'])
  })
})

describe('a list that is broken', () => {
  it('keeps everything as it was at a reload, a new certificate included, and says so', async () => {
    const shown = consoleIdentity()
    const started = await startTls(world(revocationText(1, [shown.certificates[0]])))
    const { port } = started.agent.daemonAddress
    const replaced = { ...identityFiles(systemIdentity()), 'crl.pem': 'nothing' }
    await Promise.all(Object.entries(replaced).map(([name, text]) => started.write(name, text)))
    expect(await started.agent.reload()).toMatchObject({ tls: false })
    const [refusal, ...more] = started.log.filter(({ event }) => event === 'certificate-refused')
    expect(more).toEqual([])
    expect(refusal?.['detail']).toContain('crl.pem')
    expect(await speak(port, MESSAGE, shown)).toBe(NO_BYTE)
    expect(await speak(port, MESSAGE, consoleIdentity())).toMatch(ANSWER)
  })

  it.each([
    ['is none', 'nothing', {}],
    ['is not there', '', { revocationFiles: ['none.pem'] }],
  ])('ends the start when it %s', async (_, crl, settings) => {
    const starting = startTls(world(crl, settings))
    await expect(starting).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) })
  })
})

describe('a list that is out of date', () => {
  it('has every certificate refused, and the start says so beforehand', async () => {
    const started = await startTls(world(OUT_OF_DATE))
    const { agent, config, log } = started
    expect(agent.timeWarnings).toMatchObject([
      { code: 'within-30-days' },
      { code: 'within-30-days' },
      { code: 'list-out-of-date', daysLeft: -2 },
    ])
    const screen = renderStart(config, agent)
    expect(screen).toContain(
      'revocation: by crl.pem; a certificate that no current list covers is refused',
    )
    expect(screen).toContain('TIME: the revocation list is out of date: issuer CN=Root')
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'certificate-time', code: 'list-out-of-date' }),
    )
    expect(await speak(agent.daemonAddress.port, MESSAGE, consoleIdentity())).toBe(NO_BYTE)
    expect(await codesOf(started)).toEqual(['revocation-unknown'])
  })

  it('has them let in where that is said, which the screen says as well', async () => {
    const { agent, config } = await startTls(world(OUT_OF_DATE, { onUnknownRevocation: 'allow' }))
    expect(renderStart(config, agent)).toContain('no current list covers is LET IN')
    expect(await speak(agent.daemonAddress.port, MESSAGE, consoleIdentity())).toMatch(ANSWER)
  })
})

describe('the config', () => {
  const clients = { trustFile: 'trust.json', required: true }
  it.each([
    ['an outcome without lists', { onUnknownRevocation: 'allow' }],
    ['no list at all', { revocationFiles: [] }],
    ['an outcome that is none', { revocationFiles: ['a'], onUnknownRevocation: 'warn' }],
  ])('is refused with %s', async (_, settings) => {
    const tls = { certificateFile: 'a', keyFile: 'b', clients: { ...clients, ...settings } }
    await expect(createWorld({ config: { tls } })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
