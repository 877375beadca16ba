import { escapeControls } from '@gatehouse/core'
import {
  fingerprintOf,
  importKeys,
  isCertificateType,
  KEY_FAULTS,
  listHostKeys,
  parseAuthorizedKeys,
  parseCertificateFields,
  type KeyFaultCode,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import { answer } from '../../certificates/output.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { Terminal } from '../../terminal.ts'
import { readText } from './presented.ts'

/** Options of `ssh fingerprint`. */
export interface FingerprintOptions {
  /** Show MD5 in place of SHA-256, to compare with old lists. It can be forged. */
  readonly md5?: boolean
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** A key of a file, or why there is none. */
type Found = {
  /** Where it begins, from 1. */
  readonly line: number
} & ({ readonly key: PublicKey; readonly certified?: boolean; readonly comment: string } | Fault)

interface Fault {
  readonly fault: KeyFaultCode
}

/**
 * `gatehouse ssh fingerprint FILE`: every key of a file, as `ssh-keygen -l` prints it: keys in any form, certificates, known_hosts,
 * authorized_keys. Exit code 1 when a piece of the file cannot be read, or there is no key.
 */
export async function showFingerprints(
  file: string,
  { md5 = false, json = false }: FingerprintOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const found = findKeys(await readText(file), file)
  const keys = found.flatMap((one) => {
    if ('fault' in one) return []
    const { key, line, comment, certified = false } = one
    const fingerprint = md5 ? fingerprintOf(key.blob, 'md5') : key.fingerprint
    return [{ line, bits: key.bits, fingerprint, comment, type: typeOf(key, certified) }]
  })
  const faults = found.flatMap((one) => ('fault' in one ? [one] : []))
  const lines = keys.map(({ bits, fingerprint, comment, type }) => {
    const shown = comment === '' ? 'no comment' : escapeControls(comment)
    return `${bits} ${fingerprint} ${shown} (${type})`
  })
  const told = faults.map(({ line, fault }) => ({ line, fault, sentence: KEY_FAULTS[fault] }))
  const object = { command: 'ssh fingerprint', file, keys, faults: told }
  answer({ json }, { object, lines }, terminal)
  if (json) return keys.length > 0 && told.length === 0 ? EXIT.allow : EXIT.deny
  for (const { line, fault, sentence } of told) {
    terminal.err(`${escapeControls(file)}:${line}: ${sentence} [${fault}]\n`)
  }
  if (found.length === 0) terminal.err(`${escapeControls(file)}: no key\n`)
  return keys.length > 0 && told.length === 0 ? EXIT.allow : EXIT.deny
}

/** What is no key by itself may be a certificate, or a key with something before it. */
function findKeys(bytes: Uint8Array, file: string): Found[] {
  const { keys, faults } = importKeys(bytes)
  const lines = new TextDecoder().decode(bytes).split('\n')
  const listed = faults.length === 0 ? [] : withNames(bytes, file)
  const others = faults.map(
    (fault) =>
      certificateOf(lines[fault.line - 1] ?? '', fault.line) ??
      listed.find(({ line }) => line === fault.line) ??
      fault,
  )
  return [...keys, ...others].toSorted((a, b) => a.line - b.line)
}

/** Keys with something before them; their comment is what stands behind them, or else what stands before. */
function withNames(bytes: Uint8Array, file: string): Found[] {
  const logins = parseAuthorizedKeys(bytes, { file }).lines.flatMap((line): Found[] =>
    line.kind === 'key' || line.kind === 'refused'
      ? [{ line: line.source.line, key: line.key, comment: line.comment }]
      : [],
  )
  const hosts = listHostKeys(bytes).map(({ names, ...rest }) => ({ ...rest, comment: names }))
  const commented = logins.filter((one) => 'comment' in one && one.comment !== '')
  return [...commented, ...hosts, ...logins]
}

function certificateOf(text: string, line: number): Found | undefined {
  const [type = '', base64 = '', ...comment] = text.trim().split(/[ \t]+/u)
  if (!isCertificateType(type)) return undefined
  const certificate = parseCertificateFields(type, base64)
  if ('fault' in certificate) return undefined
  return { line, key: certificate.key, certified: true, comment: comment.join(' ') }
}

const SHORT_NAMES: Readonly<Record<PublicKey['type'], string>> = {
  'ssh-ed25519': 'ED25519',
  'ecdsa-sha2-nistp256': 'ECDSA',
  'ecdsa-sha2-nistp384': 'ECDSA',
  'ecdsa-sha2-nistp521': 'ECDSA',
  'ssh-rsa': 'RSA',
  'ssh-dss': 'DSA',
  'sk-ssh-ed25519@openssh.com': 'ED25519-SK',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'ECDSA-SK',
}

/** The name that `ssh-keygen -l` has for it. */
function typeOf({ type }: PublicKey, certified: boolean): string {
  return certified ? `${SHORT_NAMES[type]}-CERT` : SHORT_NAMES[type]
}
