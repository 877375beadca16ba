import { expect, test } from 'vitest'
import { listHostKeys } from '../../src/index.ts'
import { hostLine, testKey } from '../files/keys.ts'

test('lists each line of known_hosts that has a key', () => {
  const text = `# no key\n${hostLine('a,*.b', 1)} ann\n\nvoid\r\n@revoked ${hostLine('é', 2)}\r\n`
  expect(listHostKeys(text).map((entry) => ({ ...entry, key: entry.key.fingerprint }))).toEqual([
    { line: 2, names: 'a,*.b', marker: 'none', key: testKey(1).fingerprint, certified: false },
    { line: 5, names: 'é', marker: 'revoked', key: testKey(2).fingerprint, certified: false },
  ])
})
