import { readFileSync } from 'node:fs'
import {
  parse,
  type Configuration,
  type Level,
  type Pdu,
  type Profile,
  type UsmStatus,
  type Version,
} from '../src/index.ts'
import type { VectorObject } from './vector-mib.ts'

/** A request of a vector. */
export interface VectorRequest {
  readonly version: Version
  readonly community?: string
  readonly communityHex?: string
  readonly user?: string
  readonly level?: Level
  readonly context?: string
  readonly source: string
  readonly pdu: Pdu
  readonly varbinds: readonly {
    readonly oid: string
    readonly type?: string
    readonly value?: string | number
  }[]
  readonly nonRepeaters?: number
  readonly maxRepetitions?: number
  readonly override?: { readonly authPassword?: string; readonly timeOffset?: number }
}

/** A request to snmpd, and what was seen. */
export interface Vector {
  readonly id: string
  readonly config: string
  readonly request: VectorRequest
  readonly expect: {
    readonly result: string
    readonly errorStatus?: string
    readonly errorIndex?: number
    readonly report?: string
    readonly varbinds?: readonly { readonly oid: string; readonly type: string }[]
    readonly acm: {
      readonly initial: string | null
      readonly securityName: string | null
      readonly group: string | null
      readonly views?: readonly string[]
    }
    readonly counters: { readonly badCommunityNames: number; readonly badCommunityUses: number }
    readonly authFailureTraps: number
  }
  readonly derived?: { readonly rfcResult: string }
}

/** A configuration of snmpd. */
export interface VectorConfiguration {
  readonly id: string
  readonly lines: readonly string[]
  readonly authTrapEnabled: boolean
  readonly contexts: readonly string[]
  readonly extraMib?: readonly VectorObject[]
}

/** A user that every configuration has. */
export interface VectorUser {
  readonly name: string
  readonly level?: string
  readonly authProtocol?: string
  readonly authPassword?: string
  readonly privProtocol?: string
  readonly privPassword?: string
}

interface VectorFile {
  readonly users: readonly VectorUser[]
  readonly mib: readonly VectorObject[]
  readonly contextMib: readonly VectorObject[]
  readonly configs: readonly VectorConfiguration[]
  readonly vectors: readonly Vector[]
}

const URL_OF_VECTORS = new URL('../../../test-fixtures/snmp-access/vectors.json', import.meta.url)

/** The vectors of snmpd. */
export const FILE: VectorFile = JSON.parse(readFileSync(URL_OF_VECTORS, 'utf8')) as VectorFile

const RESOLVE = new Map([['localhost', ['127.0.0.1']]])

/** A configuration as the daemon takes it. */
export function configurationOf(
  { lines, contexts, id, authTrapEnabled }: VectorConfiguration,
  profile: Profile,
): Configuration {
  const options = { file: id, lenient: true, resolve: RESOLVE, contexts, profile }
  return { ...parse(lines.join('\n'), options), authTrapEnabled }
}

/** What the user-based model would have said: the users of the file, and what the harness forged. */
export function usmOf({ user, level, override }: VectorRequest): UsmStatus {
  const known = FILE.users.find(({ name }) => name === user)
  if (known === undefined) return 'unknown-user'
  if (level !== 'noAuthNoPriv' && known.authProtocol === undefined) return 'unsupported-level'
  if (level === 'authPriv' && known.privProtocol === undefined) return 'unsupported-level'
  if (override?.authPassword !== undefined) return 'wrong-digest'
  return override?.timeOffset === undefined ? 'accepted' : 'not-in-time-window'
}
