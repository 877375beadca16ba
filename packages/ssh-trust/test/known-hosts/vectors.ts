import { readFileSync } from 'node:fs'
import { isKeyFault, parseKeyFields, type PublicKey } from '../../src/index.ts'

/** A vector of known_hosts as it is in the given file. */
export interface Vector<Query> {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly query: Query
  readonly expect: Readonly<Record<string, unknown>>
  readonly advice?: { readonly expect: unknown }
}

/** A question about a host's key. */
export interface CheckQuery {
  readonly host: string
  readonly port: number
  readonly key: string
  readonly hostKeyAlias?: string
}

const FILE = new URL('../../../../test-fixtures/ssh-trust/vectors.json', import.meta.url)
const all = JSON.parse(readFileSync(FILE, 'utf8')) as (Vector<{ op: string }> & { kind: string })[]

/** The vectors of one operation on known_hosts. */
export function vectorsOf<Query>(op: string): Vector<Query>[] {
  const found = all.filter(({ kind, query }) => kind === 'known_hosts' && query.op === op)
  return found as unknown as Vector<Query>[]
}

/** A key from its line; a fault fails the test. */
export function keyOf(line: string): PublicKey {
  const [type = '', base64 = ''] = line.split(' ')
  const key = parseKeyFields(type, base64)
  if (isKeyFault(key)) throw new Error(`${key.fault}: ${line}`)
  return key
}
