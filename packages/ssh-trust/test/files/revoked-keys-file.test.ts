import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isNoPolicy } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { loadRevokedKeys } from '../../src/files/index.ts'
import { formatKeyLine, type PublicKey } from '../../src/index.ts'
import { certificateVectors } from '../certificate/vectors.ts'
import { keyOf } from '../certificate/read.ts'
import { testKey } from './keys.ts'
import { fileWith, temporaryFolder } from './temporary.ts'

async function coveredBy(path: string, ...keys: readonly PublicKey[]): Promise<boolean[] | string> {
  const list = await loadRevokedKeys({ path })
  return isNoPolicy(list) ? list.noPolicy : keys.map((key) => list.covers(key))
}

describe('a file of revoked keys', () => {
  test('is read as keys line by line', async () => {
    const path = await fileWith(`# lost\n${formatKeyLine(testKey(1))}\n`)
    expect(await coveredBy(path, testKey(1), testKey(2))).toEqual([true, false])
    expect(await coveredBy(await fileWith(''), testKey(1))).toEqual([false])
  })

  test('is read as a list of OpenSSH', async () => {
    const [vector] = certificateVectors('revoked')
    const path = await fileWith(Buffer.from(vector?.file ?? '', 'base64'))
    const key = keyOf(String(vector?.query['target']))
    expect(await coveredBy(path, key, testKey(2))).toEqual([true, false])
    const cut = await fileWith(readFileSync(path).subarray(0, -1))
    expect(await coveredBy(cut, key)).toBe('policy-malformed')
  })

  test('that cannot be read whole is none', async () => {
    const line = formatKeyLine(testKey(1))
    expect(await coveredBy(await fileWith(`${line}\nnonsense\n`))).toBe('policy-malformed')
    expect(await coveredBy(await temporaryFolder())).toBe('policy-unreadable')
    const missing = join(await temporaryFolder(), 'revoked')
    const none = await loadRevokedKeys({ path: missing })
    expect(none).toMatchObject({
      noPolicy: 'policy-missing',
      decision: { outcome: 'deny', reasons: [{ source: { file: missing } }] },
    })
    const large = await loadRevokedKeys({ path: await fileWith(line), maxBytes: 10 })
    expect(large).toMatchObject({ noPolicy: 'policy-too-large' })
  })
})
