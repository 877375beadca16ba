import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  parseCertificateFields,
  parseRevocationList,
  type SshCertificate,
} from '../../../src/index.ts'
import { certificateType, forge, makeSigner, type Content } from '../forge.ts'
import { certificateOf, keyOf } from '../read.ts'
import { certificateVectors } from '../vectors.ts'

const isInstalled = spawnSync('ssh-keygen', ['-?']).error === undefined
const title = isInstalled ? 'ssh-keygen' : 'needs ssh-keygen'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function run(...args: readonly string[]): number | null {
  return spawnSync('ssh-keygen', args, { cwd: folder }).status
}

function text(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

function certify(authority: string, serial: number): SshCertificate {
  const limits = ['-n', 'ada,bob', '-V', '20260101Z:20270101Z', '-z', `${serial}`]
  const more = ['-O', 'force-command=ls', '-O', 'source-address=10.0.0.0/8', '-O', 'no-pty']
  expect(run('-q', '-s', authority, '-I', `id-${serial}`, ...limits, ...more, 'u.pub')).toBe(0)
  return certificateOf(text('u-cert.pub'))
}

describe.runIf(isInstalled || process.env['CI'] !== undefined)(title, () => {
  beforeAll(() => {
    expect(run('-q', '-t', 'ecdsa', '-N', '', '-f', 'u')).toBe(0)
  })

  it.each(['ed25519', 'ecdsa', 'rsa'])('signs with %s what is read here', (type) => {
    run('-q', '-t', type, '-N', '', '-f', `ca-${type}`)
    const certificate = certify(`ca-${type}`, 5)
    expect(certificate.signatureKey.equals(keyOf(text(`ca-${type}.pub`)))).toBe(true)
    expect(certificate).toMatchObject({ serial: 5n, keyId: 'id-5', principals: ['ada', 'bob'] })
    const names = [certificate.criticalOptions, certificate.extensions].map((list) =>
      list.map(({ name }) => name),
    )
    expect(names[0]).toEqual(['force-command', 'source-address'])
    expect(names[1]).not.toContain('permit-pty')
  })

  it('writes a revocation list that covers here what it covers there', () => {
    run('-q', '-t', 'ed25519', '-N', '', '-f', 'ca')
    const lines = ['serial: 3', 'serial: 10-20', 'id: id-40']
    for (let serial = 100; serial < 160; serial += 2) lines.push(`serial: ${serial}`)
    writeFileSync(join(folder, 'spec'), `${lines.join('\n')}\n`)
    expect(run('-q', '-k', '-f', 'krl', '-s', 'ca.pub', 'spec')).toBe(0)
    const list = parseRevocationList(readFileSync(join(folder, 'krl')))
    if ('fault' in list) throw new Error(list.fault)
    for (const serial of [0, 2, 3, 9, 10, 20, 21, 40, 100, 101, 158, 160]) {
      const certificate = certify('ca', serial)
      const answer = run('-Q', '-f', 'krl', 'u-cert.pub')
      expect(list.covers(certificate)).toBe(answer !== 0)
    }
  })

  const forgeries: readonly (readonly [string, Content, boolean])[] = [
    ['a good one', {}, true],
    ['256 principals', { principals: Array.from({ length: 256 }, (_, at) => `p${at}`) }, true],
    ['257 principals', { principals: Array.from({ length: 257 }, (_, at) => `p${at}`) }, false],
    ['kind 3', { kind: 3 }, false],
    ['a certificate as the authority', { authority: forge() }, false],
    ['a changed signature', { signature: (made) => made.map((byte) => byte ^ 1) }, false],
  ]
  it.each(forgeries)('agrees whether %s is a certificate', (_, content, isOne) => {
    const base64 = Buffer.from(forge(content)).toString('base64')
    writeFileSync(join(folder, 'f-cert.pub'), `${certificateType('ssh-ed25519')} ${base64}\n`)
    expect(run('-L', '-f', 'f-cert.pub') === 0).toBe(isOne)
    const [type = '', written = ''] = text('f-cert.pub').trim().split(' ')
    expect('fault' in parseCertificateFields(type, written)).toBe(!isOne)
  })

  it.each(['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'] as const)(
    'takes the certificate that a software %s signs',
    (type) => {
      const blob = forge({}, makeSigner(type), makeSigner(type).key)
      const line = `${certificateType(type)} ${Buffer.from(blob).toString('base64')}\n`
      writeFileSync(join(folder, 'sk-cert.pub'), line)
      expect(run('-L', '-f', 'sk-cert.pub')).toBe(0)
      expect(certificateOf(line).signatureType).toBe(type)
    },
  )

  it.each(certificateVectors('inspect'))('shows $id ($name) as the vector says', (vector) => {
    writeFileSync(join(folder, 'shown'), vector.file)
    const env = { ...process.env, TZ: 'UTC' }
    const words = ['-L', '-f', 'shown']
    const { status, stdout } = spawnSync('ssh-keygen', words, { cwd: folder, env })
    const { validFrom: _, validTo: __, ...wanted } = vector.expect
    const isOne = status === 0 && !stdout.includes('is not a certificate')
    expect(isOne ? shownIn(stdout.toString()) : { valid: false }).toEqual(wanted)
  })

  it.each(certificateVectors('revoked'))(
    'finds $id ($name) revoked as the vector says',
    (vector) => {
      writeFileSync(join(folder, 'list'), Buffer.from(vector.file, 'base64'))
      writeFileSync(join(folder, 'target.pub'), `${vector.query['target']}\n`)
      const words = ['-Q', '-f', 'list', 'target.pub']
      const { status, stdout } = spawnSync('ssh-keygen', words, { cwd: folder, encoding: 'utf8' })
      const isRevoked = stdout.includes('REVOKED')
      const isError = status !== 0 && !isRevoked
      expect(isError ? 'error' : isRevoked).toBe(vector.expect['revoked'])
    },
  )
})

/** What `ssh-keygen -L` prints, in the form of the vectors. */
function shownIn(printed: string): Readonly<Record<string, unknown>> {
  const after = (label: string): string =>
    printed
      .split('\n')
      .find((line) => line.trim().startsWith(`${label}:`))
      ?.trim()
      .slice(label.length + 2) ?? ''
  const list = (label: string): string[] => {
    const below = printed.split(` ${label}:`)[1] ?? ''
    const end = below.search(/\n {8}\S/u)
    const items = (end === -1 ? below : below.slice(0, end)).split('\n').slice(1)
    return items.map((item) => item.trim()).filter((item) => item !== '')
  }
  const [keyType, type] = after('Type').split(' ')
  const authority = /^\S+ (\S+) \(using (\S+)\)$/u.exec(after('Signing CA')) ?? []
  return {
    valid: true,
    keyType,
    type,
    publicKeyFingerprint: after('Public key').split(' ')[1],
    caFingerprint: authority[1],
    signatureAlgorithm: authority[2],
    keyIdShown: after('Key ID').slice(1, -1),
    serial: after('Serial'),
    validShown: after('Valid'),
    principals: list('Principals'),
    criticalOptions: list('Critical Options'),
    extensions: list('Extensions'),
  }
}
