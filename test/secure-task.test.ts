import { join } from 'node:path'
import { connect } from 'node:tls'
import { loadTrustList } from '@gatehouse/certificate-trust/files'
import { clientOptions, loadIdentity, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { PATHS, type ValueAnswer } from '@gatehouse/protocol'
import { RequestSigner, type Fields, type Purpose } from '@gatehouse/signed-request'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PART_MS, stepOf, WalkThrough } from './walk-through.ts'

const SYSTEMS = ['web01', 'web02'] as const

/** Ports of the document, which another process may have. */
const PORTS = ['10128', '10129', '6767', '6768', '2381', '2382', '2301', '2302']

const walk = new WalkThrough('Try Secure Task Execution')

function own(name: string): Promise<TlsIdentity> {
  const [certificateFile, keyFile] = ['certificate.pem', 'key.pem'].map((file) =>
    join(walk.folder, name, file),
  )
  return loadIdentity({ certificateFile: certificateFile ?? '', keyFile: keyFile ?? '' })
}

/** What a system answered: a decision, or a value. */
interface Told {
  readonly status: number
  readonly body: ValueAnswer & { readonly reasons: readonly { readonly code: string }[] }
}

/** Sends bytes over a TLS connection of their own, and reads one answer. */
async function sendBytes(port: string, bytes: string): Promise<Told> {
  const list = await loadTrustList(join(walk.folder, 'trust.json'))
  const client = { trust: { list: () => list }, name: { ip: '127.0.0.1' } }
  const socket = connect({ host: '127.0.0.1', port: Number(port), ...clientOptions(client) })
  try {
    socket.setEncoding('latin1').write(bytes)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
      if (body.length === length) {
        return { status: Number(head.slice(9, 12)), body: JSON.parse(body) as Told['body'] }
      }
    }
    throw new Error(`no answer, but \`${text}\``)
  } finally {
    socket.destroy()
  }
}

function textOf(path: string, fields: Fields, body: string): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

interface Signing {
  readonly port: string
  readonly path: string
  readonly purpose: Purpose
  readonly message: object
}

/** The bytes of a request that the console signs over a value of the system. */
async function signedBytes({ port, path, purpose, message }: Signing): Promise<string> {
  const { key, certificates } = await own('cms')
  const [{ der, sha256 }] = certificates
  const asking = JSON.stringify({ certificate: sha256 })
  const authority = `127.0.0.1:${port}`
  const plain: Fields = [
    ['host', authority],
    ['content-type', 'application/json'],
    ['content-length', String(asking.length)],
  ]
  const { body } = await sendBytes(port, textOf(PATHS.values, plain, asking))
  const { value, audience } = body
  const text = JSON.stringify(message)
  const request = { method: 'POST', scheme: 'https', authority, target: path } as const
  const fields = new RequestSigner({ key, chain: [der] }).sign(
    { ...request, body: Buffer.from(text) },
    { value, audience, purpose, at: new Date() },
  )
  return textOf(path, fields, text)
}

beforeAll(() => walk.open(PORTS, /^tasks:$/m), PART_MS)

afterAll(() => walk.close())

describe('a console and two agents, as built programs', () => {
  test('a tool that is denied on one system is sent to none', () => {
    const [denied] = walk.steps
    expect(denied).toMatchObject({ exit: 1, because: 'not on web02' })
    if (denied !== undefined) walk.carryOut(denied)
    expect(SYSTEMS.flatMap((system) => walk.recorded(system))).toEqual([])
  })

  test(
    'every other command of the document ends as that says, and each system records what it decided',
    () => {
      expect(walk.residents).toHaveLength(2)
      expect(walk.steps.filter(({ exit }) => exit !== 0).length).toBeGreaterThan(3)
      for (const step of walk.steps.slice(1)) walk.carryOut(step)
      const task = 'allow request-verified'
      expect(walk.codesOf('web01')).toEqual([
        `${task} date`,
        `${task} failing`,
        `${task} Replicate Agent Settings`,
        'allow granted',
        'deny user-not-of-certificate',
        'deny policy-missing',
      ])
      expect(walk.codesOf('web02')).toEqual([
        `${task} date`,
        `${task} Replicate Agent Settings`,
        'allow granted',
        'deny user-not-of-certificate',
      ])
    },
    PART_MS,
  )

  test.each([
    {
      to: 'web agent',
      port: '2381',
      path: PATHS.tasks,
      purpose: 'task' as const,
      message: { user: 'ann', level: 'operator', tool: 'date', target: 'web01' },
      answered: [200, 'request-verified'],
    },
    {
      to: 'service daemon',
      port: '10128',
      path: PATHS.actions,
      purpose: 'call' as const,
      message: { user: 'ann', action: 'chart' },
      answered: [403, 'user-not-of-certificate'],
    },
  ])('the same bytes a second time are refused by the $to', async (of) => {
    const { answered, port: named, ...signing } = of
    const port = walk.port(named)
    const before = walk.recorded('web01').length
    const bytes = await signedBytes({ port, ...signing })
    const told = [await sendBytes(port, bytes), await sendBytes(port, bytes)]
    expect(told.map(({ status, body }) => [status, body.reasons[0]?.code])).toEqual([
      answered,
      [403, 'value-used'],
    ])
    const codes = walk.recorded('web01').map(({ codes: [code] }) => code)
    expect(codes.slice(before)).toEqual([answered[1], 'value-used'])
  })

  test(
    'a running console sends tools and calls on for whoever has its key',
    async () => {
      const serve = 'gatehouse serve --port 0 --toolbox sim --cms cms'
      const {
        found: [url],
      } = await walk.start(serve, /http:\/\/127\.0\.0\.1:\d+\//)
      const before = walk.recorded('web02').length
      const get = `call web02 invoke SysInfo getHostName --user "$(id -un)"`
      walk.carryOut(stepOf(`gatehouse exec date --on all --console ${url} # exit code 0: 2 done`))
      walk.carryOut(stepOf(`gatehouse ${get} --console ${url} # exit code 0: granted`))
      walk.carryOut(
        stepOf(`gatehouse ${get} --console ${url} --inner-key no.pem # exit code 2: no.pem`),
      )
      expect(walk.codesOf('web02').slice(before)).toEqual([
        'allow request-verified date',
        'allow granted',
      ])
    },
    PART_MS,
  )

  test('the records of both agents are whole', () => {
    for (const system of SYSTEMS) {
      const count = `${walk.recorded(system).length} records`
      walk.carryOut(
        stepOf(`gatehouse log verify ${system}/data/audit.jsonl --from 1 # exit code 0: ${count}`),
      )
    }
  })
})
