import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const PLACES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Where a program is; `undefined` when it is not installed. */
export function programPath(name: string): string | undefined {
  return PLACES.map((place) => join(place, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** A daemon of net-snmp on 127.0.0.1, with a folder of its own. */
export interface Daemon {
  readonly port: number
  /** What it wrote to standard error until now. */
  log(): string
  /** Waits until it has written this. */
  logged(pattern: RegExp): Promise<string>
  /** Ends it, and starts it again with the same folder and port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts snmpd with a configuration: its objects are those of `override` lines and the snmp group. */
export function startSnmpd(config: readonly string[]): Promise<Daemon> {
  const modules = 'vacm_conf,override,snmp_mib,usmConf'
  return startDaemon('snmpd', config, (port) => ['-I', modules, `udp:127.0.0.1:${port}`])
}

/** Starts snmptrapd with a configuration; it writes each notification by `format`, numbers only. */
export function startSnmptrapd(config: readonly string[], format: string): Promise<Daemon> {
  return startDaemon('snmptrapd', config, (port) => [
    '-n',
    '-On',
    '-F',
    format,
    `udp:127.0.0.1:${port}`,
  ])
}

async function startDaemon(
  name: string,
  config: readonly string[],
  argumentsFor: (port: number) => string[],
): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const file = join(folder, `${name}.conf`)
  writeFileSync(file, config.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  // Where it writes down its boots and its engine id. With -C it reads them only when told to.
  const kept = join(folder, 'kept')
  mkdirSync(kept)
  const files = `${file},${join(kept, `${name}.conf`)}`
  const port = await freeUdpPort()
  const options = ['-f', '-Le', '-C', '-c', files, '-m', '', '-p', join(folder, 'pid')]
  let log = ''
  const start = async (): Promise<() => Promise<void>> => {
    const child = spawn(programPath(name) ?? name, [...options, ...argumentsFor(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, SNMP_PERSISTENT_DIR: kept },
    })
    const ended = once(child, 'exit')
    const from = log.length
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text
        if (log.slice(from).includes('NET-SNMP version')) resolve()
      })
      void ended.then(() => reject(new Error(`${name} ended: ${log}`)))
    })
    return async () => {
      child.kill()
      await ended
    }
  }
  let stop = await start()
  return {
    port,
    log: () => log,
    logged: async (pattern) => {
      for (;;) {
        const found = pattern.exec(log)
        if (found !== null) return found[0]
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    restart: async () => {
      await stop()
      stop = await start()
    },
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A port that nobody had a moment ago. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** Runs a tool of net-snmp without any configuration of this host. @returns Its exit code and output. */
export async function runTool(
  name: string,
  parameters: readonly string[],
): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const child = spawn(programPath(name) ?? name, ['-m', '', ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder },
    timeout: 20_000,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const [code] = (await once(child, 'close')) as [number]
  rmSync(folder, { recursive: true })
  return { code, output }
}

/** Whether all of these programs are installed. */
export function areInstalled(...names: readonly string[]): boolean {
  return names.every((name) => programPath(name) !== undefined)
}
