/**
 * Writes `identities.json`: keys and self-signed certificates of signers, made anew at each run.
 *
 *     node test-fixtures/signed-request/generate.mjs
 *
 * Needs the command `openssl`, version 3.
 */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'

const KINDS = {
  ed25519: ['ed25519'],
  'ecdsa-p256-sha256': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'rsa-pss-sha512': ['rsa:2048'],
  other: ['ed25519'],
}

const identities = {}
for (const [name, kind] of Object.entries(KINDS)) {
  const subject = ['-subj', `/CN=console ${name}`, '-days', '3650']
  const output = execFileSync(
    'openssl',
    ['req', '-x509', '-noenc', '-newkey', ...kind, '-keyout', '-', ...subject],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const [key] = /-----BEGIN PRIVATE KEY-----[^]*?-----END PRIVATE KEY-----\n/.exec(output)
  const [pem] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/.exec(output)
  identities[name] = { key, certificate: new X509Certificate(pem).raw.toString('base64') }
}
const file = new URL('identities.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(identities, null, 2)}\n`)
