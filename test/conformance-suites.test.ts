import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { runLimbo } from '@gatehouse/conformance'
import { describe, expect, test } from 'vitest'

/** Folder of the public suites of certificate chains; they are not part of this repository. */
const folder = process.env['CONFORMANCE_DATA']
const isNamed = folder !== undefined && folder !== ''
const title = isNamed
  ? 'the public suites'
  : 'the public suites: set CONFORMANCE_DATA to their folder'

/** Fewest cases of tier B, which some mature validators disagree with, that have to come out. */
const FEWEST_OF_TIER_B = 20

function read(file: string): unknown {
  const bytes = readFileSync(join(folder ?? '', file))
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
}

describe.skipIf(!isNamed)(title, () => {
  test('x509-limbo: nothing differs that most mature validators agree on', () => {
    const tiers = read('x509-limbo-tiers.json') as Record<string, { readonly tier: string }>
    const { agree, differences } = runLimbo(read('x509-limbo.json'), tiers)
    const differing = (tier: string) => differences.filter((one) => one.tier === tier)
    const ofTierB = Object.values(tiers).filter(({ tier }) => tier === 'B').length
    expect(agree + differences.length).toBe(Object.keys(tiers).length)
    expect(differing('A')).toEqual([])
    expect(differing('-')).toEqual([])
    expect(ofTierB - differing('B').length).toBeGreaterThanOrEqual(FEWEST_OF_TIER_B)
  })

  test('BetterTLS: nothing differs', () => {
    const { agree, differences } = runLimbo(read('bettertls.json.gz'))
    expect(differences).toEqual([])
    expect(agree).toBeGreaterThan(0)
  })
})
