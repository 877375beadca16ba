import { createRequire } from 'node:module'
import { randomBytes } from 'node:crypto'
import { writeSync, openSync } from 'node:fs'
import * as snmp from '@gatehouse/snmp-access'
import {
  CommandResponder,
  listen,
  NotificationReceiver,
  ObjectTree,
  type ReceivedNotification,
} from '@gatehouse/snmp-access/engine'
import { createGuardedAgent } from '@gatehouse/snmp-access/net-snmp'
import * as tcp from '@gatehouse/tcp-wrappers'
import {
  cell,
  COMMUNITY,
  ROWS,
  SCALAR,
  SCALAR_VALUE,
  SNMPD_ACCESS,
  SNMPTRAPD_ACCESS,
} from './fixture.ts'
import type { ServerSaying, ServerTask } from './protocol.ts'

/** What is used of npm net-snmp, which has no types. */
interface NetSnmp {
  createMib(): Mib
  createAgent(options: object, callback: () => void, mib: Mib): Agent
  createReceiver(
    options: object,
    callback: (
      error: Error | null,
      notification: {
        readonly pdu: { readonly varbinds: readonly PlainVarbind[] }
        readonly rinfo: { readonly address: string }
      },
    ) => void,
  ): Agent
}

interface PlainVarbind {
  readonly oid: string
  readonly value: unknown
}

interface Mib {
  registerProvider(provider: object): void
  setScalarValue(name: string, value: unknown): void
  addTableRow(name: string, row: readonly unknown[]): void
}

interface Agent {
  getAuthorizer(): {
    addCommunity(community: string): void
    getAccessControlModel(): { setCommunityAccess(community: string, level: number): void }
  }
  readonly listener: { readonly sockets: Record<string, Socket> }
}

interface Socket {
  on(event: 'listening', listener: () => void): void
  address(): { readonly port: number }
  getRecvBufferSize(): number
}

const netSnmp = createRequire(import.meta.url)('net-snmp') as NetSnmp

const CLOCK = { id: randomBytes(12), boots: 1, time: 0 }
const LOOPBACK = { address: '127.0.0.1', port: 0 }
const COMMON = {
  versions: ['2c'],
  engine: () => ({ ...CLOCK, time: Math.floor(process.uptime()) }),
  admit: admission(),
} as const

/** TCP Wrappers, from rules in memory: what snmpd reads from two files for every packet. */
function admission(): (source: string) => boolean {
  const rules = tcp.parse({ allow: 'snmpd: 127.0.0.1\nsnmptrapd: 127.0.0.1\n', deny: 'ALL: ALL\n' })
  return (address) => {
    const client = { address, name: null, user: null }
    return tcp.check(rules, { daemon: 'snmpd', client }).outcome === 'allow'
  }
}

async function start(task: ServerTask): Promise<ServerSaying> {
  if ('agent' in task) {
    if (task.agent === 'net-snmp (npm)') return startPlainAgent()
    return task.agent === 'ours' ? startOurs() : startOursWithMib()
  }
  const log = logTo(task.log)
  const { receiveBufferBytes } = task
  return task.receiver === 'ours' ? startReceiver(log, receiveBufferBytes) : startPlainReceiver(log)
}

function text(value: string): { readonly type: 'OctetString'; readonly value: Uint8Array } {
  return { type: 'OctetString', value: Buffer.from(value) }
}

async function startOurs(): Promise<ServerSaying> {
  const policy = snmp.parse(SNMPD_ACCESS.join('\n'), { file: 'snmpd.conf' })
  const tree = new ObjectTree()
  tree.register(SCALAR.slice(0, -1), () => [{ oid: SCALAR, value: text(SCALAR_VALUE) }])
  const rows = Array.from({ length: ROWS }, (_, at) => ({
    oid: cell(at + 1),
    value: text(String(at + 1)),
  }))
  tree.register(cell(1).slice(0, -1), () => rows, { maxAgeMs: 3_600_000 })
  const responder = new CommandResponder({
    ...COMMON,
    policy,
    objects: () => tree,
    digestKey: randomBytes(32),
  })
  responder.registerObjects(tree)
  const { addresses } = await listen(responder, { addresses: [LOOPBACK] })
  return { port: addresses[0]?.port ?? 0 }
}

async function startOursWithMib(): Promise<ServerSaying> {
  const policy = snmp.parse(SNMPD_ACCESS.join('\n'), { file: 'snmpd.conf' })
  const options = { ...COMMON, ...LOOPBACK, policy, mib: makeMib() }
  const { listening } = await createGuardedAgent(netSnmp, options)
  return { port: listening.addresses[0]?.port ?? 0 }
}

function startPlainAgent(): Promise<ServerSaying> {
  const options = { ...LOOPBACK, accessControlModelType: 1 }
  const agent = netSnmp.createAgent(options, () => undefined, makeMib())
  return opened(agent)
}

function opened(agent: Agent): Promise<ServerSaying> {
  const authorizer = agent.getAuthorizer()
  authorizer.addCommunity(COMMUNITY)
  const [socket] = Object.values(agent.listener.sockets)
  return new Promise((resolve) => {
    socket?.on('listening', () => {
      const receiveBufferBytes = socket.getRecvBufferSize()
      resolve({ port: socket.address().port, receiveBufferBytes })
    })
  })
}

function makeMib(): Mib {
  const mib = netSnmp.createMib()
  const scalar = { type: 1, scalarType: 4, maxAccess: 2 }
  mib.registerProvider({ ...scalar, name: 'scalar', oid: SCALAR.slice(0, -1).join('.') })
  mib.setScalarValue('scalar', SCALAR_VALUE)
  mib.registerProvider({
    name: 'table',
    type: 2,
    oid: cell(1).slice(0, 12).join('.'),
    tableColumns: [
      { number: 1, name: 'line', type: 2, maxAccess: 0 },
      { number: 2, name: 'text', type: 4, maxAccess: 2 },
      { number: 3, name: 'token', type: 4, maxAccess: 0 },
    ],
    tableIndex: [{ columnName: 'token' }, { columnName: 'line' }],
  })
  for (let row = 1; row <= ROWS; row += 1) mib.addTableRow('table', [row, String(row), 'rows'])
  return mib
}

/** Lines that go to the file together, once in a turn of the event loop. */
function logTo(path: string): (line: string) => void {
  const file = openSync(path, 'a')
  let lines = ''
  return (line) => {
    if (lines === '') {
      setImmediate(() => {
        writeSync(file, lines)
        lines = ''
      })
    }
    lines += `${line}\n`
  }
}

async function startReceiver(
  log: (line: string) => void,
  receiveBufferBytes: number | undefined,
): Promise<ServerSaying> {
  const receiver = new NotificationReceiver({
    ...COMMON,
    policy: snmp.parse(SNMPTRAPD_ACCESS.join('\n'), {
      file: 'snmptrapd.conf',
      daemon: 'snmptrapd',
    }),
    digestKey: randomBytes(32),
    onNotification: ({ source, trapOid, varbinds }: ReceivedNotification) => {
      const values = varbinds.map(({ oid, value }) => `${oid.join('.')}=${shown(value)}`)
      log(`TRAP ${new Date().toISOString()} ${source} ${trapOid.join('.')} ${values.join(' ')}`)
    },
  })
  const options = receiveBufferBytes === undefined ? {} : { receiveBufferBytes }
  const listening = await listen(receiver, { addresses: [LOOPBACK], ...options })
  const port = listening.addresses[0]?.port ?? 0
  return { port, receiveBufferBytes: listening.receiveBufferBytes }
}

function shown(value: ReceivedNotification['varbinds'][0]['value']): string {
  if (!('value' in value)) return value.type
  if (value.value instanceof Uint8Array) return Buffer.from(value.value).toString('latin1')
  return String(value.value)
}

function startPlainReceiver(log: (line: string) => void): Promise<ServerSaying> {
  const receiver = netSnmp.createReceiver(LOOPBACK, (error, notification) => {
    if (error !== null) return
    const values = notification.pdu.varbinds.map(({ oid, value }) => `${oid}=${String(value)}`)
    log(`TRAP ${new Date().toISOString()} ${notification.rinfo.address} ${values.join(' ')}`)
  })
  return opened(receiver)
}

process.on('message', (message: ServerTask | 'end') => {
  if (message === 'end') process.exit()
  void start(message).then((said) => process.send?.(said))
})
