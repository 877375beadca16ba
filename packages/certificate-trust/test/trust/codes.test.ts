import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CODES, describeTrust, TRUST_CODES, type TrustCode } from '../../src/index.ts'

test('every code about trust is asserted by some test', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const text: string = readdirSync(folder)
    .filter((file: string) => file.endsWith('.test.ts') && file !== 'codes.test.ts')
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
  const own = Object.keys(TRUST_CODES).filter((code) => !(code in CODES))
  expect(own.filter((code) => !text.includes(`'${code}'`))).toEqual([])
})

test('a reason is one line, whichever table its code is from', () => {
  for (const code of ['expired', 'trust-ended'] as TrustCode[]) {
    const line = describeTrust({ code, source: { certificate: 'ab' }, facts: { subject: 'a\nb' } })
    expect(line.split('\n')).toHaveLength(1)
    expect(line).toContain(TRUST_CODES[code])
  }
})
