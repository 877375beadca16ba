import type { Daemon } from '../model.ts'
import type { ResolvedNames } from '../source/source.ts'
import { com2sec, readCom2secUnix } from './community-lines.ts'
import { authCommunity, authUser, community, user } from './expanded-lines.ts'
import type { Settings } from './settings.ts'
import {
  readAccess,
  readAuthAccess,
  readGroup,
  readSetAccess,
  readView,
  type LineReader,
} from './vacm-lines.ts'

/** A directive of access control. */
export interface Directive {
  readonly daemon: Daemon | 'both'
  readonly read: LineReader
}

const READ_WRITE = ['read', 'write'] as const

function both(read: LineReader): Directive {
  return { daemon: 'both', read }
}

function snmpd(read: LineReader): Directive {
  return { daemon: 'snmpd', read }
}

/** The directives of access control by their names in lower case. */
export function directivesOf(
  names: ResolvedNames | undefined,
  settings: Settings,
): ReadonlyMap<string, Directive> {
  return new Map<string, Directive>([
    ['com2sec', both(com2sec('ipv4', names))],
    ['com2sec6', both(com2sec('ipv6', names))],
    ['com2secunix', both(readCom2secUnix)],
    ['group', both(readGroup)],
    ['view', both(readView)],
    ['access', both(readAccess)],
    ['setaccess', both(readSetAccess)],
    ['authcommunity', both(authCommunity(names))],
    ['authuser', both(authUser(false))],
    ['authgroup', both(authUser(true))],
    ['authaccess', both(readAuthAccess)],
    ['rocommunity', snmpd(community('ipv4', ['read'], names))],
    ['rwcommunity', snmpd(community('ipv4', READ_WRITE, names))],
    ['rocommunity6', snmpd(community('ipv6', ['read'], names))],
    ['rwcommunity6', snmpd(community('ipv6', READ_WRITE, names))],
    ['rouser', snmpd(user(['read']))],
    ['rwuser', snmpd(user(READ_WRITE))],
    ['trapcommunity', snmpd((context, start) => settings.readTrapCommunity(context, start))],
    ['trapsink', snmpd((context, start) => settings.readSink('trapsink', context, start))],
    ['trap2sink', snmpd((context, start) => settings.readSink('trap2sink', context, start))],
    ['informsink', snmpd((context, start) => settings.readSink('informsink', context, start))],
    ['authtrapenable', snmpd((context, start) => settings.readAuthTrapEnable(context, start))],
    [
      'disableauthorization',
      {
        daemon: 'snmptrapd',
        read: (context, start) => settings.readDisableAuthorization(context, start),
      },
    ],
  ])
}

/** The forms in which the daemon saves its tables; they would have to be read, and are not. */
export const SAVED_TABLES: ReadonlySet<string> = new Set([
  'vacmview',
  'vacmgroup',
  'vacmaccess',
  'vacmauthaccess',
])

/** The directives that bring in the text of other files. */
export const INCLUDES: ReadonlySet<string> = new Set([
  'include',
  'includefile',
  'includedir',
  'includesearch',
])

/** Whether a word is one letter off a name: one added, one left out, one changed, two swapped. */
export function isSlipOf(word: string, name: string): boolean {
  if (word === name || Math.abs(word.length - name.length) > 1) return false
  let head = 0
  while (head < word.length && word[head] === name[head]) head += 1
  const [rest, other] = [word.slice(head), name.slice(head)]
  if (rest.length !== other.length) return rest.slice(1) === other || other.slice(1) === rest
  const swapped = rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2)
  return swapped || rest.slice(1) === other.slice(1)
}
