import type { Reason } from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'
import { formatName } from '../name/name.ts'
import type { TrustCode } from '../trust/codes.ts'
import type { Remedy, RemedyCode } from './codes.ts'
import { namesOf } from './links.ts'

/** A clock that is wrong by a time zone, or by the day that somebody set by hand, is wrong by no more. */
const CLOCK_SKEW = 86_400

/** What is known where remedies are looked for. */
export interface Situation {
  /** The peer's certificate. */
  readonly peer: Certificate
  /** Every certificate that came, by its SHA-256. */
  readonly certificates: ReadonlyMap<string, Certificate>
  /** Instant, in seconds since 1970. */
  readonly at: number
}

/** What to do about the reasons of a refusal, in their order; nothing is said twice. */
export function remediesFor(
  reasons: readonly Reason<TrustCode>[],
  situation: Situation,
): readonly Remedy[] {
  const remedies = new Map<string, Remedy>()
  for (const reason of reasons) {
    for (const remedy of remediesOf(reason, situation)) {
      const key = JSON.stringify([remedy.code, remedy.source])
      if (!remedies.has(key)) remedies.set(key, remedy)
    }
  }
  return [...remedies.values()]
}

type Advice = (reason: Reason<TrustCode>, situation: Situation) => readonly Remedy[]

const ADVICE: Readonly<Partial<Record<TrustCode, Advice>>> = {
  expired: timeRemedies,
  'not-yet-valid': timeRemedies,
  revoked: (reason) => [remedyFor('stop-using', reason)],
  'revocation-unknown': (reason) => [remedyFor('get-list', reason)],
  'self-signed': importRemedies,
  'trust-ended': importRemedies,
  'role-mismatch': importRemedies,
  'issuer-unknown': issuerRemedies,
  'signature-invalid': (reason) => [remedyFor('suspect-attack', reason)],
  'name-mismatch': nameRemedies,
  'name-missing': nameRemedies,
}

function remediesOf(reason: Reason<TrustCode>, situation: Situation): readonly Remedy[] {
  const advice = ADVICE[reason.code]
  if (advice !== undefined) return advice(reason, situation)
  return [remedyFor('regenerate', reason, { cause: reason.code })]
}

function importRemedies(reason: Reason<TrustCode>, { peer }: Situation): readonly Remedy[] {
  return [remedyFor('import-certificate', reason, { sha256: peer.sha256 })]
}

function issuerRemedies(reason: Reason<TrustCode>, situation: Situation): readonly Remedy[] {
  const issuer = formatName(topOf(situation).issuer)
  return [
    remedyFor('import-root', reason, { issuer }),
    remedyFor('send-intermediates', reason, { issuer }),
  ]
}

/** A clock is the likelier cause the nearer the instant is, and for what is not valid yet. */
function timeRemedies(
  reason: Reason<TrustCode>,
  { certificates, peer, at }: Situation,
): readonly Remedy[] {
  const { source } = reason
  const sha256 = source !== undefined && 'certificate' in source ? source.certificate : peer.sha256
  const { notBefore, notAfter } = certificates.get(sha256) ?? peer
  const isExpired = reason.code === 'expired'
  const seconds = isExpired ? at - notAfter : notBefore - at
  const clock = remedyFor('correct-clock', reason, {
    now: new Date(at * 1000).toISOString().replace('.000Z', 'Z'),
    off: formatDuration(seconds),
  })
  if (isExpired) {
    const renew = remedyFor('renew', reason)
    return seconds <= CLOCK_SKEW ? [clock, renew] : [renew, clock]
  }
  return seconds <= CLOCK_SKEW
    ? [clock, remedyFor('wait', reason)]
    : [clock, remedyFor('regenerate', reason)]
}

function formatDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  if (days > 0) return `${days} days`
  const hours = Math.floor(seconds / 3600)
  return hours > 0 ? `${hours} hours` : `${Math.ceil(seconds / 60)} minutes`
}

/** Most names that a remedy lists. */
const MAX_LISTED = 8

function nameRemedies(reason: Reason<TrustCode>, { peer }: Situation): readonly Remedy[] {
  const names = namesOf(peer)
  const asked = reason.facts?.['asked']
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : ''
  const listed = `${names.slice(0, MAX_LISTED).join(' ')}${more}`
  const reissue = remedyFor('reissue-with-name', reason, asked === undefined ? {} : { name: asked })
  return names.length === 0
    ? [reissue]
    : [remedyFor('browse-by-name', reason, { names: listed }), reissue]
}

/** The last certificate that the chain leads up to by name. */
function topOf({ peer, certificates }: Situation): Certificate {
  const left = new Set(certificates.values())
  let top = peer
  for (;;) {
    left.delete(top)
    const { issuer } = top
    const next = [...left].find(({ subject }) => subject.key === issuer.key)
    if (next === undefined) return top
    top = next
  }
}

function remedyFor(
  code: RemedyCode,
  { source }: Reason<TrustCode>,
  facts?: Readonly<Record<string, string>>,
): Remedy {
  return {
    code,
    ...(source === undefined ? {} : { source }),
    ...(facts === undefined ? {} : { facts }),
  }
}
