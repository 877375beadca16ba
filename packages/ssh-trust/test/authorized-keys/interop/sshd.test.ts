import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  authorize,
  formatKeyLine,
  parseAuthorizedKeys,
  type GeneratedKey,
  type GeneratedType,
  type LoginRequest,
} from '../../../src/index.ts'
import { RealAccount } from '../../interop/sshd.ts'
import { keyOf as madeKey } from '../../ssh2/places.ts'
import { ACCOUNT, hasSshd } from '../../ssh2/sshd.ts'
import { keyOf, vectorsOf, type GivenLogin, type GivenVector, type LoginQuery } from '../vectors.ts'

type Vector = GivenVector<LoginQuery, GivenLogin>

const PROFILE = { profile: 'openssh' } as const

/** What is answered here, by the clock of now and without a name of the peer. */
function accepts(
  file: string,
  { remoteAddress: address, timeZone, signatureAlgorithm }: LoginQuery,
  changes: Pick<LoginRequest, 'hostName'> & { readonly key: string; readonly now: Date },
): boolean {
  const request = { user: ACCOUNT, address, timeZone, ...changes, key: keyOf(changes.key) }
  const algorithm = signatureAlgorithm === undefined ? {} : { signatureAlgorithm }
  const store = parseAuthorizedKeys(file, { file: 'authorized_keys' })
  return authorize({ ...request, ...algorithm }, store, PROFILE).outcome === 'allow'
}

/** Whether the answer is the same now, where the address has no name. */
function isReplayed({ file, query, expect: { accept } }: Vector): boolean {
  return accepts(file, query, { key: query.key, now: new Date() }) === accept
}

const ALL = vectorsOf<LoginQuery, GivenLogin>('authorized_keys', 'authorize')
const VECTORS = ALL.filter(isReplayed)

const keys = new Map<string, GeneratedKey>()
let account: RealAccount

/** Base64 of the key that takes the place of the one of a vector. */
function blobOf({ key }: LoginQuery): string {
  return Buffer.from(keys.get(key)?.publicKey.blob ?? []).toString('base64')
}

describe.skipIf(!hasSshd)(hasSshd ? 'the installed sshd' : 'needs ssh and sshd', () => {
  beforeAll(async () => {
    account = new RealAccount((await madeKey('ssh-ed25519', 'host')).privateKey)
    for (const { query } of VECTORS) {
      const type = query.key.split(' ')[0] as GeneratedType
      // oxlint-disable-next-line no-await-in-loop -- a handful
      keys.set(query.key, await madeKey(type, query.key))
    }
  })
  afterAll(() => account.close())

  test('is asked all vectors but those about names of the peer', () => {
    expect(ALL.filter((vector) => !VECTORS.includes(vector)).map(({ file }) => file)).toEqual(
      ['localhost', 'local*', 'LOCALHOST'].map((name) => expect.stringContaining(`from="${name}"`)),
    )
  })

  test.concurrent.each(VECTORS)('answers $id ($name) as it is answered here', async (vector) => {
    const { file, query } = vector
    const { publicKey, privateKey } = keys.get(query.key) as GeneratedKey
    const text = file.replaceAll(query.key.split(' ')[1] ?? '', blobOf(query))
    const ours = accepts(text, query, { key: formatKeyLine(publicKey), now: new Date() })
    const by = account.keyed(privateKey)
    const algorithm = query.signatureAlgorithm
    if (algorithm !== undefined) by.push('-o', `PubkeyAcceptedAlgorithms=${algorithm}`)
    expect(await account.letsIn({ file: text, by, from: query.remoteAddress })).toBe(ours)
  })
})
