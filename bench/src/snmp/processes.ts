import { fork, spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { heard } from '../signed-requests/channel.ts'
import { SCALAR, SCALAR_VALUE, SNMPD_ACCESS, SNMPTRAPD_ACCESS } from './fixture.ts'
import type { Load, LoadDone, ServerSaying, ServerTask } from './protocol.ts'

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url))
const LOAD = fileURLToPath(new URL('./load.js', import.meta.url))

/** Debian keeps servers out of the usual path. */
const PATH = [process.env['PATH'], '/usr/sbin', '/sbin'].join(':')

/** A server in a process of its own. */
export interface Server {
  readonly port: number
  readonly receiveBufferBytes: number | undefined
  /** CPU time until now, in microseconds. */
  cpu(): number
  close(): Promise<void>
}

/** Starts one of the servers that are programs of this package. */
export async function startServer(task: ServerTask): Promise<Server> {
  const child = fork(SERVER)
  child.send(task)
  const { port, receiveBufferBytes } = await heard<ServerSaying>(child)
  return serverOf(child, port, receiveBufferBytes, () => child.send('end'))
}

/** Starts net-snmp's snmpd with the scalar and a table of 1,000 rows, or snmptrapd with a log. */
export async function startDaemon(
  program: 'snmpd' | 'snmptrapd',
  logFile?: string,
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), `gatehouse-bench-${program}-`))
  const port = await freePort()
  const config = join(folder, `${program}.conf`)
  const lines = program === 'snmpd' ? snmpdLines(port) : SNMPTRAPD_ACCESS
  writeFileSync(config, `${lines.join('\n')}\n`)
  const log = logFile ?? join(folder, 'log')
  const address = program === 'snmpd' ? [] : ['-n', '-F', TRAP_LINE, `udp:127.0.0.1:${port}`]
  const modules = ['-I', 'vacm_conf,override,snmp_mib,extend']
  const words = ['-f', '-Lf', log, '-C', '-c', config, '-m', '']
  const own = program === 'snmpd' ? modules : address
  const child = spawn(program, [...words, ...own], {
    stdio: 'ignore',
    env: { PATH, SNMP_PERSISTENT_DIR: folder },
  })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${program} ended`)))
  await Promise.race([failed, ended, bound(port)])
  for (const late of [failed, ended]) late.catch(() => undefined)
  const server = serverOf(child, port, bufferOf(port), () => child.kill())
  return {
    ...server,
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function snmpdLines(port: number): string[] {
  return [
    `agentaddress udp:127.0.0.1:${port}`,
    'dontLogTCPWrappersConnects yes',
    `override ${SCALAR.join('.')} octet_str "${SCALAR_VALUE}"`,
    'extend -cacheTime 3600 rows /usr/bin/seq 1 1000',
    ...SNMPD_ACCESS,
  ]
}

/** About what the others write. */
const TRAP_LINE = 'TRAP %.4y-%.2m-%.2lT%.2h:%.2j:%.2k %b %N %v\\n'

function serverOf(
  child: ChildProcess,
  port: number,
  receiveBufferBytes: number | undefined,
  end: () => void,
): Server {
  const gone = once(child, 'exit')
  return {
    port,
    receiveBufferBytes,
    cpu: () => cpuOf(child.pid as number),
    close: async () => {
      end()
      await gone
    },
  }
}

/** Ticks of the clock that /proc counts in: 100 a second on Linux. */
const TICK_MICROSECONDS = 10_000

function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS
}

/** Has a load generator of its own do something. */
export async function loaded(load: Load): Promise<Exclude<LoadDone, { readonly failed: string }>> {
  const child = fork(LOAD)
  try {
    child.send(load)
    const done = await heard<LoadDone>(child)
    if ('failed' in done) throw new Error(done.failed)
    return done
  } finally {
    child.kill()
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** Waits until somebody has the port. */
async function bound(port: number): Promise<void> {
  while (lineOf(port) === undefined) {
    // oxlint-disable-next-line no-await-in-loop -- it is waited for
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function lineOf(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((line) => line.includes(`:${hex} 00000000:0000`))
}

/** What the kernel gives a socket that does not ask: snmptrapd's. */
function bufferOf(port: number): number | undefined {
  if (lineOf(port) === undefined) return undefined
  return Number(readFileSync('/proc/sys/net/core/rmem_default', 'utf8'))
}
