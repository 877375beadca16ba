import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { formatCertificate, formatKey } from '@gatehouse/certificate-trust/issuing'
import { heard } from '../signed-requests/channel.ts'
import type { Identity } from '../signed-requests/console.ts'
import type { WirePlace } from '../signed-requests/wire.ts'
import type { ServerQuestion, ServerSaying, ServerTask } from './protocol.ts'

const PROGRAM = fileURLToPath(new URL('./server.js', import.meta.url))

/** A server in a process of its own, so that its CPU time can be told from that of its clients. */
export class ServerProcess implements WirePlace {
  readonly #child: ChildProcess
  readonly port: number
  readonly ca: string
  /** Identity that requests are signed for. */
  readonly audience: string
  /** Value of `host`. */
  readonly authority: string

  private constructor(child: ChildProcess, port: number, { certificate }: Identity) {
    this.#child = child
    this.port = port
    this.ca = formatCertificate(certificate)
    this.audience = `sha256:${certificate.sha256}`
    this.authority = `127.0.0.1:${port}`
  }

  static async start(
    task: Pick<ServerTask, 'store' | 'handler' | 'folder'>,
    own: Identity,
    console: Identity,
  ): Promise<ServerProcess> {
    const child = fork(PROGRAM)
    const whole: ServerTask = {
      ...task,
      certificate: formatCertificate(own.certificate),
      key: formatKey(own.key),
      console: Buffer.from(console.certificate.der).toString('base64'),
    }
    child.send(whole)
    const said = await heard<ServerSaying>(child)
    if (!('port' in said)) throw new Error('the server does not say where it is')
    return new ServerProcess(child, said.port, own)
  }

  /** CPU time of the server until now, in microseconds. */
  async cpu(): Promise<number> {
    this.#ask('cpu')
    const said = await heard<ServerSaying>(this.#child)
    if (!('cpu' in said)) throw new Error('the server does not say what it took')
    return said.cpu.user + said.cpu.system
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#ask('end')
    await gone
  }

  #ask(question: ServerQuestion): void {
    this.#child.send(question)
  }
}
