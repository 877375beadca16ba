import {
  describe,
  describeTrust,
  verifyEncoded,
  verifyTrusted,
  type Certificate,
  type PeerName,
  type Profile,
  type Purpose,
  type VerifyOptions as HeldTo,
} from '@gatehouse/certificate-trust'
import { loadCertificateLists, loadTrustList } from '@gatehouse/certificate-trust/files'
import { ConfigError } from '@gatehouse/core'
import { readAuthorities, readPeer, type InputOptions } from '../../certificates/input.ts'
import { peerNames, type NameOptions } from '../../certificates/names.ts'
import { fact, renderVerdict } from '../../certificates/render.ts'
import { stateCertificate, stateDecision } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { StatedDecision } from '../../kinds/stated.ts'
import { jsonLine } from '../../render.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'

/** Options of `cert verify`. */
export interface VerifyOptions extends InputOptions, NameOptions {
  /** Trust list. */
  readonly trust?: string
  /** Files with roots, in place of a trust list. */
  readonly root?: readonly string[]
  /** What the peer is, with a trust list. Default `system`. */
  readonly role?: 'system' | 'console'
  /** Files with more certificates that a chain may lead over. */
  readonly chain?: readonly string[]
  /** `server`, `client` or a dotted identifier. Default: not asked. */
  readonly purpose?: Purpose
  /** Instant of the check. Default: now. */
  readonly at?: Date
  /** Files with revocation lists. Default: revocation is not asked. */
  readonly crl?: readonly string[]
  /** What holds when no list says anything. Default `deny`. */
  readonly onUnknown?: 'deny' | 'allow'
  /** Default `webpki`. */
  readonly profile?: Profile
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert verify INPUT`: whether a chain is trusted, and every reason why not. */
export async function verifyChain(
  name: string,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const peer = await readPeer(name, options)
  const more = await readAuthorities(options.chain ?? [])
  const chain = [...peer.chain, ...more.map(({ der }) => der)] as const
  const stated = peerNames(options)
  const names = stated.length === 0 ? peer.names : stated
  const { outcome, reasons, path, policies } = await decide(chain, names, options)
  const notAsked = questionsLeft(names, options)
  if (options.json === true) {
    const object = { command: 'cert verify', input: name, outcome, reasons }
    terminal.out(
      jsonLine({ ...object, path: path?.map(stateCertificate) ?? null, policies, notAsked }),
    )
  } else {
    const paint = painter(terminal.colour)
    const lines = [
      ...renderVerdict({ outcome, reasons }, paint),
      ...renderPath(path),
      ...renderQuestions(notAsked, paint),
    ]
    terminal.out(`${lines.join('\n')}\n`)
  }
  return EXIT[outcome]
}

type Chain = readonly [Uint8Array, ...Uint8Array[]]

/** What came of it, with its sentences. */
interface Verdict extends StatedDecision {
  readonly path: readonly Certificate[] | null
  readonly policies: readonly string[]
}

async function decide(
  chain: Chain,
  names: readonly PeerName[],
  options: VerifyOptions,
): Promise<Verdict> {
  const { trust, root, role = 'system' } = options
  const heldTo = await readHeldTo(names, options)
  if (trust !== undefined && root !== undefined) {
    throw new ConfigError('`--trust` and `--root` exclude each other')
  }
  if (trust === undefined) {
    if (root === undefined) throw new ConfigError('give `--trust` or `--root`: who may issue?')
    if (options.role !== undefined) throw new ConfigError('`--role` goes with `--trust`')
    const found = verifyEncoded(chain, { ...heldTo, anchors: await readAuthorities(root) })
    return { ...found, ...stateDecision(found.decision, describe) }
  }
  const found = verifyTrusted(await loadTrustList(trust), chain, { ...heldTo, role })
  return { ...found, ...stateDecision(found.decision, describeTrust) }
}

async function readHeldTo(
  names: readonly PeerName[],
  options: VerifyOptions,
): Promise<Omit<HeldTo, 'anchors'>> {
  const { at = new Date(), purpose, profile, crl, onUnknown } = options
  if (crl === undefined && onUnknown !== undefined) {
    throw new ConfigError('`--on-unknown` goes with `--crl`')
  }
  const lists = await loadCertificateLists(crl ?? [])
  return {
    at,
    ...(names.length === 0 ? {} : { name: names }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(profile === undefined ? {} : { profile }),
    ...(crl === undefined
      ? {}
      : { revocation: { lists, ...(onUnknown === undefined ? {} : { onUnknown }) } }),
  }
}

/** What the command was not asked, and so did not look at. */
function questionsLeft(names: readonly PeerName[], options: VerifyOptions): string[] {
  return [
    ...(names.length === 0 ? ['name'] : []),
    ...(options.purpose === undefined ? ['purpose'] : []),
    ...(options.crl === undefined ? ['revocation'] : []),
  ]
}

function renderPath(path: Verdict['path']): string[] {
  return (path ?? []).map((certificate, index) => {
    const { subject, sha256 } = stateCertificate(certificate)
    return fact(index === 0 ? 'path' : '', `${subject}  ${sha256}`)
  })
}

function renderQuestions(questions: readonly string[], paint: Paint): string[] {
  if (questions.length === 0) return []
  return [paint('quiet', fact('', `not asked: ${questions.join(', ')}`))]
}
