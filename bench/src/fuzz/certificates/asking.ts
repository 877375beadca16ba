import {
  CODES,
  describe,
  type PeerName,
  type Verification,
  type VerifyOptions,
} from '@gatehouse/certificate-trust'
import { AT } from '../../certificates/issue.ts'
import type { Random } from '../../random.ts'
import { pick } from '../format.ts'
import { ensure, ensureDecision } from '../oracle.ts'
import { ABOVE } from './world.ts'

const NAMES_ASKED: readonly (PeerName | undefined)[] = [
  { dns: 'web01.example.com' },
  { dns: 'a.b.example.com' },
  { ip: '192.0.2.1' },
  { mail: 'a@example.com' },
  undefined,
]

/** Options to ask by, some of them weak. */
export function optionsOf(random: Random): VerifyOptions {
  const asked = pick(random, NAMES_ASKED)
  const purpose = pick(random, ['server', 'client', undefined] as const)
  return {
    at: AT,
    anchors: [ABOVE.root],
    profile: pick(random, ['webpki', 'rfc5280'] as const),
    deviations: pick(random, ['refuse', 'tolerate'] as const),
    weak: random(2) === 0 ? [] : ['sha1', 'rsa-short', 'dsa'],
    ...(asked && { name: asked }),
    ...(purpose && { purpose }),
  }
}

/** @throws Violation when a verification is not what one has to be. */
export function ensureVerification({ decision, path }: Verification): void {
  ensureDecision(decision, CODES)
  ensure(
    (decision.outcome === 'allow') === (decision.reasons[0].code === 'chain-trusted'),
    'allowed for another reason',
  )
  ensure(decision.outcome === 'deny' || path !== null, 'trusted without a chain')
  for (const reason of decision.reasons)
    ensure(!/\p{Cc}/u.test(describe(reason)), 'a reason that cannot be printed')
}

/** Now and then with a bit flipped, cut off or with more behind it, signature or not. */
export function damaged(der: Buffer, random: Random): Buffer {
  const kind = random(24)
  if (kind === 0) return der.subarray(0, random(der.length + 1))
  if (kind === 1) return Buffer.concat([der, Buffer.of(random(256))])
  if (kind > 3 || der.length === 0) return der
  const flipped = Buffer.from(der)
  const at = random(der.length)
  flipped[at] = (flipped[at] as number) ^ (1 << random(8))
  return flipped
}
