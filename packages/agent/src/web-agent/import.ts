import { isIP } from 'node:net'
import {
  confirmPull,
  decideCaller,
  decidePull,
  offerPulled,
  parseCertificate,
  parseCertificateFile,
  trustList,
  type Certificate,
  type TrustedCertificate,
} from '@gatehouse/certificate-trust'
import { fetchChain } from '@gatehouse/certificate-trust/tls'
import { deny, type ConfigError, type Deny, type ParseError } from '@gatehouse/core'
import type { Form } from './form.ts'
import type { Offer } from './pages/confirm.ts'
import { nameOfMode } from './pages/trust.ts'
import type { PageParts } from './visitor.ts'

/** A certificate to show, or why there is none. */
export type Offered =
  | { readonly offer: Offer; readonly refusal?: never }
  | { readonly offer?: never; readonly refusal: Deny }

/** What came of a confirmation: an entry for the list, or why there is none, and what was shown. */
export type Confirmed =
  | { readonly entry: TrustedCertificate; readonly refusal?: never; readonly offer?: never }
  | { readonly entry?: never; readonly refusal: Deny; readonly offer?: Offer }

/** Longest time that a console is waited for whose certificate is fetched, in milliseconds. */
const FETCH_TIMEOUT_MS = 5_000

/** A certificate that a person brought: pasted, or as a file. */
export async function broughtOffer(form: Form, parts: PageParts): Promise<Offered> {
  const pasted = Buffer.from(form.text('certificate').trim())
  const bytes = pasted.length > 0 ? pasted : await form.file('file')
  const read = reading(() => parseCertificateFile(bytes, { file: 'certificate' })[0])
  return 'refusal' in read ? read : { offer: offerOf(read.certificate, form, parts) }
}

/** The certificate that a console shows over the network. */
export async function fetchedOffer(form: Form, parts: PageParts): Promise<Offered> {
  const settings = parts.settings.current()
  const permitted = decidePull(settings)
  if (permitted.outcome === 'deny') return { refusal: permitted }
  const host = form.text('host').trim()
  const port = Number(form.text('port'))
  if (!isHost(host)) return malformed('host')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return malformed('port')
  try {
    const { chain } = await fetchChain({ host, port, timeoutMs: FETCH_TIMEOUT_MS })
    const pulled = offerPulled(settings, chain[0])
    if ('outcome' in pulled) return { refusal: pulled }
    const place = isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
    return { offer: { ...offerOf(pulled.certificate, form, parts), place } }
  } catch (error) {
    const { code, message } = error as ConfigError
    if (code !== 'ERR_CONFIG') throw error
    return { refusal: deny({ code: 'certificate-missing', facts: { cause: message } }) }
  }
}

/**
 * Takes a confirmation. The certificate comes with the form; what makes it the one that was shown is its
 * SHA-256, which a person typed where it had been fetched.
 */
export function confirmedOffer(form: Form, parts: PageParts): Confirmed {
  const der = Buffer.from(form.text('certificate'), 'base64')
  const read = reading(() => parseCertificate(der, { file: 'certificate' }))
  if ('refusal' in read) return read
  const { certificate } = read
  const { sha256 } = certificate
  const place = form.text('place')
  const offer = { ...offerOf(certificate, form, parts), ...(place !== '' && { place }) }
  if (place !== '') {
    const permitted = decidePull(parts.settings.current())
    if (permitted.outcome === 'deny') return { refusal: permitted, offer }
  }
  const note = form.text('note').trim().slice(0, MAX_NOTE)
  const entry = { role: 'console', ...(note !== '' && { note }) } as const
  const shown = { needs: 'confirmation', sha256, certificate } as const
  const confirmed = confirmPull(shown, form.text('sha256'), entry)
  return 'outcome' in confirmed
    ? { refusal: confirmed, offer: { ...offer, isMistyped: true } }
    : { entry: confirmed }
}

/** Most characters of a note. */
const MAX_NOTE = 1_000

function offerOf(certificate: Certificate, form: Form, { now, settings }: PageParts): Offer {
  const list = trustList([{ certificate, role: 'console' }])
  const caller = { chain: [certificate.der] } as const
  const verdict = decideCaller({ mode: 'certificate', list }, caller, { at: now() })
  const mode = nameOfMode(settings.current().mode)
  return { certificate, note: form.text('note'), verdict, mode }
}

function reading(
  read: () => Certificate | undefined,
): { readonly certificate: Certificate } | { readonly refusal: Deny } {
  try {
    const certificate = read()
    return certificate === undefined ? NO_CERTIFICATE : { certificate }
  } catch (error) {
    const { code, message } = error as ParseError
    if (code !== 'ERR_PARSE') throw error
    return { refusal: deny({ code: 'certificate-malformed', facts: { cause: message } }) }
  }
}

const NO_CERTIFICATE = { refusal: deny({ code: 'certificate-missing' }) }

function malformed(field: string): Offered {
  return { refusal: deny({ code: 'request-malformed', source: { request: field } }) }
}

/** What a host name or an address can be written with; the look-up of names decides the rest. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)
}
