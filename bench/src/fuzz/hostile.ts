import { parseMxLog, parseRecord } from '@gatehouse/audit-log'
import { parsePattern } from '@gatehouse/address-set'
import * as bmc from '@gatehouse/bmc-authorization'
import { parseExpectations, ParseError } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import * as tcp from '@gatehouse/tcp-wrappers'
import * as toolbox from '@gatehouse/toolbox-authorization'

/** A kind of text that takes long to read for a reader that goes back over it. */
export interface HostileText {
  readonly name: string
  /** A text of about so many characters. */
  readonly make: (characters: number) => string
  /** Reads it; a ParseError is an answer. */
  readonly read: (text: string) => unknown
}

const TEXT = { file: 'T', maxBytes: 2 ** 26 }

function hawkText(text: string): unknown {
  return hawk.parse(text, TEXT)
}

function bmcText(text: string): unknown {
  return bmc.parse(text, TEXT)
}

function expectationText(text: string): unknown {
  return parseExpectations(text, TEXT)
}

function logLine(text: string): unknown {
  return hawk.parseLogLine(text)
}

function tcpText(profile: tcp.Profile): (text: string) => unknown {
  const client = { address: '10.0.0.1', name: `${'a'.repeat(60)}.${'a'.repeat(60)}` }
  return (text) => {
    const policy = tcp.parse({ allow: text, deny: '' }, { profile, maxBytes: TEXT.maxBytes })
    return tcp.check(policy, { daemon: 'bgssd', client })
  }
}

function toolboxText(kind: 'users' | 'groups' | 'authorizations'): (text: string) => unknown {
  const files = {
    users: {
      file: 'users',
      text: '<user-list><user name="root" config-rights="full"/></user-list>',
    },
    tools: { file: 'tools', text: '<tool-list/>' },
    systems: { file: 'systems', text: '<node-list><node name="cms"/></node-list>' },
    authorizations: { file: 'authorizations', text: '' },
  }
  const options = { cms: 'cms', maxBytes: TEXT.maxBytes }
  return (text) => toolbox.parse({ ...files, [kind]: { file: kind, text } }, options)
}

/** The piece, again and again, up to so many characters. */
function run(piece: string, head = '', tail = ''): (characters: number) => string {
  return (characters) => head + piece.repeat(Math.ceil(characters / piece.length)) + tail
}

/** Pieces with a number in each. */
function counted(piece: (index: number) => string, head = '', tail = ''): HostileText['make'] {
  return (characters) => {
    const count = Math.ceil(characters / piece(1000).length)
    return head + Array.from({ length: count }, (_, index) => piece(index)).join('') + tail
  }
}

const ENTRY = 'Thu Jan 01 00:00:00 UTC 2026: Trusted operation: userID='
const RULE = (line: string): string => `BEGIN_AUTHORIZATION\n${line}`

/** For every reader, the texts that its expressions and loops have most to do with. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  { name: 'hawk-trusted: blanks', make: run(' ', 'ops', 'x "'), read: hawkText },
  { name: 'hawk-trusted: quotes', make: run('" '), read: hawkText },
  { name: 'hawk-trusted: parts of a node', make: run('a:', 'ops '), read: hawkText },
  { name: 'hawk-trusted: one microagent', make: run('a.', 'ops * ', '!'), read: hawkText },
  { name: 'hawk-trusted: lines that are refused', make: run('a b c d e\n'), read: hawkText },
  {
    name: 'hawk-trusted: users',
    make: counted((n) => `u${n} n${n}:*:* m${n} x\n`),
    read: hawkText,
  },
  { name: 'hawk-log-line: blanks', make: run(' ', ENTRY), read: logLine },
  { name: 'hawk-log-line: fields', make: run(', node= ', ENTRY), read: logLine },
  { name: 'hawk-log-line: colons', make: run(':', `${ENTRY}a, node=`, '.'), read: logLine },
  {
    name: 'hawk-log-line: escapes',
    make: run('%C3', `${ENTRY}a`, ', node=a:b:c, microagent=m, method=x.'),
    read: logLine,
  },
  { name: 'bmc-authorization: blanks', make: run(' ', RULE('NAME ='), '#'), read: bmcText },
  { name: 'bmc-authorization: #', make: run(' #', RULE('NAME = a')), read: bmcText },
  {
    name: 'bmc-authorization: blocks never closed',
    make: run('BEGIN_COMPUTER\n', RULE('')),
    read: bmcText,
  },
  { name: 'bmc-authorization: ends of nothing', make: run('END_USER\n', RULE('')), read: bmcText },
  {
    name: 'bmc-authorization: labels',
    make: run('a.', RULE('BEGIN_COMPUTER\nNAME = ')),
    read: bmcText,
  },
  {
    name: 'bmc-authorization: computers',
    make: counted(
      (n) => `BEGIN_COMPUTER\nNAME = h${n}\nEND_COMPUTER\n`,
      RULE(''),
      'END_AUTHORIZATION\n',
    ),
    read: bmcText,
  },
  ...(['strict', 'libwrap'] as const).flatMap((profile): HostileText[] => [
    {
      name: `tcp-wrappers ${profile}: continued lines`,
      make: run('\\\n', 'a', ': b\n'),
      read: tcpText(profile),
    },
    {
      name: `tcp-wrappers ${profile}: brackets`,
      make: run('[', 'a: ', '\n'),
      read: tcpText(profile),
    },
    {
      name: `tcp-wrappers ${profile}: exceptions`,
      make: run('a EXCEPT ', '', ': b\n'),
      read: tcpText(profile),
    },
    {
      name: `tcp-wrappers ${profile}: options`,
      make: run(':nice ', 'a: b', '\n'),
      read: tcpText(profile),
    },
    {
      name: `tcp-wrappers ${profile}: patterns that almost fit`,
      make: run(`bgssd: ${'*a'.repeat(55)}b\n`),
      read: tcpText(profile),
    },
    {
      name: `tcp-wrappers ${profile}: rules`,
      make: counted((n) => `d${n}: 10.${n % 250}. EXCEPT 10.1.1.1\n`),
      read: tcpText(profile),
    },
  ]),
  { name: 'toolbox XML: depth', make: run('<a>', '<user-list>'), read: toolboxText('users') },
  { name: 'toolbox XML: open angles', make: run('<'), read: toolboxText('users') },
  {
    name: 'toolbox XML: references',
    make: run('&#65;\n', '<user-list><user name="', '"/></user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: comments',
    make: run('<!--x-->\n', '<user-list>', '</user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: comments without end',
    make: run('<!--\n', '<user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: sections in text',
    make: run('<![CDATA[x]]>\n', '<user-list>', '</user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: blank lines',
    make: run('\n', '<user-list>', '</user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: users',
    make: counted((n) => `<user name="u${n}"/>\n`, '<user-list>', '</user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: the same user',
    make: run('<user name="u"/>\n', '<user-list>', '</user-list>'),
    read: toolboxText('users'),
  },
  {
    name: 'toolbox XML: members of a group',
    make: run(
      '<member-node name="cms"/>\n',
      '<node-group-list><node-group name="g">',
      '</node-group></node-group-list>',
    ),
    read: toolboxText('groups'),
  },
  {
    name: 'toolbox XML: ranges',
    make: counted(
      (n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255};\n`,
      '<user-list><user name="a" ip-inclusion-ranges="',
      '"/></user-list>',
    ),
    read: toolboxText('users'),
  },
  { name: 'toolbox-list: colons', make: run(':'), read: toolboxText('authorizations') },
  {
    name: 'toolbox-list: lines',
    make: run('root:All Tools:n:*\n'),
    read: toolboxText('authorizations'),
  },
  { name: 'expectations: blanks', make: run(' ', 'expect allow', '"'), read: expectationText },
  { name: 'expectations: quotes', make: run(' a="', 'expect allow'), read: expectationText },
  {
    name: 'expectations: fields',
    make: counted((n) => ` a${n}=b`, 'expect allow'),
    read: expectationText,
  },
  { name: 'address-pattern: groups', make: run('f:'), read: parsePattern },
  { name: 'address-pattern: digits', make: run('1'), read: parsePattern },
  { name: 'audit-record: depth', make: run('['), read: parseRecord },
  { name: 'audit-record: fields', make: counted((n) => `"a${n}":"b",`, '{'), read: parseRecord },
  { name: 'mx-log: records', make: run('@!@,,\n'), read: parseMxLog },
  { name: 'mx-log: one message', make: run('x\n', '@!@,a,b,c,d,e,f,g,h\n'), read: parseMxLog },
  { name: 'mx-log: escapes', make: run('%C3', '@!@,a,b,c,d,e,f,g,h\n'), read: parseMxLog },
  { name: 'mx-log: commas', make: run(',', '@!@'), read: parseMxLog },
]

/** Reads a text; whether it is taken does not matter here. @throws What is no ParseError. */
export function readHostile({ read }: HostileText, text: string): void {
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
  }
}
