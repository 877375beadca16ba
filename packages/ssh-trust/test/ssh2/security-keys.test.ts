import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { formatKeyLine, type PublicKey } from '../../src/index.ts'
import { forge, makeSigner, TOUCHED, VERIFIED, type Signer } from '../certificate/forge.ts'
import { isLetIn, RealAccount } from '../interop/sshd.ts'
import { keyOf } from './places.ts'
import { served } from './served.ts'
import { ACCOUNT, hasSshd } from './sshd.ts'

const TYPES = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'] as const

/** Options of a line, what the key says when it signs, and whether that lets in. */
const LINES: readonly (readonly [options: string, flags: number, isEnough: boolean])[] = [
  ['', TOUCHED, true],
  ['', 0, false],
  ['no-touch-required ', 0, true],
  ['verify-required ', TOUCHED, false],
  ['verify-required ', TOUCHED + VERIFIED, true],
]

const CASES = TYPES.flatMap((type) => LINES.map((line) => [type, ...line] as const))

function lineOf(key: PublicKey, options: string): string {
  return `${options}${formatKeyLine(key)}\n`
}

describe.skipIf(!hasSshd)(hasSshd ? 'with ssh, sshd and an agent' : 'needs ssh and sshd', () => {
  let account: RealAccount

  beforeAll(async () => {
    account = new RealAccount((await keyOf('ssh-ed25519', 'host')).privateKey)
  })
  afterAll(() => account.close())

  /** Whether sshd lets in what an agent has, and whether the server here does. */
  async function answers(file: string, blob: Uint8Array, { sign }: Signer): Promise<boolean[]> {
    const by = await account.byAgent({ blob, sign })
    const { port } = await served(file)
    return [await account.letsIn({ file, by }), await isLetIn(port, { by })]
  }

  test.each(CASES)(
    '%s with `%s`, which says %i: let in: %s',
    async (type, options, flags, isEnough) => {
      const signer = makeSigner(type, flags)
      const { key } = signer
      const both = [isEnough, isEnough]
      expect(await answers(lineOf(key, options), key.blob, signer)).toEqual(both)
    },
  )

  test.each(TYPES)('a certificate of %s, by an authority that is one, is let in', async (type) => {
    const [authority, signer] = [makeSigner(type), makeSigner(type)]
    const certificate = forge({ principals: [ACCOUNT] }, authority, signer.key)
    const file = lineOf(authority.key, 'cert-authority ')
    expect(await answers(file, certificate, signer)).toEqual([true, true])
    const strange = lineOf(makeSigner(type).key, 'cert-authority ')
    expect(await answers(strange, certificate, signer)).toEqual([false, false])
  })

  test('another key than the one that is listed is not let in', async () => {
    const [signer, listed] = [makeSigner(TYPES[0]), makeSigner(TYPES[0])]
    const file = lineOf(listed.key, '')
    expect(await answers(file, listed.key.blob, signer)).toEqual([false, false])
  })
})
