import { isParseError, type Answer } from './kind.ts'
import type * as ours from '@gatehouse/ssh-trust'
import { certificateOf, keyOf, nameOf, secondsOf, type Asked } from './ssh-trust-fields.ts'

type Implementation = typeof ours
type Profile = ours.HostProfile

/** The codes that stand for OpenSSH's words about a certificate that was refused. */
const REFUSALS: Readonly<Record<string, string>> = {
  'principal-not-listed': 'Certificate invalid: name is not a listed principal',
  'principals-missing': 'Certificate lacks principal list',
  'certificate-not-yet-valid': 'Certificate invalid: not yet valid',
  'certificate-not-host': 'Certificate invalid: not a host certificate',
  'signature-type-refused': 'Certificate signed with disallowed algorithm',
}

/** Answers a question about known_hosts. A file that is refused whole answers with the codes of that. */
export function answerHosts(ssh: Implementation, asked: Asked, profile: Profile): Answer {
  try {
    return hostsAnswer(ssh, asked, profile)
  } catch (error) {
    if (!isParseError(error)) throw error
    return { refused: error.diagnostics.map(({ code }) => code) }
  }
}

function hostsAnswer(ssh: Implementation, { file, query }: Asked, profile: Profile): Answer {
  const name = String(query['name'])
  switch (query['op']) {
    case 'find': {
      const matches = storeOf(ssh, file, profile)
        .find(name)
        .map(({ source: { line }, marker }) => (marker === 'none' ? { line } : { line, marker }))
      return { matches }
    }
    case 'remove': {
      const { text, refused } = ssh.removeHostName(file, name, { profile })
      return { fileAfter: text, ...(refused === undefined ? {} : { refused }) }
    }
    case 'hash':
      return { lines: hashedLines(ssh, file, profile) }
    case 'update-hostkeys':
      return updated(ssh, { file, query }, profile)
    case 'host-check':
      return certificateAnswer(ssh, { file, query }, profile)
    default:
      return keyAnswer(ssh, { file, query }, profile)
  }
}

function storeOf(ssh: Implementation, file: string, profile: Profile): ours.KnownHosts {
  return ssh.parseKnownHosts([{ file: 'known_hosts', text: file }], { profile })
}

const POLICIES = (ssh: Implementation): Readonly<Record<string, ours.FirstUsePolicy>> => ({
  'accept-new': 'first-time',
  no: ssh.insecureAcceptAnyHostKey,
})

function keyAnswer(ssh: Implementation, { file, query }: Asked, profile: Profile): Answer {
  const firstUse = POLICIES(ssh)[String(query['strictHostKeyChecking'])] ?? 'never'
  const request = { ...nameOf(query), key: keyOf(ssh, query['key']) }
  const store = storeOf(ssh, file, profile)
  const decision = ssh.decideHostKey(request, store, { firstUse })
  const { status, line, viaBareHost, outcome, wouldWrite, reasons } = decision
  const codes = reasons.map(({ code }) => code)
  if (query['op'] === 'connect') {
    const added = ssh.addHostKey(file, request, request.key).text
    const fileAfter = wouldWrite.length === 0 ? null : added
    return { status, connect: outcome === 'allow', fileAfter, also: codes.slice(1) }
  }
  const place = line !== undefined && status !== 'revoked' ? { line: line.line } : {}
  const via = viaBareHost && status === 'ok' ? { viaBareHost } : {}
  return { status, ...place, ...via }
}

function certificateAnswer(ssh: Implementation, { file, query }: Asked, profile: Profile): Answer {
  const store = storeOf(ssh, file, profile)
  const certificate = certificateOf(ssh, query['certificate'])
  const request = { ...nameOf(query), certificate, now: secondsOf(query['now']) }
  const { status, line, reasons } = ssh.decideHostKey(request, store, { firstUse: 'never' })
  const place = line !== undefined && status !== 'revoked' ? { line: line.line } : {}
  const via = reasons[0].code === 'certificate-trusted' ? { via: 'cert-authority' } : {}
  const refused = reasons.find(({ code }) => code === 'certificate-refused')?.facts?.['because']
  const certReason = refused === undefined ? {} : { certReason: REFUSALS[refused] ?? refused }
  return { status, ...place, ...via, ...certReason }
}

function updated(ssh: Implementation, { file, query }: Asked, profile: Profile): Answer {
  const serverKeys = query['serverKeys'] as readonly unknown[]
  const update = {
    ...nameOf(query),
    authenticatedKey: keyOf(ssh, query['authenticatedKey']),
    serverKeys: serverKeys.map((key) => keyOf(ssh, key)),
  }
  const { text, changed } = ssh.updateHostKeys(file, update, { profile })
  return { changed, fileAfter: text }
}

/** The lines after hashing, each hashed name as the name of the file that it is the hash of. */
function hashedLines(ssh: Implementation, file: string, profile: Profile): readonly object[] {
  const { text } = ssh.hashHostNames(file, { salt: () => new Uint8Array(20).fill(7), profile })
  const names = file.split('\n').flatMap((line) => (line.split(/[ \t]/u, 1)[0] ?? '').split(','))
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  return lines.map((line) => {
    const hashOf = names.find((name) => isHashOf(ssh, line, name.toLowerCase()))
    if (hashOf === undefined) return { text: line }
    return { hashOf: hashOf.toLowerCase(), rest: line.slice(line.indexOf(' ') + 1) }
  })
}

function isHashOf(ssh: Implementation, line: string, name: string): boolean {
  if (!line.startsWith('|1|') || name === '') return false
  return storeOf(ssh, line, 'openssh').find(name).length > 0
}
