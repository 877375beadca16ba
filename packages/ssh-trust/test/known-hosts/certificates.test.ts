import { readFileSync } from 'node:fs'
import { noPolicy } from '@gatehouse/core'
import { expect, it } from 'vitest'
import {
  addHostKey,
  decideHostKey,
  parseCertificateFields,
  parseKnownHosts,
  revokeKeys,
  type HostProfile,
  type SshCertificate,
} from '../../src/index.ts'

interface HostVector {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly query: {
    readonly op: string
    readonly host: string
    readonly port: number
    readonly hostKeyAlias?: string
    readonly certificate: string
    readonly now: string
  }
  readonly expect: Readonly<Record<string, unknown>>
}

const FILE = new URL('../../../../test-fixtures/ssh-trust/vectors.json', import.meta.url)
const all = JSON.parse(readFileSync(FILE, 'utf8')) as HostVector[]
const vectors = all.filter(({ query }) => query.op === 'host-check')
const profiles: readonly HostProfile[] = ['openssh', 'strict']

function certificateOf(line: string): SshCertificate {
  const [type = '', base64 = ''] = line.split(' ')
  const certificate = parseCertificateFields(type, base64)
  if ('fault' in certificate) throw new Error(certificate.fault)
  return certificate
}

/** The codes that stand for OpenSSH's words about a certificate that was refused. */
const REFUSALS = new Map([
  ['principal-not-listed', 'Certificate invalid: name is not a listed principal'],
  ['principals-missing', 'Certificate lacks principal list'],
  ['certificate-not-yet-valid', 'Certificate invalid: not yet valid'],
  ['certificate-not-host', 'Certificate invalid: not a host certificate'],
  ['signature-type-refused', 'Certificate signed with disallowed algorithm'],
])

it.each(profiles.flatMap((profile) => vectors.map((vector) => ({ ...vector, profile }))))(
  '$id $name, profile $profile',
  ({ file, query, expect: expected, profile }) => {
    const store = parseKnownHosts([{ file: 'known_hosts', text: file }], { profile })
    const { host, port, hostKeyAlias: alias } = query
    const now = BigInt(Date.parse(query.now) / 1000)
    const name = alias === undefined ? { host, port } : { host, port, alias }
    const decision = decideHostKey(
      { ...name, certificate: certificateOf(query.certificate), now },
      store,
      { firstUse: 'never' },
    )
    const { status, line, reasons } = decision
    const place = line !== undefined && status !== 'revoked' ? { line: line.line } : {}
    const via = reasons[0].code === 'certificate-trusted' ? { via: 'cert-authority' } : {}
    const refused = reasons.find(({ code }) => code === 'certificate-refused')?.facts?.['because']
    const certReason = refused === undefined ? {} : { certReason: REFUSALS.get(refused) }
    expect({ status, ...place, ...via, ...certReason }).toEqual(expected)
  },
)

it('refuses a certificate whose authority is on the list of revoked keys', () => {
  const [vector] = vectors
  const certificate = certificateOf(vector?.query.certificate ?? '')
  const store = parseKnownHosts([{ file: 'known_hosts', text: vector?.file ?? '' }])
  const request = { host: 'a.example', certificate, now: 1_795_305_600n }
  expect(decideHostKey(request, store).outcome).toBe('allow')
  const revoked = revokeKeys([certificate.signatureKey])
  const { outcome, reasons, wouldWrite } = decideHostKey(request, store, { revoked })
  expect({ outcome, code: reasons[0].code, wouldWrite }).toEqual({
    outcome: 'deny',
    code: 'key-on-revocation-list',
    wouldWrite: [],
  })
})

it('refuses every key while the list of revoked keys cannot be read', () => {
  const [vector] = vectors
  const certificate = certificateOf(vector?.query.certificate ?? '')
  const store = parseKnownHosts([{ file: 'known_hosts', text: vector?.file ?? '' }])
  const revoked = noPolicy('policy-unreadable', 'revoked_keys')
  const request = { host: 'a.example', certificate, now: 1_795_305_600n }
  expect(decideHostKey(request, store, { revoked }).reasons[0].code).toBe('revocations-unavailable')
})

it('takes a certificate on a revoking line for its key, and on a plain line for another key', () => {
  const [vector] = vectors
  const line = vector?.query.certificate ?? ''
  const { key } = certificateOf(line)
  const answers = ['@revoked a.example', 'a.example'].map((start) => {
    const store = parseKnownHosts([{ file: 'known_hosts', text: `${start} ${line}\n` }])
    return decideHostKey({ host: 'a.example', key }, store).status
  })
  expect(answers).toEqual(['revoked', 'changed'])
})

it('judges the key in a certificate by the lines of the port before those of the bare name', () => {
  const [vector] = vectors
  const certificate = certificateOf(vector?.query.certificate ?? '')
  const { key, signatureKey } = certificate
  const other = addHostKey('', { host: 'a.example', port: 2222 }, signatureKey).text
  const { text } = addHostKey(other, { host: 'a.example' }, key)
  const answers = profiles.map((profile) => {
    const store = parseKnownHosts([{ file: 'known_hosts', text }], { profile })
    const request = { host: 'a.example', port: 2222, certificate, now: 1_795_305_600n }
    const { status, line, viaBareHost } = decideHostKey(request, store)
    return { status, line: line?.line, viaBareHost }
  })
  expect(answers).toEqual([
    { status: 'ok', line: 2, viaBareHost: true },
    { status: 'changed', line: 1, viaBareHost: false },
  ])
})
