import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addAuthorizedKey, formatKeyLine, PublicKey, removeAuthorizedKey } from '../../src/index.ts'
import { testKey } from '../files/keys.ts'

const key = testKey(1)
const plain = formatKeyLine(key, 'cms')
const other = formatKeyLine(testKey(2), 'ann')

describe('adding a key to authorized_keys', () => {
  test('puts it behind all others, which stay byte for byte', () => {
    const before = Buffer.from(`# caf\xe9\r\n\nnonsense\n${other}`, 'latin1')
    const { text, changed } = addAuthorizedKey(before, { key, comment: 'cms', options: 'restrict' })
    expect(changed).toBe(true)
    expect(Buffer.from(text)).toEqual(Buffer.concat([before, Buffer.from(`\nrestrict ${plain}\n`)]))
  })

  test.each([
    ['of the same comment', plain],
    ['of another comment', formatKeyLine(key, 'other')],
    ['of the same options, otherwise written', `no-pty,command="x" ${plain}`, 'command="x",no-PTY'],
  ])('changes nothing where it stands, %s', (_, line, options = '') => {
    const text = `${other}\n${line}\n`
    expect(addAuthorizedKey(text, { key, options })).toEqual({ text, changed: false })
  })

  test.each([
    ['other options', `from="192.0.2.0/24" ${plain}`],
    ['options that are malformed', `no-such-option ${plain}`],
    ['no options', plain],
  ])('refuses where it stands with %s, and names the lines', (_, line) => {
    const text = `${other}\n${line}\n`
    const refused = { changed: false, refused: 'key-has-other-options', lines: [2] }
    expect(addAuthorizedKey(text, { key, options: 'restrict' })).toEqual({ text, ...refused })
  })

  test('leaves one line of it, in the place of the first, when others are to be replaced', () => {
    const text = `restrict ${plain}\r\n${other}\n${plain}\nno-such ${plain}`
    const wanted = { key, comment: 'new', options: 'restrict', otherOptions: 'replace' } as const
    const after = `restrict ${formatKeyLine(key, 'new')}\r\n${other}\n`
    expect(addAuthorizedKey(text, wanted)).toEqual({ text: after, changed: true })
  })

  test('ends the line that it puts in the place of one without an end', () => {
    const wanted = { key, options: 'restrict', otherOptions: 'replace' } as const
    const { text } = addAuthorizedKey(plain, wanted)
    expect(text).toBe(`restrict ${formatKeyLine(key)}\n`)
  })

  test('keeps the key as an authority apart from the key itself', () => {
    const text = `cert-authority ${plain}\n`
    const added = addAuthorizedKey(text, { key })
    expect(added).toEqual({ text: `${text}${formatKeyLine(key)}\n`, changed: true })
  })

  test.each(['no-such-option', 'restrict ', '# ', 'a b', 'command="x', 'command="x\ny"', plain])(
    'refuses the options %j',
    (options) => {
      const refused = { text: '', changed: false, refused: 'options-malformed' }
      expect(addAuthorizedKey('', { key, options })).toEqual(refused)
    },
  )

  test('writes one line whatever the comment is', () => {
    const { text } = addAuthorizedKey('', { key, comment: `x\n${other}` })
    expect(text.split('\n')).toHaveLength(2)
  })

  test('refuses a DSA key', () => {
    const refused = { text: '', changed: false, refused: 'key-type-refused' }
    expect(addAuthorizedKey('', { key: dsaKey() })).toEqual(refused)
  })
})

describe('removing a key from authorized_keys', () => {
  test('removes each line that names it, and nothing else', () => {
    const kept = `# ${plain}\n${other}\n\nnonsense ${plain.split(' ')[1]}\n`
    const text = `restrict ${plain}\n${kept}no-such ${plain}\r\ncert-authority ${plain}`
    expect(removeAuthorizedKey(text, key)).toEqual({ text: kept, changed: true })
  })

  test('takes back what adding did, whatever else the file holds', () => {
    const piece = fc.constantFrom('\\', '"', ' ', '#', '\r\n', '\0', other, 'restrict', ',')
    const line = fc.oneof(
      fc.uint8Array(),
      fc.array(piece).map((all) => Buffer.from(all.join(''))),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const before = Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from('\n')]))
        const added = addAuthorizedKey(before, { key, options: 'restrict' })
        expect(added.changed).toBe(true)
        expect(Buffer.from(removeAuthorizedKey(added.text, key).text)).toEqual(before)
      }),
    )
  })

  test('changes nothing where it does not stand', () => {
    expect(removeAuthorizedKey(other, key)).toEqual({ text: other, changed: false })
  })
})

function dsaKey(): PublicKey {
  const { blob, keyObject } = key
  return new PublicKey({ type: 'ssh-dss', blob, bits: 1024, importKey: () => keyObject })
}
