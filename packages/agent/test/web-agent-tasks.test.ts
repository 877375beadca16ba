import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseCertificate, trustList, type Certificate } from '@gatehouse/certificate-trust'
import { TaskAnswerSchema } from '@gatehouse/protocol'
import { memoryReplayStore, type ReplayStore } from '@gatehouse/signed-request'
import { describe, expect, it, onTestFinished } from 'vitest'
import { auditRecords } from './audit-records.ts'
import {
  askValue,
  deliver,
  readyRequest,
  signedBytes,
  signingConsole,
  startWeb,
  task,
  TASK,
  told,
  type SigningConsole,
} from './web-agent-world.ts'
import { Wire } from './wire.ts'

const ALLOWED = ['request-verified', 'level-sufficient']

describe('a signed task', () => {
  it.each(['ed25519', 'p256', 'rsa'] as const)(
    'of a key of %s runs its tool once',
    async (kind) => {
      const world = await startWeb({ console: signingConsole(kind) })
      const { status, body, codes } = await task(world)
      expect([status, body.outcome, codes]).toEqual([200, 'allow', ALLOWED])
      expect(TaskAnswerSchema.parse(body).result).toEqual({
        exitCode: 0,
        output: '',
        truncated: false,
      })
      expect(await world.marks()).toBe(1)
    },
  )

  it('is accepted without a certificate where that one is trusted', async () => {
    const world = await startWeb()
    const { body } = await task(world, { ...TASK, tool: 'hello' }, { sendChain: false })
    expect(body.result).toEqual({ exitCode: 0, output: 'hello\n', truncated: false })
  })

  it('is recorded with the console, the user, the level and the name of the system', async () => {
    const world = await startWeb()
    await task(world, { ...TASK, target: 'web one' })
    const [record] = await auditRecords(join(world.config.dataDir, 'audit.jsonl'))
    expect(record).toMatchObject({
      outcome: 'allow',
      codes: ALLOWED,
      by: 'web-agent',
      peer: '127.0.0.1',
      claimedUser: 'ann',
      operation: 'web-agent.task',
      target: 'mark',
      facts: {
        clientCertificate: world.console.certificate.sha256,
        passedLevel: 'administrator',
        system: 'web one',
      },
    })
  })

  it('brings the value for the next one on a connection that stays open', async () => {
    const world = await startWeb()
    const wire = new Wire(world.port)
    onTestFinished(() => wire.destroy())
    const { value, audience } = await askValue(wire, world.console.certificate.sha256)
    let next = value
    for (let count = 1; count <= 3; count += 1) {
      const bytes = signedBytes(world.port, world.console, TASK, { value: next, audience })
      wire.write(bytes)
      // oxlint-disable-next-line no-await-in-loop -- each needs the answer before
      const answer = told(await wire.answer())
      expect(answer.codes).toEqual(ALLOWED)
      next = answer.next as string
    }
    expect(await world.marks()).toBe(3)
  })

  it('runs nothing at a level below that of the tool, and says so', async () => {
    const world = await startWeb()
    const { status, body, codes } = await task(world, { ...TASK, level: 'user' })
    expect([status, body.outcome]).toEqual([403, 'deny'])
    expect(codes).toEqual(['level-too-low', 'request-verified'])
    expect(await world.marks()).toBe(0)
    const [record] = await auditRecords(join(world.config.dataDir, 'audit.jsonl'))
    expect(record).toMatchObject({ outcome: 'deny', codes: ['level-too-low', 'request-verified'] })
  })

  it.each([
    ['a tool that there is not', { tool: 'rm' }, 404, 'no-such-object', 'tool'],
    ['an inherited name', { tool: 'toString' }, 404, 'no-such-object', 'tool'],
    ['arguments', { arguments: { a: 'b' } }, 400, 'invalid-arguments', 'arguments'],
  ])('for %s is allowed and comes to nothing', async (_, more, status, code, field) => {
    const world = await startWeb()
    const answer = await task(world, { ...TASK, ...more })
    expect([answer.status, answer.body.outcome]).toEqual([status, 'allow'])
    expect(answer.body.error).toMatchObject({ code, field })
    expect(await world.marks()).toBe(0)
  })

  it('tells a console of a low level nothing about names of tools', async () => {
    const world = await startWeb()
    const unknown = await task(world, { ...TASK, level: 'operator', tool: 'rm' })
    expect([unknown.status, unknown.codes[0]]).toEqual([403, 'level-too-low'])
  })

  it.each([
    ['no JSON', Buffer.from('{'), 'malformed-json'],
    ['another form', { ...TASK, force: true }, 'invalid-request'],
  ])('whose message is %s uses its value up and runs nothing', async (_, message, code) => {
    const world = await startWeb()
    const bytes = await readyRequest(world, message)
    const first = await deliver(world.port, bytes)
    expect([first.status, first.body.error.code]).toEqual([400, code])
    expect(first.next).toBeDefined()
    expect((await deliver(world.port, bytes)).codes).toEqual(['value-used'])
    expect(await world.marks()).toBe(0)
  })

  it('that cannot be recorded is not carried out, and its value is used up', async () => {
    const world = await startWeb()
    await task(world, { ...TASK, tool: 'hello' })
    await rm(join(world.config.dataDir, 'audit.jsonl'))
    const bytes = await readyRequest(world)
    const { status, body } = await deliver(world.port, bytes)
    expect([status, body.error.code]).toEqual([503, 'audit-unavailable'])
    await world.agent.reload()
    expect((await deliver(world.port, bytes)).codes).toEqual(['value-used'])
    expect(await world.marks()).toBe(0)
  })

  it('is refused the second time, and records both', async () => {
    const world = await startWeb()
    const bytes = await readyRequest(world)
    expect((await deliver(world.port, bytes)).status).toBe(200)
    const again = await deliver(world.port, bytes)
    expect([again.status, again.codes, again.next]).toEqual([403, ['value-used'], undefined])
    expect(await world.marks()).toBe(1)
    const records = await auditRecords(join(world.config.dataDir, 'audit.jsonl'))
    expect(records.map(({ codes }) => codes)).toEqual([ALLOWED, ['value-used']])
  })
})

/** A request as text, one character for each byte. */
type Edit = (text: string) => string

const EDITS: readonly (readonly [title: string, code: string, edit: Edit])[] = [
  ['no value', 'value-missing', (text) => text.replace(/;nonce="[^"]*"/, '')],
  ['a made-up value', 'value-unknown', (text) => text.replace(/nonce="..../, 'nonce="AAAA')],
  ['another body', 'body-changed', (text) => text.replace('"mark"', '"halt"')],
  ['another signature', 'signature-wrong', (text) => withSignature(text)],
  ['another audience', 'audience-mismatch', (text) => text.replace(/(sha256:)./, swapDigit)],
  [
    'another algorithm',
    'algorithm-mismatch',
    (text) => text.replace('"ed25519"', '"rsa-pss-sha512"'),
  ],
  ['no algorithm', 'algorithm-unknown', (text) => text.replace('"ed25519"', '"hmac-sha256"')],
  ['another key', 'certificate-mismatch', (text) => text.replace(/(keyid=")./, swapDigit)],
  [
    'a field more',
    'field-unexpected',
    (text) => text.replace('\r\nsig', '\r\nx-user: root\r\nsig'),
  ],
  [
    'a field twice',
    'field-repeated',
    (text) => text.replace(/(\r\ncontent-digest:[^\r]*)/, '$1$1'),
  ],
  ['a field less', 'field-missing', (text) => text.replace(/\r\ncontent-digest:[^\r]*/, '')],
  [
    'a field elsewhere',
    'field-order',
    (text) => text.replace(/(\r\nhost:[^\r]*)(\r\n[^\r]*)/, '$2$1'),
  ],
  ['a field in capitals', 'field-spelling', (text) => text.replace('\r\nhost', '\r\nHost')],
  ['another type', 'field-malformed', (text) => text.replace('/json', '/text')],
  ['another host', 'signature-wrong', (text) => text.replace('host: 127', 'host: 128')],
  ['a query', 'signature-wrong', (text) => text.replace(' HTTP/1.1', '?a HTTP/1.1')],
  ['another time', 'signature-wrong', (text) => text.replace(/(created=\d+)(\d)/, swapLast)],
  ['another purpose', 'purpose-mismatch', (text) => text.replace('-task"', '-login"')],
  ['no purpose', 'purpose-unknown', (text) => text.replace('-task"', '-tusk"')],
]

function withSignature(text: string): string {
  return text.replace(
    /(signature: gatehouse=:)(..)/,
    (_, before: string, [first, second]: string) => `${before}${second}${first}`,
  )
}

function swapDigit(found: string, before: string): string {
  return `${before}${found.endsWith('0') ? '1' : '0'}`
}

function swapLast(_: string, before: string, last: string): string {
  return `${before}${last === '0' ? '1' : '0'}`
}

describe('a task that somebody on the way changed', () => {
  it.each(EDITS)('to have %s is refused with %s', async (_, code, edit) => {
    const world = await startWeb()
    const good = await readyRequest(world)
    const changed = Buffer.from(edit(good.toString('latin1')), 'latin1')
    expect(changed.equals(good)).toBe(false)
    const { status, codes, next } = await deliver(world.port, changed)
    expect([status, codes[0], next]).toEqual([403, code, undefined])
    const unused = await deliver(world.port, good)
    expect([unused.status, await world.marks()]).toEqual([200, 1])
  })
})

const LATER = { day: 86_400_000, minute: 60_000 }

/** A certificate that `openssl` makes, as its own strength is not one that is issued here. */
async function weakCertificate(...kind: string[]): Promise<SigningConsole> {
  const words = ['req', '-x509', '-newkey', ...kind, '-nodes', '-keyout', '-', '-subj', '/CN=weak']
  const { stdout } = await promisify(execFile)('openssl', words)
  const pem = /-----BEGIN CERTIFICATE[^]*-----END CERTIFICATE-----/.exec(stdout)?.[0] ?? ''
  const certificate = parseCertificate(Buffer.from(pem), { file: 'weak' })
  return { key: createPrivateKey(stdout), certificate }
}

function base64({ der }: Certificate): string {
  return Buffer.from(der).toString('base64')
}

/** A request that names a certificate as that of its signer which no signature here can be made with. */
function inNameOf(bytes: Buffer, own: Certificate, other: Certificate): Buffer {
  const text = bytes.toString('latin1')
  const changed = text.replace(base64(own), base64(other)).replace(own.sha256, other.sha256)
  return Buffer.from(changed, 'latin1')
}

describe('a task', () => {
  it('of a console that nobody trusts is refused, with the verdict behind it', async () => {
    const world = await startWeb()
    const console = signingConsole('ed25519', { name: 'stranger.example' })
    const { status, codes } = await task({ ...world, console })
    expect([status, codes[0], codes.length > 1]).toEqual([403, 'certificate-not-trusted', true])
    const unknown = await task({ ...world, console }, TASK, { sendChain: false })
    expect(unknown.codes).toEqual(['certificate-unknown'])
    expect(await world.marks()).toBe(0)
  })

  it('of a console that is registered by its name alone is refused with that', async () => {
    const world = await startWeb()
    const console = signingConsole('p256', { name: 'named.example' })
    const other = signingConsole()
    const list = trustList([{ certificate: other.certificate, role: 'console' }])
    const settings = { mode: 'certificate', names: ['named.example'], list } as const
    const named = await startWeb({ settings, console })
    expect((await task(named)).codes[0]).toBe('name-without-certificate')
    expect(await world.marks()).toBe(0)
  })

  it('of a console whose certificate has ended is refused', async () => {
    const at = new Date(Date.now() - 10 * LATER.day)
    const world = await startWeb({ console: signingConsole('ed25519', { at, days: 5 }) })
    expect((await task(world)).codes[0]).toBe('certificate-expired')
  })

  it.each([
    ['a short key', ['rsa:1024'], 'certificate-weak'],
    ['a key of no kind', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'key-unsupported'],
  ])('in the name of a certificate with %s is refused', async (_, kind, code) => {
    const weak = await weakCertificate(...kind)
    const list = trustList([{ certificate: weak.certificate, role: 'console' }])
    const world = await startWeb({ settings: { mode: 'certificate', list } })
    const bytes = await readyRequest(world)
    const forged = inNameOf(bytes, world.console.certificate, weak.certificate)
    expect((await deliver(world.port, forged)).codes[0]).toBe(code)
  })

  it('with the value of another console is refused', async () => {
    const world = await startWeb()
    const other = signingConsole()
    const wire = new Wire(world.port)
    const { value } = await askValue(wire, other.certificate.sha256)
    wire.destroy()
    expect((await task(world, TASK, { value })).codes).toEqual(['value-of-other-certificate'])
  })

  it('with the value of another system is refused, whichever it is signed for', async () => {
    const store = memoryReplayStore()
    const keep: ReplayStore = { ...shared(store), close: () => Promise.resolve() }
    const console = signingConsole()
    const one = await startWeb({ console }, { usedValues: keep })
    const two = await startWeb({ console }, { usedValues: keep })
    const wire = new Wire(one.port)
    const { value, audience } = await askValue(wire, console.certificate.sha256)
    wire.destroy()
    expect((await task(two, TASK, { value })).codes).toEqual(['value-of-other-audience'])
    expect((await task(two, TASK, { value, audience })).codes).toEqual(['audience-mismatch'])
    expect(await two.marks()).toBe(0)
  })

  it('that is too old is refused by its value, and one from another time by its clock', async () => {
    let at = new Date()
    const world = await startWeb({}, { now: () => at })
    const bytes = await readyRequest(world, TASK, { at })
    at = new Date(at.getTime() + LATER.minute)
    expect((await deliver(world.port, bytes)).codes).toEqual(['value-expired'])
    const slow = new Date(at.getTime() - 6 * LATER.minute)
    expect((await task(world, TASK, { at: slow })).codes).toEqual(['clock-difference'])
    expect(await world.marks()).toBe(0)
  })

  it('is refused while the memory of used values is full, or cannot be asked', async () => {
    const full = await startWeb({}, { usedValues: memoryReplayStore({ limit: 1 }) })
    expect((await task(full)).status).toBe(200)
    expect((await task(full)).codes).toEqual(['store-full'])
    const store = memoryReplayStore()
    const broken: ReplayStore = { ...shared(store), use: () => Promise.reject(new Error('disk')) }
    const failing = await startWeb({}, { usedValues: broken })
    expect((await task(failing)).codes).toEqual(['store-failed'])
    expect([await full.marks(), await failing.marks()]).toEqual([1, 0])
  })
})

function shared(store: ReplayStore): ReplayStore {
  return {
    key: store.key,
    use: (value, at) => store.use(value, at),
    close: () => store.close(),
  }
}
