import type { LoadCode } from './codes.ts'
import { splitAt, type Token } from './fields.ts'
import type { ReadHosts } from './host-pattern.ts'
import type { ClientPattern, DaemonPattern } from './rule-match.ts'
import { readStrictHost } from './strict-host.ts'
import { foldCase, readTextPattern, type TextPattern } from './text-pattern.ts'

/** Why a word is refused, and which part of it. */
export interface TokenFault {
  readonly fault: LoadCode
  readonly at: Token
}

const MAX_PORT = 65_535

/** The words that libwrap takes for a plain name where no host is meant. */
const HOST_WORDS = new Set(['local', 'paranoid'])
const USER_WORDS = new Set(['known', 'unknown'])

/** Reads an item of a daemon list strictly. */
export function readStrictDaemon(token: Token, readHosts: ReadHosts): DaemonPattern | TokenFault {
  const [name, server] = splitAt(token)
  const daemon = readDaemonName(name.text)
  if (typeof daemon === 'string') return { fault: daemon, at: name }
  if (server === undefined) return { daemon }
  if (server.text === '') return { fault: 'daemon-malformed', at: token }
  const host = readStrictHost(server.text, readHosts)
  return 'fault' in host ? { fault: host.fault, at: server } : { daemon, server: host }
}

function readDaemonName(text: string): TextPattern | number | LoadCode {
  const folded = foldCase(text)
  if (text.startsWith('#')) return 'trailing-comment'
  if (HOST_WORDS.has(folded) || USER_WORDS.has(folded)) return 'word-misplaced'
  if (/^\d+$/.test(text)) {
    const isPort = /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= MAX_PORT
    return isPort ? Number(text) : 'daemon-malformed'
  }
  const isName = /^[\w*?][\w.*?+-]*$/.test(text) && !text.endsWith('.')
  return isName ? readTextPattern(text) : 'daemon-malformed'
}

/** Reads an item of a client list strictly. */
export function readStrictClient(token: Token, readHosts: ReadHosts): ClientPattern | TokenFault {
  const [first, second] = splitAt(token)
  const at = second ?? first
  const host = readStrictHost(at.text, readHosts)
  if ('fault' in host) return { fault: host.fault, at }
  if (second === undefined) return { host, userMustBeKnown: false }
  const folded = foldCase(first.text)
  if (HOST_WORDS.has(folded)) return { fault: 'word-misplaced', at: first }
  const isName = /^[\w*?][\w.*?+$\\-]*$/.test(first.text) && !first.text.endsWith('.')
  if (!isName) return { fault: 'user-malformed', at: first }
  const isWord = folded === 'all' || USER_WORDS.has(folded)
  return { host, user: readTextPattern(first.text), userMustBeKnown: !isWord }
}
