import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  checkNotification,
  parse,
  type NotificationPdu,
  type Profile,
  type Version,
} from '../src/index.ts'
import { oidOf } from './vector-mib.ts'

interface Vector {
  readonly id: string
  readonly config: string
  readonly notification: {
    readonly version: Version
    readonly pdu: NotificationPdu
    readonly community: string
    readonly source: string
    readonly trapOid?: string
    readonly enterprise?: string
    readonly generic?: number
    readonly specific?: number
  }
  readonly expect: { readonly acknowledged?: boolean; readonly result: string }
}

interface VectorFile {
  readonly configs: readonly { readonly id: string; readonly lines: readonly string[] }[]
  readonly vectors: readonly Vector[]
}

const URL_OF_VECTORS = new URL(
  '../../../test-fixtures/snmp-access/trap-vectors.json',
  import.meta.url,
)
const FILE = JSON.parse(readFileSync(URL_OF_VECTORS, 'utf8')) as VectorFile

const CASES = FILE.vectors.flatMap((vector) =>
  (['net-snmp', 'rfc3415'] as const).map((profile) => ({ id: vector.id, profile, vector })),
)

function verdictOf({ config, notification }: Vector, profile: Profile) {
  const lines = FILE.configs.find(({ id }) => id === config)?.lines ?? []
  const options = { file: config, daemon: 'snmptrapd', lenient: true, profile } as const
  const { trapOid, enterprise, ...rest } = notification
  return checkNotification(parse(lines.join('\n'), options), {
    ...rest,
    ...(trapOid !== undefined && { trapOid: oidOf(trapOid) }),
    ...(enterprise !== undefined && { enterprise: oidOf(enterprise) }),
  })
}

describe('the vectors of snmptrapd', () => {
  it('are 49', () => {
    expect(FILE.vectors).toHaveLength(49)
  })

  it.each(CASES)('$id: as the daemon in profile $profile', ({ vector, profile }) => {
    const { purposes, acknowledged, outcome } = verdictOf(vector, profile)
    const { result } = vector.expect
    expect(purposes.length === 0 ? 'dropped' : purposes.join('+')).toBe(result)
    expect(outcome).toBe(result === 'dropped' ? 'deny' : 'allow')
    expect(acknowledged).toBe(vector.expect.acknowledged ?? false)
  })
})
