import { createKey, issueSelfSigned } from '@gatehouse/certificate-trust/issuing'
import { expect, test } from 'vitest'
import { fileWith, run } from '../support.ts'
import { AT } from './lab.ts'

/** Moves the cursor, turns text round, ends the line; as long as the letters that it takes the place of. */
const CONTROLS = '\u001B[2K\u0007\r\n\u202Exxx'
const ASCII_CONTROLS = '\u001B[2K\u0007\r\n'
const LETTERS = 'x'.repeat(Buffer.byteLength(CONTROLS))

/** A certificate whose names hold controls. Its signature is wrong, which nobody asks who pinned it. */
function hostile(): Uint8Array {
  const { der } = issueSelfSigned({
    key: createKey(),
    names: { commonName: `cn_${LETTERS}`, dns: [`dns-${LETTERS}`] },
    at: new Date('2026-11-01T00:00:00Z'),
    days: 30,
  })
  const bytes = Buffer.from(der)
  // Issuer, subject, alternative name: the last is ASCII.
  for (const controls of [CONTROLS, CONTROLS, ASCII_CONTROLS]) {
    bytes.write(controls, bytes.indexOf(LETTERS))
  }
  return bytes
}

test('no command prints what a certificate holds as it is', async () => {
  const file = await fileWith(hostile(), 'hostile.der')
  const trust = await fileWith('{"format":"gatehouse-trust-list/1","entries":[]}')
  const listed = ['--trust', trust, '--at', AT]
  const commands = [
    ['show', file],
    ['trust', 'add', file, '--role', 'system', '--file', trust],
    ['trust', 'list', '--file', trust],
    ['verify', file, ...listed],
    ['verify', file, ...listed, '--name', 'web01'],
    ['diagnose', file, ...listed, '--name', 'web01'],
    ['watch', file, '--at', AT],
    ['trust', 'remove', file, '--file', trust],
  ]
  for (const words of commands) {
    const { out, err } = await run(['cert', ...words])
    expect(out).toContain('cn_')
    const lines = `${out}${err}`.split('\n')
    expect(lines.filter((line) => /[\p{Cc}\p{Cf}]/u.test(line))).toEqual([])
  }
})

test('what programs read is ASCII on one line', async () => {
  const file = await fileWith(hostile())
  for (const words of [
    ['show', file],
    ['diagnose', file, '--at', AT],
    ['watch', file, '--at', AT],
  ]) {
    const { out } = await run(['cert', ...words, '--json'])
    expect(out).toMatch(/^[\u0020-\u007E]+\n$/)
    expect(out).toContain(String.raw`\u001b`)
  }
})
