import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A tool of net-snmp that sends messages. */
export type Tool = 'snmpget' | 'snmpgetnext' | 'snmpbulkget' | 'snmpset' | 'snmptrap' | 'snmpinform'

/** Whether the tools of net-snmp are installed. */
export const areInstalled: boolean =
  spawnSync('snmpget', ['-V'], { timeout: 20_000 }).status === 0 &&
  spawnSync('snmptrap', ['-V'], { timeout: 20_000 }).status === 0

/** What a tool did. */
export interface ToolRun {
  /** Every message that it sent. */
  readonly sent: readonly Uint8Array[]
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One of the messages that a tool sent; fails where it is missing. */
export function sentAt({ sent, stderr }: ToolRun, index: number): Uint8Array {
  const octets = sent[index]
  if (octets === undefined) throw new Error(`not sent: ${stderr}`)
  return octets
}

/** Gives back what a message is answered with, if it is. */
export type Answerer = (octets: Uint8Array) => Uint8Array | undefined

/**
 * Runs a tool against a socket on 127.0.0.1.
 *
 * @param before - Its options; the address is put after them.
 * @param after - What follows the address.
 */
export async function runTool(
  tool: Tool,
  before: readonly string[],
  after: readonly string[],
  answerer: Answerer = () => undefined,
): Promise<ToolRun> {
  const folder = mkdtempSync(join(tmpdir(), 'snmp-tool-'))
  const socket = createSocket('udp4')
  const sent: Uint8Array[] = []
  socket.on('message', (octets, { address, port }) => {
    sent.push(octets)
    const answer = answerer(octets)
    if (answer !== undefined) socket.send(answer, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  try {
    const environment = { MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder }
    const child = spawn(tool, [...before, `127.0.0.1:${port}`, ...after], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const [status] = (await once(child, 'close')) as [number | null]
    // A trap is not waited for by the tool: it may end before the message is read here.
    if (sent.length === 0 && status === 0) await once(socket, 'message')
    return { sent, status, stdout, stderr }
  } finally {
    socket.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
