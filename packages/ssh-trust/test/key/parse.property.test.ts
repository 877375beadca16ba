import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatKeyLine,
  formatPem,
  formatRfc4716,
  importKeys,
  isKeyFault,
  parseKeyBlob,
  parseKeyFields,
  type PublicKey,
} from '../../src/index.ts'
import { CASES, GOOD } from './blobs.ts'

/** A blob of the corpus with a few bytes changed, taken out or put in. */
const bent = fc
  .tuple(
    fc.constantFrom(...CASES.filter(({ blob }) => blob.length < 1000).map(({ blob }) => blob)),
    fc.array(fc.tuple(fc.nat(600), fc.nat(3), fc.uint8Array({ maxLength: 4 })), { maxLength: 3 }),
  )
  .map(([blob, edits]) => {
    const bytes = [...blob]
    for (const [at, removed, added] of edits)
      bytes.splice(at % (bytes.length + 1), removed, ...added)
    return Uint8Array.from(bytes)
  })

const goodKeys = GOOD.map(({ blob }) => parseKeyBlob(blob)).filter(
  (key): key is PublicKey => !isKeyFault(key),
)
const comment = fc.string({ maxLength: 300, unit: 'grapheme' }).map((text) => text.trim())
const plainComment = fc.stringMatching(/^[a-z@. "\\:]{0,400}$/u).map((text) => text.trim())

describe('any blob', () => {
  test('is a key whose blob reads back as the same, or a fault', () => {
    fc.assert(
      fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 300 })), (blob) => {
        const key = parseKeyBlob(blob)
        if (isKeyFault(key)) return
        const again = parseKeyBlob(key.blob)
        expect(!isKeyFault(again) && again.equals(key)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('is read as a line without a throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (type, base64) => {
        expect(isKeyFault(parseKeyFields(type, base64))).toBe(true)
      }),
    )
  })
})

describe('any file', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '-----BEGIN PUBLIC KEY-----',
      '-----END PUBLIC KEY-----',
      'Comment: "a\\',
      '\\',
      ':',
    ),
    fc.constantFrom('---- BEGIN SSH2 PUBLIC KEY ----', '---- END SSH2 PUBLIC KEY ----', 'AAAA'),
    fc.constantFrom(...goodKeys.flatMap((key) => [formatKeyLine(key), formatRfc4716(key, 'c')])),
  )
  test('is read without a throw', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { keys, faults } = importKeys(pieces.join('\n'))
        expect(keys.length + faults.length).toBeLessThanOrEqual(
          pieces.join('\n').split('\n').length,
        )
      }),
    )
  })

  test('that is written here reads back, key by key', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...goodKeys), comment, fc.nat(2))),
        (wanted) => {
          const written = wanted.map(([key, text, form]) => {
            if (form === 0) return `${formatKeyLine(key, text)}\n`
            const pem = formatPem(key)
            return form === 1 && typeof pem === 'string' ? pem : formatRfc4716(key, text)
          })
          const { keys, faults } = importKeys(written.join(''))
          expect(faults).toEqual([])
          expect(keys.map(({ key }) => key.fingerprint)).toEqual(
            wanted.map(([key]) => key.fingerprint),
          )
        },
      ),
    )
  })

  test('keeps a plain comment', () => {
    fc.assert(
      fc.property(fc.constantFrom(...goodKeys), plainComment, (key, text) => {
        for (const form of [formatKeyLine, formatRfc4716]) {
          expect(importKeys(form(key, text)).keys.map((read) => read.comment)).toEqual([text])
        }
        expect(
          formatRfc4716(key, text)
            .split('\n')
            .every((line) => line.length <= 72),
        ).toBe(true)
      }),
    )
  })
})
