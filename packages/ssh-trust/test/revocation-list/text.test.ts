import { ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'

import { formatKeyLine, parseRevokedKeys, type RevocationList } from '../../src/index.ts'
import { AUTHORITY, certificateType, forge, forged, makeSigner } from '../certificate/forge.ts'

const CERTIFICATE = forged()
const CERTIFICATE_LINE = `${certificateType('ssh-ed25519')} ${Buffer.from(forge()).toString('base64')}`

function read(text: string): RevocationList {
  return parseRevokedKeys(text, { file: 'revoked' })
}

describe('parseRevokedKeys', () => {
  it('covers its keys, their certificates, and what they signed', () => {
    const list = read(`# comment\n\n \t${formatKeyLine(AUTHORITY.key, 'ca')}\r\n`)
    expect(list.find(AUTHORITY.key)).toEqual({ by: 'key', ofAuthority: false })
    expect(list.find(CERTIFICATE)).toEqual({ by: 'key', ofAuthority: true })
    expect(list.covers(CERTIFICATE.key)).toBe(false)
  })

  it('takes a certificate for its key', () => {
    const list = read(CERTIFICATE_LINE)
    expect(list.covers(CERTIFICATE.key)).toBe(true)
    expect(list.covers(AUTHORITY.key)).toBe(false)
  })

  it('covers nothing when it is empty', () => {
    expect(read('').covers(makeSigner('ssh-ed25519').key)).toBe(false)
  })

  it('refuses the file for every line that cannot be read, and names each', () => {
    const text = ['ssh-ed25519', formatKeyLine(AUTHORITY.key), '  ssh-ed25519 AAAA', 'x y'].join(
      '\n',
    )
    const diagnostics = errorOf(text).diagnostics.map(({ code, source }) => [code, source.line])
    expect(diagnostics).toEqual([
      ['line-malformed', 1],
      ['blob-truncated', 3],
      ['type-unknown', 4],
    ])
  })

  it('refuses a forged certificate', () => {
    const bytes = Buffer.from(forge())
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    const line = `${certificateType('ssh-ed25519')} ${bytes.toString('base64')}`
    expect(errorOf(line).diagnostics[0].code).toBe('signature-invalid')
  })
})

function errorOf(text: string): ParseError {
  try {
    read(text)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
