import {
  EXPIRY_CODES,
  expiryWarnings,
  parseCertificate,
  type Certificate,
  type ExpiryWarning,
} from '@gatehouse/certificate-trust'
import { loadTrustList } from '@gatehouse/certificate-trust/files'
import { ConfigError, escapeControls, type GatehouseError } from '@gatehouse/core'
import { eachSystem } from '../../calls.ts'
import { readChain, type InputOptions } from '../../certificates/input.ts'
import { answer } from '../../certificates/output.ts'
import { stateCertificate } from '../../certificates/stated.ts'
import { EXIT, gravest, type ExitCode } from '../../exit-code.ts'
import { systemsFile } from '../../systems.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'

/** Options of `cert watch`. */
export interface WatchOptions extends InputOptions {
  /** Systems file: each is asked for its certificate. */
  readonly systems?: string
  /** Trust list, whose certificates are watched as well. */
  readonly trust?: string
  /** Instant of the check. Default: now. */
  readonly at?: Date
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** Where certificates were found, or why they were not. */
type Found = { readonly input: string } & (
  | { readonly certificates: readonly Certificate[] }
  | { readonly failure: { readonly code: string; readonly message: string } }
)

/**
 * `gatehouse cert watch INPUT …`: certificates that have ended, or end within 90, 30 or 7 days.
 * Exit code 1 when there is one, 2 when something could not be looked at.
 */
export async function watchExpiry(
  inputs: readonly string[],
  options: WatchOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { systems, trust, at = new Date() } = options
  if (inputs.length === 0 && systems === undefined && trust === undefined) {
    throw new ConfigError('name what is to be watched: files, `HOST:PORT`, `--systems`, `--trust`')
  }
  const known = systems === undefined ? [] : await systemsFile(systems).list()
  const secure = known.filter(({ tls }) => tls !== undefined)
  const withoutTls = known.filter(({ tls }) => tls === undefined).map(({ name }) => name)
  const found: readonly Found[] = [
    ...(await lookAt(
      inputs.map((input) => ({ name: input, input })),
      options,
    )),
    ...(await lookAt(
      secure.map((system) => ({ name: system.name, input: placeText(system) })),
      options,
    )),
    ...(trust === undefined ? [] : [await trustedOf(trust)]),
  ]
  const places = placesOf(found)
  const warnings = expiryWarnings(found.flatMap(certificatesOf), at)
  const stated = warnings.map(({ code, daysLeft, certificate }) => ({
    code,
    daysLeft,
    inputs: places.get(certificate.sha256) ?? [],
    certificate: stateCertificate(certificate),
  }))
  const failures = found.filter((one) => 'failure' in one)
  const paint = painter(terminal.colour)
  const lines = [
    ...stated.flatMap((warning) => renderWarning(warning, paint)),
    ...failures.map(({ input, failure: { message } }) => {
      const told = message.includes(input) ? message : `${input}: ${message}`
      return `${paint('warning', 'ERROR')}  ${escapeControls(told)}`
    }),
    ...(withoutTls.length === 0 ? [] : [paint('quiet', `no TLS: ${withoutTls.join(', ')}`)]),
    ...(stated.length + failures.length === 0
      ? [`${places.size} certificates: nothing ends soon`]
      : []),
  ]
  const object = {
    command: 'cert watch',
    watched: places.size,
    warnings: stated,
    failures,
    withoutTls,
  }
  answer(options, { object, lines }, terminal)
  return gravest([
    warnings.length === 0 ? EXIT.allow : EXIT.deny,
    failures.length === 0 ? EXIT.allow : EXIT.usage,
  ])
}

function placeText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function lookAt(
  named: readonly { readonly name: string; readonly input: string }[],
  options: InputOptions,
): Promise<readonly Found[]> {
  return eachSystem(named, async ({ name, input }) => {
    try {
      const chain = await readChain(input, options)
      return {
        input: name,
        certificates: chain.map((der) => parseCertificate(der, { file: name })),
      }
    } catch (error) {
      const { code, message } = error as GatehouseError
      if (code !== 'ERR_CONFIG' && code !== 'ERR_PARSE') throw error
      return { input: name, failure: { code, message } }
    }
  })
}

async function trustedOf(file: string): Promise<Found> {
  const { entries } = await loadTrustList(file)
  return { input: file, certificates: entries.map(({ certificate }) => certificate) }
}

function certificatesOf(found: Found): readonly Certificate[] {
  return 'certificates' in found ? found.certificates : []
}

/** Where each certificate was found. */
function placesOf(found: readonly Found[]): Map<string, string[]> {
  const places = new Map<string, string[]>()
  for (const one of found) {
    for (const { sha256 } of certificatesOf(one)) {
      places.set(sha256, [...(places.get(sha256) ?? []), one.input])
    }
  }
  return places
}

/** A warning in fields for programs. */
interface StatedWarning extends Pick<ExpiryWarning, 'code' | 'daysLeft'> {
  readonly inputs: readonly string[]
  readonly certificate: ReturnType<typeof stateCertificate>
}

function renderWarning(
  { code, daysLeft, inputs, certificate }: StatedWarning,
  paint: Paint,
): string[] {
  const { subject, notBefore, notAfter, sha256 } = certificate
  const tone = code === 'expired' || code === 'not-yet-valid' ? 'deny' : 'warning'
  const when = code === 'not-yet-valid' ? `from ${notBefore}` : `until ${notAfter}`
  const left = code === 'expired' ? '' : `, ${daysLeft} days left`
  return [
    `${paint(tone, code.padEnd(15))} ${escapeControls(subject)}  ${when}${left}`,
    `                ${EXPIRY_CODES[code]}; in ${escapeControls(inputs.join(', '))}`,
    `                SHA-256 ${sha256}`,
  ]
}
