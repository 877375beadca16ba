import { expect, it } from 'vitest'
import { addHostKey, hashHostNames, removeHostName, updateHostKeys } from '../../src/index.ts'
import { keyOf, vectorsOf, type CheckQuery } from './vectors.ts'

const keys = [...new Set(vectorsOf<CheckQuery>('check').map(({ query }) => query.key))]
const ED = keys.find((key) => key.startsWith('ssh-ed25519 ')) ?? ''
const ECDSA = keys.find((key) => key.startsWith('ecdsa-sha2-nistp256 ')) ?? ''
const ed = keyOf(ED)
const ecdsa = keyOf(ECDSA)
const salt = () => new Uint8Array(20).fill(9)

it('adds a key behind a last line that has no end', () => {
  const { text, changed } = addHostKey('# c', { host: 'A.Example', port: 2222 }, ed)
  expect({ text, changed }).toEqual({ text: `# c\n[a.example]:2222 ${ED}\n`, changed: true })
})

it('adds nothing under a name that is a pattern', () => {
  expect(addHostKey('# c', { host: '*' }, ed)).toEqual({
    text: '# c',
    changed: false,
    refused: 'name-not-writable',
  })
})

it('keeps bytes that are no text', () => {
  const bytes = Uint8Array.of(35, 255, 254, 0, 13, 10, 128)
  const { text } = addHostKey(bytes, { host: 'a' }, ed)
  expect(text.subarray(0, 8)).toEqual(Uint8Array.of(...bytes, 10))
  const back = removeHostName(text, 'a')
  expect(back.text).toEqual(Uint8Array.of(...bytes, 10))
})

it('removes a name from a shared line, and keeps markers and every other byte', () => {
  const text = `# c\r\n @revoked a ${ED}\n\ta,B,a ${ED}  x y\r\nA ${ED}\nbroken\n[a]:2222 ${ED}`
  expect(removeHostName(text, 'a').text).toBe(
    `# c\r\n @revoked a ${ED}\n\tB ${ED}  x y\r\nbroken\n[a]:2222 ${ED}`,
  )
})

it('removes a hashed name', () => {
  const hashed = hashHostNames(`a ${ED}\nb ${ED}\n`, { salt }).text
  expect(removeHostName(hashed, 'a').text).toBe(hashHostNames(`b ${ED}\n`, { salt }).text)
})

it('leaves a pattern that covers the name when asked to, and names its line', () => {
  const text = `*.example ${ED}\na.example ${ECDSA}\n`
  expect(removeHostName(text, 'a.example', { patterns: 'leave' })).toEqual({
    text: `*.example ${ED}\n`,
    changed: true,
    lines: [1],
  })
})

it('edits no file with a void line as OpenSSH', () => {
  const text = `a ${ED}\nbroken\n`
  const refused = { text, changed: false, refused: 'void-line', lines: [2] }
  expect(removeHostName(text, 'a', { profile: 'openssh' })).toEqual(refused)
  expect(hashHostNames(text, { salt, profile: 'openssh' })).toEqual(refused)
  expect(hashHostNames(text, { salt }).text).toMatch(/^\|1\|\S+ ssh-ed25519 \S+\nbroken\n$/u)
})

const update = { host: 'a.example', authenticatedKey: ed, serverKeys: [ed, ecdsa] }

it.each([
  ['no-keys', `a.example ${ED}\n`, { ...update, serverKeys: [] }],
  ['too-many-keys', `a.example ${ED}\n`, { ...update, serverKeys: Array(65).fill(ed) }],
  ['name-not-writable', `* ${ED}\n`, { ...update, host: '*' }],
  ['not-trusted-here', `b.example ${ED}\n`, update],
  ['not-trusted-here', `a.example ${ED}\n`, { ...update, port: 2222 }],
  ['host-is-complex', `a.example,b,c ${ED}\n`, update],
  ['host-is-complex', `a.example,!b ${ED}\n`, update],
  ['key-under-other-name', `a.example ${ED}\nb ${ECDSA}\n`, update],
])('takes over no keys: %s', (refused, text, given) => {
  expect(updateHostKeys(text, given)).toEqual({ text, changed: false, refused })
})

it('takes an old key from one name of a shared line only', () => {
  const text = `a.example ${ED}\na.example,b ${ECDSA} c\n`
  const given = { ...update, serverKeys: [ed] }
  expect(updateHostKeys(text, given).text).toBe(`a.example ${ED}\nb ${ECDSA} c\n`)
  expect(updateHostKeys(text, given, { profile: 'openssh' }).text).toBe(`a.example ${ED}\n`)
})

it('writes new keys under a hashed name when given salts', () => {
  const { text } = updateHostKeys(`a.example ${ED}\n`, update, { salt })
  expect(text).toMatch(/^a\.example \S+ \S+\n\|1\|\S+ ecdsa-sha2-nistp256 \S+\n$/u)
})

it.each(['|1|', '@b', '#b'])(
  'leaves no %j at the beginning of a line, where it means more',
  (item) => {
    expect(removeHostName(`a,${item} ${ED}\n`, 'a').text).toBe('')
    expect(removeHostName(`a,${item},c ${ED}\n`, 'a').text).toBe(`c ${ED}\n`)
  },
)

it('hashes no name of a list that matches nothing, as it would come to match', () => {
  const text = `a,${'b'.repeat(1023)} ${ED}\n`
  expect(hashHostNames(text, { salt })).toEqual({ text, changed: false })
})
