import {
  formatName,
  parseRequest,
  type Certificate,
  type Purpose,
} from '@gatehouse/certificate-trust'
import { writeKeyFile } from '@gatehouse/certificate-trust/files'
import {
  createAuthority,
  createKey,
  createRevocationList,
  formatBundle,
  formatCertificate,
  formatCertificateList,
  formatKey,
  issueFromRequest,
  type KeyType,
} from '@gatehouse/certificate-trust/issuing'
import { ConfigError } from '@gatehouse/core'
import {
  authorityFiles,
  formatIndex,
  issuedEntry,
  NEW_INDEX,
  withAuthority,
  type AuthorityIndex,
  type Issued,
  type OpenedAuthority,
  type RevokeReason,
} from '../../certificates/authority-folder.ts'
import { readFileWhole, readFingerprint } from '../../certificates/input.ts'
import { formatSeconds } from '../../certificates/instants.ts'
import { subjectNames, type NameOptions } from '../../certificates/names.ts'
import { answer, makeFolder, requireAbsent, writeResult } from '../../certificates/output.ts'
import { fact, renderCertificate } from '../../certificates/render.ts'
import { stateCertificate } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'

/** Options of every `ca` command. */
interface JsonOption {
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** Options of `ca init`. */
export interface InitOptions extends JsonOption {
  readonly commonName: string
  readonly organization?: string
  /** Default `P-256`. */
  readonly keyType?: KeyType
  readonly days: number
  /** How many authorities may stand below it. Default: any number, and none below an intermediate. */
  readonly pathLength?: number
}

/** `gatehouse ca init FOLDER`: a root authority. */
export function initAuthority(
  folder: string,
  options: InitOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return makeAuthority('ca init', folder, options, undefined, terminal)
}

/** Options of `ca intermediate`. */
export interface IntermediateOptions extends InitOptions {
  /** Folder of the authority above. */
  readonly issuer: string
}

/** `gatehouse ca intermediate FOLDER`: an authority below another. */
export function makeIntermediate(
  folder: string,
  { issuer, ...options }: IntermediateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withAuthority(issuer, (above) =>
    makeAuthority('ca intermediate', folder, { pathLength: 0, ...options }, above, terminal),
  )
}

async function makeAuthority(
  command: string,
  folder: string,
  options: InitOptions,
  above: OpenedAuthority | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const { commonName, organization, keyType, days, pathLength } = options
  const files = authorityFiles(folder)
  await makeFolder(folder)
  await requireAbsent(files.certificate)
  const key = createKey(keyType)
  const certificate = createAuthority({
    key,
    names: { commonName, ...(organization === undefined ? {} : { organization }) },
    at: new Date(),
    days,
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(above === undefined ? {} : { issuer: above }),
  })
  await writeKeyFile(files.key, formatKey(key))
  await writeResult(files.index, formatIndex(NEW_INDEX))
  if (above !== undefined) await above.record(withIssued(above.index, certificate))
  await writeResult(files.certificate, pemOf([certificate, ...(above?.chain ?? [])]))
  return tell(command, certificate, files.certificate, options, terminal)
}

/** Options of `ca issue`. */
export interface IssueOptions extends JsonOption, NameOptions {
  /** Grant every name and the subject that the request asks for. */
  readonly asRequested?: boolean
  readonly purpose?: readonly Purpose[]
  readonly days?: number
  /** File to write. Default: the certificate is printed, with those above it. */
  readonly out?: string
  /** Write PKCS#7 instead of a PEM file of certificates. */
  readonly pkcs7?: boolean
}

/** `gatehouse ca issue FOLDER REQUEST`: a certificate for the key of a request, and the names that are allowed. */
export function issueCertificate(
  folder: string,
  requestFile: string,
  options: IssueOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { asRequested = false, purpose = [], days, out, pkcs7 = false, json = false } = options
  const { names, isEmpty } = subjectNames(options)
  if (asRequested !== isEmpty) {
    throw new ConfigError('say what the request may ask for: names, or `--as-requested`')
  }
  return withAuthority(folder, async (authority) => {
    if (out !== undefined) await requireAbsent(out)
    const [first = 'server', ...others] = purpose.length === 0 ? DEFAULT_PURPOSES : purpose
    const request = parseRequest(await readFileWhole(requestFile), { file: requestFile })
    const certificate = issueFromRequest({
      request,
      issuer: authority,
      at: new Date(),
      purposes: [first, ...others],
      allow: asRequested ? 'as-requested' : names,
      ...(days === undefined ? {} : { days }),
    })
    await authority.record(withIssued(authority.index, certificate))
    const chain = [certificate, ...authority.chain] as const
    const text = pkcs7 ? formatBundle(chain) : pemOf(chain)
    if (out !== undefined) {
      await writeResult(out, text)
      return tell('ca issue', certificate, out, options, terminal)
    }
    const object = { command: 'ca issue', certificate: stateCertificate(certificate), pem: text }
    answer({ json }, { object, lines: [text.trimEnd()] }, terminal)
    return EXIT.allow
  })
}

const DEFAULT_PURPOSES: readonly Purpose[] = ['server', 'client']

/** Options of `ca revoke`. */
export interface RevokeOptions extends JsonOption {
  readonly reason: RevokeReason
}

/** `gatehouse ca revoke FOLDER CERTIFICATE`: takes a certificate back; the next list says so. */
export async function revokeCertificate(
  folder: string,
  which: string,
  { reason, json = false }: RevokeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const sha256 = await readFingerprint(which)
  return withAuthority(folder, async ({ index, record }) => {
    const found = findIssued(index, sha256)
    const since = formatSeconds(Math.floor(Date.now() / 1000))
    const entry: Issued = { ...found, revoked: found.revoked ?? { since, reason } }
    const issued = index.issued.map((one) => (one === found ? entry : one))
    await record({ ...index, issued })
    const { subject, serialNumber, revoked } = entry
    answer(
      { json },
      {
        object: { command: 'ca revoke', ...entry },
        lines: [
          fact('revoked', subject),
          fact('since', `${revoked?.since} (${revoked?.reason})`),
          fact('serial', serialNumber),
          fact('SHA-256', sha256),
          fact('', 'nobody knows before the next list: `gatehouse ca crl`'),
        ],
      },
      terminal,
    )
    return EXIT.allow
  })
}

/** Options of `ca crl`. */
export interface ListOptions extends JsonOption {
  /** Days until the next list has to be there. */
  readonly days: number
}

/** `gatehouse ca crl FOLDER`: a new revocation list, with the next number, in the folder of the authority. */
export function makeList(
  folder: string,
  { days, json = false }: ListOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const file = authorityFiles(folder).list
  return withAuthority(folder, async ({ index, record, ...issuer }) => {
    const at = new Date()
    const nextUpdate = new Date(at.getTime() + days * 86_400_000)
    const number = index.listNumber + 1
    const entries = index.issued.flatMap(({ serialNumber, revoked }) =>
      revoked === undefined
        ? []
        : [{ serialNumber, since: new Date(revoked.since), reason: revoked.reason }],
    )
    const list = createRevocationList({ issuer, entries, number, at, nextUpdate })
    await record({ ...index, listNumber: number })
    await writeResult(file, formatCertificateList(list), { replace: true })
    const next = formatSeconds(Math.floor(nextUpdate.getTime() / 1000))
    answer(
      { json },
      {
        object: { command: 'ca crl', number, revoked: entries.length, nextUpdate: next, file },
        lines: [
          fact('list', `number ${number}, ${entries.length} revoked`),
          fact('next', next),
          fact('written', file),
        ],
      },
      terminal,
    )
    return EXIT.allow
  })
}

function withIssued(index: AuthorityIndex, certificate: Certificate): AuthorityIndex {
  const entry = issuedEntry(certificate, formatName(certificate.subject))
  return { ...index, issued: [...index.issued, entry] }
}

function findIssued({ issued }: AuthorityIndex, sha256: string): Issued {
  const found = issued.find((one) => one.sha256 === sha256)
  if (found !== undefined) return found
  const source = { certificate: sha256 }
  throw new ConfigError(`this authority did not issue the certificate ${sha256}`, { source })
}

function pemOf(certificates: readonly Certificate[]): string {
  return certificates.map(formatCertificate).join('')
}

function tell(
  command: string,
  certificate: Certificate,
  file: string,
  options: JsonOption,
  terminal: Terminal,
): ExitCode {
  const stated = stateCertificate(certificate)
  const lines = renderCertificate(stated, command.slice('ca '.length), painter(terminal.colour))
  const object = { command, certificate: stated, file }
  answer(options, { object, lines: [...lines, fact('written', file)] }, terminal)
  return EXIT.allow
}
