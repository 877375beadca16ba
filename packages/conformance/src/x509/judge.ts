import * as ours from '@gatehouse/certificate-trust'
import { isParseError } from '../kind.ts'
import type { LimboCase } from './limbo-case.ts'

/** What another implementation has to export: the functions of `@gatehouse/certificate-trust`. */
export type Validator = Pick<typeof ours, 'parseCertificate' | 'parseCertificateLists' | 'verify'>

/** What an implementation says of a case. */
export type Judgement =
  | { readonly verdict: 'accepted'; readonly codes: string; readonly policies: readonly string[] }
  | { readonly verdict: 'rejected'; readonly codes: string }
  /** The case asks something that cannot be put to it. */
  | { readonly verdict: 'unsupported'; readonly codes: string }

type Question = Omit<ours.VerifyOptions, 'anchors' | 'at'>

/**
 * Puts a case to an implementation.
 *
 * Trusted certificates, those between and lists are left out when they cannot be read; a peer's that
 * cannot be read is rejected.
 */
export function judge(validator: Validator, limbo: LimboCase): Judgement {
  const questions = questionsOf(limbo)
  if (typeof questions === 'string') return { verdict: 'unsupported', codes: questions }
  const certificates = (texts: readonly string[]): ours.Certificate[] =>
    texts.flatMap((text) => tolerant(() => [validator.parseCertificate(bytes(text), LABEL)]))
  const lists = limbo.lists.flatMap((text) =>
    tolerant(() => [...validator.parseCertificateLists(bytes(text), LABEL)]),
  )
  const anchors = certificates(limbo.trusted)
  const intermediates = certificates(limbo.intermediates)
  const [peer] = certificates([limbo.peer])
  if (peer === undefined) return { verdict: 'rejected', codes: 'certificate-malformed' }
  const at = limbo.at ?? new Date()
  const hasRevocation = lists.length > 0 || limbo.lists.length > 0 || limbo.policies !== null
  let policies: readonly string[] = []
  for (const question of questions) {
    const options = {
      ...question,
      at,
      anchors,
      ...(hasRevocation ? { revocation: { lists } } : {}),
    }
    const found = validator.verify([peer, ...intermediates], options)
    const codes = found.decision.reasons.map(codeOf).join(' ')
    if (found.decision.outcome === 'deny') return { verdict: 'rejected', codes }
    policies = found.policies
  }
  return { verdict: 'accepted', codes: 'chain-trusted', policies }
}

const LABEL = { file: 'case' }

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function tolerant<Value>(read: () => Value[]): Value[] {
  try {
    return read()
  } catch (error) {
    if (isParseError(error)) return []
    throw error
  }
}

function codeOf({
  code,
  facts,
}: {
  code: string
  facts?: Readonly<Record<string, string>>
}): string {
  return facts?.['clause'] === undefined ? code : `${code} (${facts['clause']})`
}

const PURPOSES: Readonly<Record<string, ours.Purpose>> = {
  serverAuth: 'server',
  clientAuth: 'client',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
}

const USAGES: ReadonlySet<string> = new Set(ours.KEY_USAGES)

/** A case as questions, one for each purpose; as a text, why it cannot be asked. */
function questionsOf(limbo: LimboCase): readonly Question[] | string {
  const { names, kind, usages, maxDepth, signatureAlgorithms } = limbo
  if (signatureAlgorithms.length > 0) return 'limits on signature algorithms'
  const stranger = usages.find((usage) => !USAGES.has(usage))
  if (stranger !== undefined) return `key usage ${stranger}`
  const depth = maxDepth === null ? {} : { maxIntermediates: maxDepth }
  if (limbo.policies !== null) return [{ ...depth, ...questionOfPolicies(limbo.policies) }]
  const asked: ours.PeerName[] = []
  for (const name of names) {
    const found = nameOf(name)
    if (found === undefined) return `name of kind ${name.kind}`
    asked.push(found)
  }
  const common: Question = {
    ...depth,
    profile: limbo.id.startsWith('rfc5280::') ? 'rfc5280' : 'webpki',
    keyUsage: usages as ours.KeyUsage[],
    ...(asked.length === 0 ? {} : { name: asked }),
  }
  const purposes = limbo.purposes.length > 0 ? limbo.purposes : defaultPurposes(kind)
  if (purposes.length === 0) return [common]
  const questions: Question[] = []
  for (const name of purposes) {
    const purpose = PURPOSES[name]
    if (purpose === undefined) return `purpose ${name}`
    questions.push({ ...common, purpose })
  }
  return questions
}

function defaultPurposes(kind: string | null): readonly string[] {
  if (kind === null) return []
  return kind === 'SERVER' ? ['serverAuth'] : [kind === 'CLIENT' ? 'clientAuth' : kind]
}

function nameOf({ kind, value }: LimboCase['names'][number]): ours.PeerName | undefined {
  if (kind === 'DNS') return { dns: value }
  if (kind === 'IP') return { ip: value }
  return kind === 'RFC822' ? { mail: value } : undefined
}

/** NIST's suite is of 2011: its algorithms, and its ways of writing, are taken as they are. */
function questionOfPolicies(policies: NonNullable<LimboCase['policies']>): Question {
  const { acceptable, requireExplicit, inhibitMapping, inhibitAny } = policies
  return {
    profile: 'rfc5280',
    deviations: 'tolerate',
    weak: ['sha1', 'dsa', 'rsa-short'],
    policies: { acceptable, requireExplicit, inhibitMapping, inhibitAny },
  }
}
