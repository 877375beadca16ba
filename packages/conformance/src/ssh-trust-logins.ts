import type * as ours from '@gatehouse/ssh-trust'
import type { Answer } from './kind.ts'
import { certificateOf, keyOf, type Asked } from './ssh-trust-fields.ts'

type Implementation = typeof ours

/** The word of the vectors for a code. */
const REASONS: Readonly<Record<string, string>> = {
  'key-not-listed': 'no-match',
  'authority-not-marked': 'no-match',
  'options-refused': 'bad-options',
  'principals-without-authority': 'principals-on-non-ca',
  'from-mismatch': 'from',
  'from-malformed': 'from',
  'line-expired': 'expired',
  'algorithm-refused': 'algorithm',
  'principal-not-listed': 'cert-principal',
  'principals-missing': 'cert-no-principals',
  'certificate-expired': 'cert-expired',
  'certificate-not-yet-valid': 'cert-not-yet-valid',
  'critical-option-unknown': 'cert-options',
  'option-malformed': 'cert-options',
  'option-repeated': 'cert-options',
  'options-out-of-order': 'cert-options',
  'source-address-malformed': 'cert-options',
  'forced-command-mismatch': 'cert-command-mismatch',
}

/** Answers whether a login is let in, and what comes with it. */
export function answerLogin(
  ssh: Implementation,
  { file, query }: Asked,
  options: ours.LoginOptions,
): Answer {
  const shown = String(query['key'])
  const credential = shown.includes('-cert-')
    ? { certificate: certificateOf(ssh, shown) }
    : { key: keyOf(ssh, shown) }
  const signatureAlgorithm = query['signatureAlgorithm'] as string | undefined
  const request = {
    ...credential,
    user: String(query['user']),
    address: String(query['remoteAddress']),
    hostName: String(query['remoteHost']),
    now: new Date(String(query['now'])),
    timeZone: String(query['timeZone']),
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
  }
  const store = ssh.parseAuthorizedKeys(file, { file: 'authorized_keys' })
  const decision = ssh.authorize(request, store, options)
  const [reason] = decision.reasons
  if (decision.outcome === 'deny') return { accept: false, reason: wordFor(ssh, reason) }
  const { line } = reason.source as { line: number }
  return { accept: true, line, options: shownEffects(decision.effects) }
}

function wordFor(ssh: Implementation, { code, facts }: ours.LoginDecision['reasons'][0]): string {
  if (code !== 'line-malformed') return REASONS[code] ?? code
  return Object.hasOwn(ssh.OPTION_FAULTS, facts?.['fault'] ?? '') ? 'bad-options' : 'no-match'
}

function shownEffects(effects: ours.LoginEffects): Answer {
  const { forcedCommand, touchRequired, verifyRequired, expires, tunnel, environment } = effects
  return {
    agentForwarding: effects.agentForwarding,
    portForwarding: effects.portForwarding,
    pty: effects.pty,
    userRc: effects.userRc,
    x11Forwarding: effects.x11Forwarding,
    ...(forcedCommand === null ? {} : { command: forcedCommand }),
    ...(touchRequired ? {} : { noTouchRequired: true }),
    ...(verifyRequired ? { verifyRequired } : {}),
    ...(expires === null ? {} : { expires: expires.toISOString().replace('.000', '') }),
    ...(tunnel === null ? {} : { tunnel }),
    ...list(
      'environment',
      environment.map(({ name, value }) => `${name}=${value}`),
    ),
    ...list('permitOpen', effects.permitOpen),
    ...list('permitListen', effects.permitListen),
  }
}

function list(name: string, items: readonly string[]): Answer {
  return items.length === 0 ? {} : { [name]: items }
}

const OWNERS: Readonly<Record<string, number>> = { root: 0, sshlab: 1000, nobody: 65_534 }

/** Answers whether sshd would read the file at all, by the rule of upstream. */
export function answerModes(ssh: Implementation, { query }: Asked): Answer {
  const factsOf = (part: string, path: string, kind: ours.PathFacts['kind']): ours.PathFacts => ({
    path,
    kind,
    owner: OWNERS[String(query[`${part}Owner`])] ?? Number.NaN,
    mode: Number.parseInt(String(query[`${part}Mode`]), 8),
  })
  const { outcome, reasons } = ssh.checkStrictModes({
    account: 1000,
    home: '/srv/sshlab',
    file: factsOf(
      'file',
      '/srv/sshlab/.ssh/authorized_keys',
      query['fileType'] === 'file' ? 'file' : 'other',
    ),
    directories: [
      factsOf('dir', '/srv/sshlab/.ssh', 'directory'),
      factsOf('home', '/srv/sshlab', 'directory'),
    ],
  })
  const part = reasons[0].code.split('-')[0] ?? ''
  if (outcome === 'allow') return { accept: true }
  return { accept: false, reason: `bad ownership or modes for ${part}` }
}
