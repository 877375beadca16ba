import { readUnsigned } from './c-numbers.ts'
import { splitAt, type Token } from './fields.ts'
import {
  matchesAny,
  matchesHost,
  readHostPattern,
  type Host,
  type HostPattern,
  type Match,
  type ReadHosts,
} from './host-pattern.ts'
import { matchesText, readTextPattern, UNKNOWN, type TextPattern } from './text-pattern.ts'

/** A request, with every text folded and every gap filled. */
export interface Subject {
  readonly daemon: string
  readonly client: Host
  readonly user: string
  readonly server: Host
  readonly port: number | undefined
}

/** One item of a daemon list. */
export interface DaemonPattern {
  /** A number is the server's port, and no name. */
  readonly daemon: TextPattern | number
  readonly server?: HostPattern
}

/** One item of a client list. */
export interface ClientPattern {
  readonly host: HostPattern
  readonly user?: TextPattern
  /** Whether the word that stands for a user that is not known cannot satisfy the pattern. */
  readonly userMustBeKnown: boolean
}

/** What a rule asks, ready to be asked: its lists, divided at each `EXCEPT`. */
export interface RulePatterns {
  readonly daemons: readonly (readonly DaemonPattern[])[]
  readonly clients: readonly (readonly ClientPattern[])[]
}

const MAX_PORT = 65_535

/** Reads an item of a daemon list as libwrap does. */
export function readDaemonPattern(token: Token, readHosts: ReadHosts): DaemonPattern {
  const [{ text }, server] = splitAt(token)
  const number = readUnsigned(text)
  const isPort = number !== undefined && number <= MAX_PORT
  const daemon = isPort ? number : readTextPattern(text)
  return server === undefined
    ? { daemon }
    : { daemon, server: readHostPattern(server.text, readHosts) }
}

/** Reads an item of a client list as libwrap does. */
export function readClientPattern(token: Token, readHosts: ReadHosts): ClientPattern {
  const [first, host] = splitAt(token)
  if (host === undefined) {
    return { host: readHostPattern(first.text, readHosts), userMustBeKnown: false }
  }
  return {
    host: readHostPattern(host.text, readHosts),
    user: readTextPattern(first.text),
    userMustBeKnown: false,
  }
}

/** Whether both lists of a rule match. What one cannot answer does not matter when the other does not. */
export function matchesRule(rule: RulePatterns, subject: Subject): Match {
  const daemons = matchesDaemons(rule, subject)
  if (daemons === false) return false
  const clients = matchesClients(rule, subject)
  return clients === true ? daemons : clients
}

/** Whether the daemons of a rule match, whoever asks. */
export function matchesDaemons(rule: RulePatterns, subject: Subject): Match {
  return matchesDaemonList(rule.daemons, subject)
}

/** Whether a list of daemons matches, whoever asks. */
export function matchesDaemonList(list: RulePatterns['daemons'], subject: Subject): Match {
  return matchesList(list, subject, matchesDaemon)
}

/** Whether the clients of a rule match, whatever the daemon. */
export function matchesClients(rule: RulePatterns, subject: Subject): Match {
  return matchesList(rule.clients, subject, matchesClient)
}

/** Asks a list. `a EXCEPT b EXCEPT c` takes in what is in `a` and not in `b EXCEPT c`. */
function matchesList<Pattern>(
  segments: readonly (readonly Pattern[])[],
  subject: Subject,
  matches: (pattern: Pattern, subject: Subject) => Match,
): Match {
  let result: Match = false
  for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
    const segment = segments[depth] as readonly Pattern[]
    result = exceptFrom(matchesAny(segment, subject, matches), result)
  }
  return result
}

/** Whether something is in a list and not in its exceptions. */
function exceptFrom(list: Match, exceptions: Match): Match {
  if (exceptions === true || list === false) return false
  return list === true && exceptions === false ? true : 'unanswerable'
}

function matchesDaemon({ daemon, server }: DaemonPattern, subject: Subject): Match {
  const isMeant =
    typeof daemon === 'number' ? daemon === subject.port : matchesText(daemon, subject.daemon)
  if (!isMeant || server === undefined) return isMeant
  return matchesHost(server, subject.server)
}

function matchesClient({ host, user, userMustBeKnown }: ClientPattern, subject: Subject): Match {
  if (user !== undefined) {
    if (userMustBeKnown && subject.user === UNKNOWN) return false
    if (!matchesText(user, subject.user)) return false
  }
  return matchesHost(host, subject.client)
}
