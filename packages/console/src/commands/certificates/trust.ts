import {
  addTrusted,
  confirmPull,
  decidePull,
  describeTrust,
  offerPulled,
  removeTrusted,
  trustList,
  type PullOffer,
  type TrustCode,
  type TrustedCertificate,
  type TrustedRole,
  type TrustList,
  type TrustSettings,
} from '@gatehouse/certificate-trust'
import { importConfiguration, loadTrustList } from '@gatehouse/certificate-trust/files'
import { ConfigError, type Decision } from '@gatehouse/core'
import { placeOf, readFingerprint, readInput, type InputOptions } from '../../certificates/input.ts'
import { answer } from '../../certificates/output.ts'
import { fact, renderCertificate, renderVerdict } from '../../certificates/render.ts'
import {
  stateCertificate,
  stateDecision,
  stateEntry,
  type StatedEntry,
} from '../../certificates/stated.ts'
import { changeTrustList } from '../../certificates/trust-list.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'

/** Options of every command about a trust list. */
export interface TrustOptions {
  /** The list: a JSON file. */
  readonly file: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** An entry for people. */
export function renderEntry(entry: StatedEntry, paint: Paint): string[] {
  const { role, until, note } = entry
  return [
    ...renderCertificate(entry, role, paint),
    ...(until === undefined ? [] : [fact('trusted', `until ${until}`)]),
    ...(note === undefined ? [] : [fact('note', note)]),
  ]
}

/** `gatehouse cert trust list`: what is trusted, as whom and until when. */
export async function listTrusted(options: TrustOptions, terminal: Terminal): Promise<ExitCode> {
  const { entries } = await loadTrustList(options.file)
  const stated = entries.map(stateEntry)
  const paint = painter(terminal.colour)
  const lines =
    stated.length === 0
      ? ['nothing is trusted']
      : stated.flatMap((entry) => renderEntry(entry, paint))
  answer(
    options,
    { object: { command: 'cert trust list', file: options.file, entries: stated }, lines },
    terminal,
  )
  return EXIT.allow
}

/** Options of `cert trust add`. */
export interface AddOptions extends TrustOptions, InputOptions {
  readonly role: TrustedRole
  /** Last second in which it counts. Default: its own times alone decide. */
  readonly until?: Date
  readonly note?: string
  /** Of several certificates in a file, take the first. Default: several are an error. */
  readonly first?: boolean
  /** The fingerprint, as somebody read it from the system itself. */
  readonly fingerprint?: string
  /** Trusted certificates are required: none is imported over the network. */
  readonly strong?: boolean
}

/**
 * `gatehouse cert trust add INPUT`: puts a certificate on the list. One that comes over the network only
 * when its fingerprint was typed; exit code 1 when it was not, or is another.
 */
export async function addToList(
  input: string,
  options: AddOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const settings: TrustSettings = {
    mode: 'certificate',
    requireTrustedCertificates: options.strong ?? false,
  }
  const pull = decidePull(settings)
  const isStopped = pull.outcome === 'deny' && placeOf(input) !== undefined
  if (isStopped) return refuse(pull, undefined, options, terminal)
  const { encoded, place } = await readInput(input, options)
  const isFromServer = place !== undefined
  const [first, second] = encoded
  if (first === undefined) throw new ConfigError(`\`${input}\` holds no certificate`)
  if (!isFromServer && second !== undefined && options.first !== true) {
    throw new ConfigError(
      `\`${input}\` holds ${encoded.length} certificates: \`--first\` takes the first`,
    )
  }
  const offer = offerPulled(isFromServer ? settings : { mode: 'certificate' }, first)
  if ('outcome' in offer) return refuse(offer, undefined, options, terminal)
  const typed = await fingerprintFor(offer, isFromServer, options, terminal)
  if (typed === undefined) return refuse(pull, offer, options, terminal)
  const { role, until, note } = options
  const entry = confirmPull(offer, typed, {
    role,
    ...(until === undefined ? {} : { until }),
    ...(note === undefined ? {} : { note }),
  })
  if ('outcome' in entry) return refuse(entry, offer, options, terminal)
  await changeTrustList(options.file, (list) => addTrusted(list, entry), { mayBeNew: true })
  return tell('cert trust add', [entry], options, terminal)
}

/** What a person says that the fingerprint is; a file is a confirmation of its own. */
async function fingerprintFor(
  { sha256, certificate }: PullOffer,
  isFromServer: boolean,
  { fingerprint, json = false }: AddOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  if (fingerprint !== undefined) return fingerprint
  if (!isFromServer) return sha256
  if (terminal.ask === undefined || json) return undefined
  const shown = renderCertificate(
    stateCertificate(certificate),
    'offered',
    painter(terminal.colour),
  )
  terminal.out(`${shown.join('\n')}\n`)
  return terminal.ask('Type the SHA-256 that the system itself shows, or nothing to leave it: ')
}

const CONFIRM = 'read the SHA-256 on the system itself, then state it by `--fingerprint`'

/** Says why nothing was put on the list, and what was offered. */
function refuse(
  decision: Decision<TrustCode>,
  offer: PullOffer | undefined,
  options: AddOptions,
  terminal: Terminal,
): ExitCode {
  const { reasons } = stateDecision(decision, describeTrust)
  const paint = painter(terminal.colour)
  const offered = offer === undefined ? null : stateCertificate(offer.certificate)
  const lines = [
    ...(offered === null ? [] : renderCertificate(offered, 'offered', paint)),
    ...renderVerdict({ outcome: 'deny', reasons }, paint),
    fact('', 'nothing was put on the list'),
    ...(decision.outcome === 'allow' ? [fact('', CONFIRM)] : []),
  ]
  const object = {
    command: 'cert trust add',
    file: options.file,
    outcome: 'deny',
    reasons,
    offered,
  }
  answer(options, { object, lines }, terminal)
  return EXIT.deny
}

/** Options of `cert trust remove`. */
export interface RemoveOptions extends TrustOptions {
  /** Default: every role that it is trusted in. */
  readonly role?: TrustedRole
}

/** `gatehouse cert trust remove SHA256`: takes a certificate off the list. */
export async function removeFromList(
  which: string,
  options: RemoveOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const sha256 = await readFingerprint(which)
  const { before, after } = await changeTrustList(options.file, (list) =>
    removeTrusted(list, sha256, options.role),
  )
  if (after === before) {
    const source = { certificate: sha256 }
    throw new ConfigError(`certificate ${sha256} is not on the list`, { source })
  }
  const gone = before.entries.filter(
    ({ certificate, role }) =>
      certificate.sha256 === sha256 && (options.role === undefined || options.role === role),
  )
  return tell('cert trust remove', gone, options, terminal)
}

/** `gatehouse cert trust import CONFIGURATION`: puts everything that a configuration names on the list, unattended. */
export async function importToList(
  configuration: string,
  options: TrustOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { list = trustList() } = await importConfiguration(configuration)
  const { before } = await changeTrustList(
    options.file,
    (known) => list.entries.filter((entry) => !isOn(known, entry)).reduce(addTrusted, known),
    { mayBeNew: true },
  )
  const added = list.entries.filter((entry) => !isOn(before, entry))
  return tell('cert trust import', added, options, terminal)
}

/** Whether a certificate is trusted in that role already; an import that is run again changes nothing. */
function isOn({ entries }: TrustList, { certificate, role }: TrustedCertificate): boolean {
  return entries.some((one) => one.role === role && one.certificate.sha256 === certificate.sha256)
}

function tell(
  command: string,
  entries: readonly TrustedCertificate[],
  options: TrustOptions,
  terminal: Terminal,
): ExitCode {
  const stated = entries.map(stateEntry)
  const paint = painter(terminal.colour)
  const lines = stated.flatMap((entry) => renderEntry(entry, paint))
  const object = { command, file: options.file, entries: stated }
  answer(options, { object, lines: [...lines, fact('written', options.file)] }, terminal)
  return EXIT.allow
}
