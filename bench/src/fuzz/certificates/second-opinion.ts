import { verify as verifySignature, X509Certificate } from 'node:crypto'
import type { PeerName, VerifyOptions } from '@gatehouse/certificate-trust'
import { AT, CLIENT, SERVER } from '../../certificates/issue.ts'
import { ensure } from '../oracle.ts'
import { testKey } from './keys.ts'
import { extensionsOf, nodesOf, signedParts, type Node } from './naive.ts'

/** Extensions that somebody who trusts a certificate has to understand, by the contents of their identifiers. */
const UNDERSTOOD = new Set([
  '551d0e',
  '551d0f',
  '551d11',
  '551d12',
  '551d13',
  '551d1e',
  '551d1f',
  '551d20',
  '551d21',
  '551d23',
  '551d24',
  '551d25',
  '551d2e',
  '551d36',
  '2b06010505070101',
  '2b0601050507010b',
])

/**
 * A second opinion on what is trusted: of OpenSSL, where it can read it, and of a reader that is not
 * strict.
 *
 * @throws Violation when it differs.
 */
export function ensureTrustworthy(der: Buffer, { name: asked, purpose }: VerifyOptions): void {
  const { body: signedBody, signature } = signedParts(der)
  const isGenuine = verifySignature(null, signedBody.whole, testKey('b').publicKey, signature)
  ensure(isGenuine, 'trusted, and not signed')
  const types = extensionsOf(signedBody, 0xa3)
  ensure(
    types.every(({ type, critical: isCritical }) => !isCritical || UNDERSTOOD.has(type)),
    'trusted, with something critical that nobody understands',
  )
  const names = types.find(({ type }) => type === '551d11')?.value ?? Buffer.alloc(0)
  const wanted = asked as PeerName | undefined
  ensure(wanted === undefined || isCalled(names, wanted), 'trusted, and not called so')
  const other = asOpenSsl(der)
  if (other === undefined) return
  const [from = NaN, until = NaN] = [other.validFrom, other.validTo].map((text) => Date.parse(text))
  ensure(from <= AT.getTime() && until >= AT.getTime(), 'trusted, and not valid now')
  // It reads none of the names when it cannot read one of them, such as an address of X.400.
  const isReadable = !namesOf(names).some(({ tag }) => tag === 0xa3)
  ensure(
    wanted === undefined || !isReadable || isCalledByOpenSsl(other, wanted),
    'trusted, and not called so, says OpenSSL',
  )
  const purposes = other.keyUsage as readonly string[] | undefined
  const needed = purpose === 'server' ? SERVER : CLIENT
  const isFor =
    purpose === undefined ||
    purposes === undefined ||
    [needed, '2.5.29.37.0'].some((one) => purposes.includes(one))
  ensure(isFor, 'trusted, and for something else')
}

/** `undefined` for what it refuses to read, such as values in names that are of no string type. */
function asOpenSsl(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

function namesOf(value: Buffer): readonly Node[] {
  return nodesOf(nodesOf(value)[0]?.content ?? value)
}

function isCalled(value: Buffer, asked: PeerName): boolean {
  const names = namesOf(value)
  const texts = names.map(({ tag, content }) => `${tag.toString(16)} ${content.toString('latin1')}`)
  if ('mail' in asked) return texts.includes(`81 ${asked.mail}`)
  if ('ip' in asked)
    return names.some(({ tag, content }) => tag === 0x87 && content.join('.') === asked.ip)
  const own = [asked.dns, asked.dns.replace(/^[^.]*/, '*')].map((text) => `82 ${text}`)
  return texts.some((text) => own.includes(text.toLowerCase()))
}

function isCalledByOpenSsl(other: X509Certificate, asked: PeerName): boolean {
  const never = { subject: 'never' } as const
  if ('dns' in asked) return other.checkHost(asked.dns, never) !== undefined
  if ('ip' in asked) return other.checkIP(asked.ip) !== undefined
  return other.checkEmail(asked.mail, never) !== undefined
}
