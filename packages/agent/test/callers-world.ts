import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { clientOptions, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import {
  NEXT_VALUE_HEADER,
  PATHS,
  type Answer,
  type ErrorAnswer,
  type ValueAnswer,
} from '@gatehouse/protocol'
import { RequestSigner, type Fields } from '@gatehouse/signed-request'
import { onTestFinished } from 'vitest'
import {
  client,
  selfSigned,
  startTls,
  systemIdentity,
  trustText,
  type TlsWorld,
} from './tls-world.ts'
import { ADDRESS, type Started } from './world.ts'

/** The three ways in which a daemon knows who asks. */
export const WAYS = ['claimed', 'certificate', 'signed'] as const
export type Way = (typeof WAYS)[number]

/** Certificates of consoles that one person each sits at. */
export const OPS: TlsIdentity = selfSigned()
export const CLERK: TlsIdentity = selfSigned()
/** Trusted, and in no map. */
export const NOBODY: TlsIdentity = selfSigned()
/** Trusted by nobody. */
export const STRANGER: TlsIdentity = selfSigned()

export function sha256Of({ certificates: [own] }: TlsIdentity): string {
  return own.sha256
}

/** Who is who, one entry a line. */
export const USERS: string = [
  '{"users": [',
  `{"certificate": "${sha256Of(OPS)}", "user": "ops"},`,
  `{"certificate": "${sha256Of(CLERK)}", "user": "clerk"}`,
  ']}',
].join('\n')

const TRUST = trustText(
  [OPS.certificates[0], 'console'],
  [CLERK.certificates[0], 'console'],
  [NOBODY.certificates[0], 'console'],
)

/** The one line of the config that differs, and what it goes by. */
function settingsOf(way: Way): TlsWorld {
  const clients = { trustFile: 'trust.json', required: way === 'certificate' }
  const usersFile = way === 'claimed' ? {} : { usersFile: 'users.json' }
  return {
    config: { callers: way, ...usersFile },
    tls: { clients },
    files: { 'trust.json': TRUST, 'users.json': USERS },
  }
}

export interface StartedWay extends Started {
  readonly identity: TlsIdentity
}

/** An agent whose daemon knows callers in one of the ways. */
export async function startWay(
  way: Way,
  { config, files, tls }: TlsWorld = {},
  options: Parameters<typeof startTls>[1] = {},
): Promise<StartedWay> {
  const identity = systemIdentity()
  const settings = settingsOf(way)
  const world = {
    config: { ...settings.config, ...config },
    tls: { ...settings.tls, ...tls },
    files: { ...settings.files, ...files },
  }
  return { ...(await startTls({ ...world, identity }, options)), identity }
}

/** One answer, and the value that came with it. */
export interface Heard {
  readonly status: number
  readonly body: Answer & ErrorAnswer
  readonly nextValue: string | undefined
}

/** Head and body of a request, as they go over a connection. */
export function textOf(path: string, fields: Fields, body: string): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

function plainFields(body: string): Fields {
  return [
    ['Host', 'web-1.example.com'],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ]
}

/** A connection of its own, and the answers that come over it. */
export class Line {
  readonly #socket: TLSSocket
  #text = ''
  #isOver = false

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    onTestFinished(() => void socket.destroy())
    socket.setEncoding('latin1').on('data', (chunk: string) => (this.#text += chunk))
    socket.on('error', () => undefined).on('close', () => (this.#isOver = true))
  }

  static async open(
    { agent }: Started,
    shown: TlsIdentity | undefined,
    { from = ADDRESS.view }: { readonly from?: string } = {},
  ): Promise<Line> {
    const place = { port: agent.daemonAddress.port, host: '127.0.0.1', localAddress: from }
    const options: ConnectionOptions = { ...place, ...clientOptions(client(shown)) }
    const socket = connect(options)
    const line = new Line(socket)
    await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')])
    return line
  }

  /** Writes a request, and waits for its answer; `undefined` when the connection is closed without. */
  async ask(text: string): Promise<Heard | undefined> {
    this.#socket.write(text)
    for (;;) {
      const found = answerIn(this.#text)
      if (found !== undefined) {
        this.#text = this.#text.slice(found.end)
        return found.heard
      }
      if (this.#isOver) return undefined
      // oxlint-disable-next-line no-await-in-loop -- until the answer is whole
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')])
    }
  }
}

function answerIn(text: string): { readonly heard: Heard; readonly end: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = text.slice(0, headEnd)
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 'NaN')
  const end = headEnd + 4 + length
  if (!(end <= text.length)) return undefined
  const nextValue = new RegExp(String.raw`^${NEXT_VALUE_HEADER}: (\S+)`, 'im').exec(head)?.[1]
  const body = JSON.parse(text.slice(headEnd + 4, end)) as Heard['body']
  return { heard: { status: Number(head.slice(9, 12)), body, nextValue }, end }
}

export interface Asking {
  readonly path?: string
  readonly message: object
  readonly by: TlsIdentity
  readonly from?: string
}

/** A value for a certificate, and who issues it. */
export async function valueFor(line: Line, by: TlsIdentity): Promise<ValueAnswer> {
  const body = JSON.stringify({ certificate: sha256Of(by) })
  const heard = await line.ask(textOf(PATHS.values, plainFields(body), body))
  return heard?.body as unknown as ValueAnswer
}

/** A signed request as text. */
export function signedText(
  { path = PATHS.actions, message, by }: Asking,
  { value, audience }: Pick<ValueAnswer, 'value' | 'audience'>,
  at: Date = new Date(),
): string {
  const body = JSON.stringify(message)
  const [own, ...rest] = by.certificates
  const signer = new RequestSigner({ key: by.key, chain: [own.der, ...rest.map(({ der }) => der)] })
  const fields = signer.sign(
    {
      method: 'POST',
      scheme: 'https',
      authority: 'web-1.example.com',
      target: path,
      body: Buffer.from(body),
    },
    { value, audience, purpose: 'call', at },
  )
  return textOf(path, fields, body)
}

/** Asks as a console does that knows which way is meant. */
export async function askBy(
  way: Way,
  started: Started,
  { path = PATHS.actions, message, by, from = ADDRESS.view }: Asking,
  shown: TlsIdentity | undefined = way === 'certificate' ? by : undefined,
): Promise<Heard | undefined> {
  const line = await Line.open(started, shown, { from })
  if (way === 'signed') {
    return line.ask(signedText({ path, message, by }, await valueFor(line, by)))
  }
  const body = JSON.stringify(message)
  return line.ask(textOf(path, plainFields(body), body))
}

export interface Audited {
  readonly operation: string
  readonly outcome: string
  readonly codes: readonly string[]
  readonly source?: string
  readonly claimedUser?: string
  readonly verifiedUser?: string
  readonly facts?: Readonly<Record<string, string>>
}

export async function audited({ folder }: Started): Promise<Audited[]> {
  const text = await readFile(join(folder, 'data/audit.jsonl'), 'utf8')
  const lines = text.trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Audited)
}
