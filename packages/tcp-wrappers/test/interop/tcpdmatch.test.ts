import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as tcp from '../../src/index.ts'
import { goodFile, requests } from '../arbitraries.ts'
import { requestOfGiven } from '../policies.ts'
import { readGiven } from '../vectors.ts'

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
const isInstalled = spawnSync('tcpdmatch', [], { env: { PATH } }).error === undefined
const title = isInstalled ? 'tcpdmatch' : 'needs tcpdmatch: apt-get install tcpd'

type Texts = Readonly<Record<tcp.TableName, string | null>>

/** The requests that tcpdmatch can ask: addresses and a user, and neither names nor ports. */
const asked = requests
  .filter(({ client }) => client.name === null)
  .map(({ server, ...request }) => {
    const address = server?.address
    return address === undefined ? request : { ...request, server: { address } }
  })

describe.skipIf(!isInstalled)(title, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tcp-wrappers-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** What libwrap answers, asked about files of its own. It executes nothing. */
  function ask(files: Texts, { daemon, client, server }: tcp.Request): string {
    for (const table of ['allow', 'deny'] as const) {
      const path = join(folder, `hosts.${table}`)
      rmSync(path, { force: true })
      const text = files[table]
      if (text !== null) writeFileSync(path, text)
    }
    const where = server?.address === undefined ? daemon : `${daemon}@${server.address}`
    const who = client.user == null ? client.address : `${client.user}@${client.address}`
    const options = { cwd: folder, env: { PATH }, encoding: 'utf8' as const, timeout: 10_000 }
    const output = execFileSync('tcpdmatch', ['-d', '-i', '/dev/null', where, who], options)
    return /^access: +(\w+)$/m.exec(output)?.[1] ?? output
  }

  it('answers every given vector that it can be asked as we do', () => {
    const vectors = readGiven().filter(
      ({ hostname, address, server }) =>
        hostname === 'unknown' && address !== 'unknown' && server === undefined,
    )
    expect(vectors.length).toBeGreaterThan(20)
    for (const given of vectors) {
      const request = requestOfGiven(given)
      expect([given.name, ask(given, request)]).toEqual([given.name, answer(given, request)])
    }
  })

  it('answers rules of every kind as we do', () => {
    fc.assert(
      fc.property(goodFile, goodFile, fc.constantFrom(...asked), (allow, deny, request) => {
        expect(ask({ allow, deny }, request)).toBe(answer({ allow, deny }, request))
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    ['a rule on the last line without newline', 'bgssd: 10.0.0.1'],
    ['a blank before #', '  # bgssd : 10.0.0.1\n'],
    ['a comment ending in a backslash', '# c \\\nbgssd: 10.0.0.1\n'],
    ['host bits', 'bgssd: 10.0.0.1/24\n'],
    ['a length with a letter', 'bgssd: 10.0.0.0/24x\n'],
    ['an octal net', 'bgssd: 012.0.0.0/8\n'],
    ['a colon at the end', 'bgssd: ALL :\n'],
    ['a bracket that stays open', 'bgssd: ALL [ : deny\n'],
    ['a bracket that was never open', 'bgssd: ALL ] : deny\n'],
    ['a bad value', 'bgssd: ALL : umask 1777\n'],
    ['a name for setenv that the C library refuses', 'bgssd: ALL : setenv A=b\n'],
    ['a line of 2,047 bytes', `bgssd: 10.0.0.1${' '.repeat(2031)}\n`],
    ['a line of 2,048 bytes', `bgssd: 10.0.0.1${' '.repeat(2032)}\n`],
    ['an expansion', 'bgssd: ALL : spawn /bin/true %h : deny\n'],
    ['a net with a length of 0', 'bgssd: 0.0.0.0/0\n'],
    ['one address as a net', 'bgssd: 10.0.0.1/32\n'],
    ['a missing file', null],
  ])('reads %s as we do', (_, allow) => {
    const files = { allow, deny: 'ALL: ALL\n' }
    const client = { address: '10.0.0.1', name: null, user: claimed('bob') }
    const request = { daemon: 'bgssd', client }
    expect(ask(files, request)).toBe(answer(files, request))
  })

  it('hands over to a command where we refuse', () => {
    const files = { allow: 'bgssd: ALL : twist /bin/true\n', deny: '' }
    const request = { daemon: 'bgssd', client: { address: '10.0.0.1', name: null } }
    expect(ask(files, request)).toBe('delegated')
    const policy = tcp.parse(files, { profile: 'libwrap' })
    expect(tcp.check(policy, request)).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'execution-needed', source: { file: 'hosts.allow', line: 1 } }],
    })
  })
})

function answer(files: Texts, request: tcp.Request): string {
  const policy = tcp.parse(files, { profile: 'libwrap' })
  return tcp.check(policy, request).outcome === 'allow' ? 'granted' : 'denied'
}
