import {
  expiryWarnings,
  listWarnings,
  parseCertificate,
  type Certificate,
  type CertificateList,
  type ExpiryWarning,
  type TrustedCertificate,
} from '@gatehouse/certificate-trust'
import { loadCertificateLists, loadTrustList } from '@gatehouse/certificate-trust/files'
import { ConfigError, escapeControls, type GatehouseError } from '@gatehouse/core'
import { eachSystem } from '../../calls.ts'
import { readChain, type InputOptions } from '../../certificates/input.ts'
import { answer } from '../../certificates/output.ts'
import {
  renderListWarning,
  renderWarning,
  stateListWarning,
  stateWarning,
} from '../../certificates/time-warnings.ts'
import { EXIT, gravest, type ExitCode } from '../../exit-code.ts'
import { systemsFile, type System } from '../../systems.ts'
import { painter, type Terminal } from '../../terminal.ts'

/** Options of `cert watch`. */
export interface WatchOptions extends InputOptions {
  /** Systems file: each is asked for its certificate, and the files that it names are watched. */
  readonly systems?: string
  /** Trust list, whose entries are watched as well. */
  readonly trust?: string
  /** Files with revocation lists. */
  readonly crl?: readonly string[]
  /** Instant of the check. Default: now. */
  readonly at?: Date
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** Where certificates and revocation lists were found, or why they were not. */
type Found = { readonly input: string } & (
  | {
      readonly certificates: readonly (Certificate | TrustedCertificate)[]
      readonly lists?: readonly CertificateList[]
    }
  | { readonly failure: { readonly code: string; readonly message: string } }
)

/**
 * `gatehouse cert watch INPUT …`: certificates that have ended, or end within 90, 30 or 7 days, trust
 * that does, and revocation lists that are due.
 * Exit code 1 when there is one, 2 when something could not be looked at.
 */
export async function watchExpiry(
  inputs: readonly string[],
  options: WatchOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { systems, trust, crl = [], at = new Date() } = options
  if (inputs.length + crl.length === 0 && systems === undefined && trust === undefined) {
    const what = 'files, `HOST:PORT`, `--systems`, `--trust`, `--crl`'
    throw new ConfigError(`name what is to be watched: ${what}`)
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
    ...(systems === undefined ? [] : ownOf(systems, secure)),
    ...(trust === undefined ? [] : [await trustedOf(trust)]),
    ...(await Promise.all(crl.map(listsOf))),
  ]
  const watched = found.flatMap(watchedOf)
  const count = new Set(watched.map((one) => certificateOf(one).sha256)).size
  const warnings = expiryWarnings(watched, at).map((warning) =>
    stateWarning(warning, placesOf(warning, found)),
  )
  const lists = listWarnings(found.flatMap(revocationOf), at).map((warning) =>
    stateListWarning(warning, placesOfList(warning.list, found)),
  )
  const failures = found.filter((one) => 'failure' in one)
  const paint = painter(terminal.colour)
  const lines = [
    ...warnings.flatMap((warning) => renderWarning(warning, paint)),
    ...lists.flatMap((warning) => renderListWarning(warning, paint)),
    ...failures.map(({ input, failure: { message } }) => {
      const told = message.includes(input) ? message : `${input}: ${message}`
      return `${paint('warning', 'ERROR')}  ${escapeControls(told)}`
    }),
    ...(withoutTls.length === 0 ? [] : [paint('quiet', `no TLS: ${withoutTls.join(', ')}`)]),
    ...(warnings.length + lists.length + failures.length === 0
      ? [`${count} certificates: nothing ends soon`]
      : []),
  ]
  const object = {
    command: 'cert watch',
    watched: count,
    warnings,
    lists,
    failures,
    withoutTls,
  }
  answer(options, { object, lines }, terminal)
  return gravest([
    warnings.length + lists.length === 0 ? EXIT.allow : EXIT.deny,
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
  return { input: file, certificates: (await loadTrustList(file)).entries }
}

async function listsOf(file: string): Promise<Found> {
  return { input: file, certificates: [], lists: await loadCertificateLists([file]) }
}

/** What the console itself goes by and shows: the same for all systems of a file. */
function ownOf(file: string, [first]: readonly System[]): readonly Found[] {
  if (first?.tls === undefined) return []
  const { trust, identity } = first.tls.client
  const { revocation } = trust
  const asked = typeof revocation === 'function' ? revocation() : revocation
  const certificates = [...(identity?.certificates ?? []), ...trust.list().entries]
  return [{ input: file, certificates, lists: asked?.lists ?? [] }]
}

type Watched = Certificate | TrustedCertificate

function watchedOf(found: Found): readonly Watched[] {
  return 'certificates' in found ? found.certificates : []
}

function revocationOf(found: Found): readonly CertificateList[] {
  return 'certificates' in found ? (found.lists ?? []) : []
}

function certificateOf(watched: Watched): Certificate {
  return 'certificate' in watched ? watched.certificate : watched
}

/** Where a certificate was found; of trust that ends, the lists with that entry. */
function placesOf({ certificate, entry }: ExpiryWarning, found: readonly Found[]): string[] {
  const isIt = (one: Watched): boolean => {
    if (certificateOf(one).sha256 !== certificate.sha256) return false
    if (entry === undefined) return true
    return (
      'role' in one && one.role === entry.role && one.until?.getTime() === entry.until?.getTime()
    )
  }
  return found.filter((one) => watchedOf(one).some(isIt)).map(({ input }) => input)
}

function placesOfList({ sha256 }: CertificateList, found: readonly Found[]): string[] {
  const isIt = (one: CertificateList): boolean => one.sha256 === sha256
  return found.filter((one) => revocationOf(one).some(isIt)).map(({ input }) => input)
}
