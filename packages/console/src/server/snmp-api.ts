import { ErrorAnswerSchema, type ErrorAnswer } from '@gatehouse/protocol'
import { z } from 'zod'
import { KINDS, STATES } from '../snmp/status-table.ts'
import type { StatedVarbind } from '../snmp/values.ts'
import type { SnmpView } from '../snmp/view.ts'
import { ConsoleRefusalSchema, type ConsoleRefusal } from './api.ts'

/** What a running console is asked about SNMP. */
export interface SnmpRequest {
  /** All that it knows. */
  readonly do: 'show'
}

/** Schema of {@link SnmpRequest}; unknown fields are refused. */
export const SnmpRequestSchema: z.ZodType<SnmpRequest> = z.strictObject({ do: z.literal('show') })

/** What it answers. */
export interface SnmpAnswer {
  readonly snmp: SnmpView
}

const text = z.string().max(4096)
const time = z.string().max(64)
const count = z.number().min(0)
const version = z.enum(['1', '2c', '3'])
const level = z.enum(['noAuthNoPriv', 'authNoPriv', 'authPriv'])
const port = z.int().min(0).max(65535)

const varbind: z.ZodType<StatedVarbind> = z.strictObject({
  oid: text,
  type: z.enum([
    'Integer32',
    'OctetString',
    'ObjectIdentifier',
    'IpAddress',
    'Counter32',
    'Gauge32',
    'TimeTicks',
    'Opaque',
    'Counter64',
    'unspecified',
    'noSuchObject',
    'noSuchInstance',
    'endOfMibView',
  ]),
  value: z.exactOptional(z.union([text, z.number()])),
  hex: z.exactOptional(z.literal(true)),
})

const system = z.strictObject({
  name: text,
  address: text,
  port,
  state: z.enum(['up', 'silent', 'refused', 'never seen']),
  lastSeen: z.exactOptional(time),
  ageSeconds: z.exactOptional(count),
  lastTried: z.exactOptional(time),
  by: z.exactOptional(
    z.strictObject({
      ref: text,
      version,
      level: z.exactOptional(level),
    }),
  ),
  values: z.exactOptional(
    z.strictObject({
      upTime: z.exactOptional(z.number()),
      name: z.exactOptional(text),
      interfaces: z.exactOptional(z.number()),
      parts: z.array(
        z.strictObject({
          kind: z.enum(KINDS),
          name: text,
          state: z.enum(STATES),
          allowed: z.exactOptional(z.number()),
          denied: z.exactOptional(z.number()),
        }),
      ),
    }),
  ),
  failed: z.array(z.strictObject({ ref: text, code: text })),
  usersStopped: z.exactOptional(z.literal(true)),
})

const receiver = z.strictObject({
  addresses: z.array(z.strictObject({ address: text, port })),
  versions: z.array(version),
  receiveBufferBytes: count,
  droppedByKernel: z.exactOptional(count),
  configurationFile: text,
  noPolicy: z.exactOptional(text),
  notReloaded: z.exactOptional(text),
  taken: count,
  refused: count,
  unrecorded: count,
  socketFaults: count,
  lastSocketFault: z.exactOptional(text),
})

const event = z.strictObject({
  at: time,
  source: text,
  system: z.exactOptional(text),
  kind: z.enum(['trap1', 'trap2', 'inform']),
  version,
  user: z.exactOptional(text),
  level: z.exactOptional(level),
  trapOid: text,
  uptime: count,
  varbinds: z.array(varbind),
  more: count,
})

const SnmpViewSchema: z.ZodType<SnmpView> = z.strictObject({
  systems: z.array(system),
  fault: z.exactOptional(text),
  receiver: z.exactOptional(receiver),
  events: z.array(event),
  caveats: z.array(text),
})

/** Schema of what comes back for an {@link SnmpRequest}. */
export const SnmpAnswerSchema: z.ZodType<SnmpAnswer | ConsoleRefusal | ErrorAnswer> = z.union([
  z.strictObject({ snmp: SnmpViewSchema }),
  ConsoleRefusalSchema,
  ErrorAnswerSchema,
])
