import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FILE, type VectorConfiguration, type VectorUser } from '../vector-file.ts'
import type { VectorObject } from '../vector-mib.ts'
import { programPath } from './peer-daemons.ts'

/** An SNMP agent on 127.0.0.1 and ::1. */
export interface VectorDaemon {
  readonly ipv4: number
  readonly ipv6: number
  stop(): Promise<void>
}

const OVERRIDE_TYPES: ReadonlyMap<string, string> = new Map([
  ['integer', 'integer'],
  ['octetString', 'octet_str'],
  ['counter32', 'counter'],
  ['timeTicks', 'timeticks'],
  ['oid', 'object_id'],
])

/** Starts snmpd with the objects and users of the vectors. */
export async function startVectorDaemon(config: VectorConfiguration): Promise<VectorDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'snmpd-'))
  const file = join(folder, 'snmpd.conf')
  const port = await freePort()
  const lines = [...FILE.mib.map(overrideLine), ...FILE.users.map(userLine), ...config.lines]
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
  const child = spawn(
    programPath('snmpd') ?? 'snmpd',
    `-f -Le -C -c ${file} -m: -p ${join(folder, 'pid')} -I vacm_conf,override,snmp_mib,usmConf`
      .split(' ')
      .concat(`udp:127.0.0.1:${port}`, `udp6:[::1]:${port}`),
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, SNMP_PERSISTENT_DIR: join(folder, 'kept') },
    },
  )
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (log.includes('NET-SNMP version')) resolve()
    })
    void ended.then(() => reject(new Error(`snmpd ended: ${log}`)))
  })
  return {
    ipv4: port,
    ipv6: port,
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

function overrideLine({ oid, type, access, value }: VectorObject): string {
  const writable = access === 'rw' ? '-rw ' : ''
  const shown = type === 'octetString' ? `"${value}"` : value
  return `override ${writable}.${oid} ${OVERRIDE_TYPES.get(type)} ${shown}`
}

function userLine(user: VectorUser): string {
  const { name, authProtocol, authPassword, privProtocol, privPassword } = user
  return ['createUser', name, authProtocol, authPassword, privProtocol, privPassword]
    .filter((word) => word !== undefined)
    .join(' ')
}

/** A port that is free for both families. */
async function freePort(): Promise<number> {
  for (;;) {
    // oxlint-disable no-await-in-loop -- one after the other until one is free
    const first = createSocket('udp4').bind(0, '127.0.0.1')
    await once(first, 'listening')
    const { port } = first.address()
    const second = createSocket({ type: 'udp6', ipv6Only: true })
    const isFree = await new Promise<boolean>((resolve) => {
      second.once('error', () => resolve(false)).bind(port, '::1', () => resolve(true))
    })
    for (const socket of [first, second]) socket.close()
    await once(first, 'close')
    if (isFree) return port
    // oxlint-enable no-await-in-loop
  }
}
