import { readFileSync } from 'node:fs'

import { isKeyFault, parseKeyFields, type PublicKey } from '../../src/index.ts'

/** What sshd answered to a login. */
export interface GivenLogin {
  accept: boolean
  line?: number
  options?: Record<string, unknown>
  reason?: string
}

/** A given vector of one kind and operation. */
export interface GivenVector<Query, Expect> {
  id: string
  kind: string
  name: string
  file: string
  query: Query & { op: string }
  expect: Expect
  advice?: { expect: unknown; why: string }
}

/** A login of the given vectors. */
export interface LoginQuery {
  user: string
  key: string
  remoteAddress: string
  remoteHost: string
  now: string
  timeZone: string
  signatureAlgorithm?: string
}

/** The described files of the given vectors. */
export interface ModesQuery {
  homeMode: string
  homeOwner: string
  dirMode: string
  dirOwner: string
  fileMode: string
  fileOwner: string
  fileType: string
}

const ALL = JSON.parse(
  readFileSync(
    new URL('../../../../test-fixtures/ssh-trust/vectors.json', import.meta.url),
    'utf8',
  ),
) as GivenVector<never, never>[]

export function vectorsOf<Query, Expect>(kind: string, op: string): GivenVector<Query, Expect>[] {
  return ALL.filter((vector) => vector.kind === kind && (vector.query as { op: string }).op === op)
}

export function keyOf(line: string): PublicKey {
  const [type = '', base64 = ''] = line.split(' ')
  const key = parseKeyFields(type, base64)
  if (isKeyFault(key)) throw new TypeError(`not a key: ${key.fault}`)
  return key
}
