import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './support.ts'

/** A kind of policy with a request that its text answers, one that it does not, and what surrounds both. */
export interface Sample {
  readonly kind: string
  /** The files of a policy by name. */
  readonly files: Readonly<Record<string, string>>
  /** The same files of another one that allows more. */
  readonly wider: Readonly<Record<string, string>>
  /** The file and line that decide `allowed`. */
  readonly decidedBy: string
  /** Options that the files need. */
  readonly settings: readonly string[]
  readonly allowed: readonly string[]
  readonly denied: readonly string[]
  /** A sign and the text of the edit that would allow `denied`. */
  readonly edit: string
  readonly operation: readonly string[]
  /** What nobody may. */
  readonly closed: readonly string[]
  /** In the answer to who may do `operation`. */
  readonly who: string
  readonly caller: readonly string[]
  /** Who may nothing. */
  readonly stranger: readonly string[] | undefined
  /** In the answer to what `caller` may do. */
  readonly what: string
  /** Files with a code that lint finds in them; all of these end with 1. */
  readonly linted: Readonly<Record<string, string>>
  readonly finding: string
  /** In what diff tells of `wider`. */
  readonly difference: string
  /** An expectation that holds, and one that does not. */
  readonly expected: readonly [holds: string, broken: string]
  /** A file and a text for it that is refused. */
  readonly bad: readonly [file: string, text: string]
}

const HAWK_ASKED = ['--node', 'db01', '--microagent', 'Custom', '--method', 'execute']

const BMC = (level: string): string =>
  [
    'BEGIN_AUTHORIZATION',
    ' PERMISSION  =  VIEW',
    ' BEGIN_COMPUTER',
    '  NAME = 192.0.2.*',
    `  PERMISSION = ${level}`,
    ' END_COMPUTER',
    'END_AUTHORIZATION',
    '',
  ].join('\n')

const TOOLBOX = {
  'users.xml':
    '<user-list><user name="root" config-rights="full"/><user name="ann"/></user-list>\n',
  'toolboxes.xml': '<toolbox-list><toolbox name="Web"/></toolbox-list>\n',
  'tools.xml': [
    '<tool-list>',
    '<ssa-command-tool name="restart"><toolbox toolbox-name="Web"/></ssa-command-tool>',
    '<ssa-command-tool name="uptime"><toolbox toolbox-name="Monitor Tools"/></ssa-command-tool>',
    '</tool-list>',
    '',
  ].join('\n'),
  'nodes.xml':
    '<node-list><node name="cms"/><node name="web01"/><node name="web02"/></node-list>\n',
  'auth.txt': 'root:All Tools:n:*\nann:Web:n:web01\n',
}

const TCP = { 'hosts.allow': 'bgssd:10.1.   EXCEPT 10.1.9.9\n', 'hosts.deny': 'ALL: ALL\n' }

export const SAMPLES: readonly Sample[] = [
  {
    kind: 'hawk-trusted',
    files: {
      'Trusted.txt': 'support *   *   *\n!oper * COM.TIBCO.hawk.microagent.Custom +\noper\n',
    },
    wider: {
      'Trusted.txt': 'support *   *   +\n!oper * COM.TIBCO.hawk.microagent.Custom +\noper\n',
    },
    decidedBy: 'Trusted.txt:1',
    settings: [],
    allowed: ['--user', 'support', ...HAWK_ASKED, '--impact', 'INFO'],
    denied: ['--user', 'oper', ...HAWK_ASKED, '--impact', 'ACTION'],
    edit: '- line 2: !oper * COM.TIBCO.hawk.microagent.Custom +',
    operation: [...HAWK_ASKED, '--impact', 'INFO'],
    closed: [...HAWK_ASKED, '--impact', 'ACTION'],
    who: 'support',
    caller: ['--user', 'oper'],
    stranger: ['--user', 'nobody'],
    what: 'but not any node, point-to-point and group, microagent COM.TIBCO.hawk.microagent.Custom',
    linted: { 'Trusted.txt': '!oper * COM.TIBCO.hawk.microagent.Custom +\noper\n' },
    finding: 'commands-half-closed',
    difference: 'user support',
    expected: [
      'expect allow user=support node=db01 microagent=M method=m impact=INFO',
      'expect allow user=support node=db01 microagent=M method=m',
    ],
    bad: ['Trusted.txt', '! guest\n'],
  },
  {
    kind: 'bmc-authorization',
    files: { 'Authorization.cfg': BMC('MODIFY') },
    wider: { 'Authorization.cfg': BMC('MANAGE') },
    decidedBy: 'Authorization.cfg:5',
    settings: [],
    allowed: ['--user', 'bob', '--address', '192.0.2.7', '--action', 'collect.start'],
    denied: ['--user', 'bob', '--address', '192.0.2.7', '--action', 'collect.stop'],
    edit: '+ line 5:   PERMISSION = MANAGE',
    operation: ['--action', 'collect.start'],
    closed: ['--action', 'collect.stop'],
    who: 'peer 192.0.2.*: any user',
    caller: ['--user', 'bob', '--address', '192.0.2.7'],
    stranger: undefined,
    what: 'deny   collect.stop     needs MANAGE',
    linted: {
      'Authorization.cfg': 'BEGIN_AUTHORIZATION\n PERMISSION = MANAGE\nEND_AUTHORIZATION\n',
    },
    finding: 'vendor-default-allow-all',
    difference: 'MODIFY becomes MANAGE',
    expected: [
      'expect allow address=192.0.2.7 user=a action=collect.start',
      'expect allow address=192.0.2.7 user=a action=collect.stop',
    ],
    bad: ['Authorization.cfg', 'BEGIN_AUTHORIZATION\n PERMISSION = ALL\nEND_AUTHORIZATION\n'],
  },
  {
    kind: 'tcp-wrappers',
    files: TCP,
    wider: { ...TCP, 'hosts.allow': 'bgssd: 10.1.\n' },
    decidedBy: 'hosts.allow:1',
    settings: [],
    allowed: ['--daemon', 'bgssd', '--address', '10.1.2.3'],
    denied: ['--daemon', 'bgssd', '--address', '10.1.9.9'],
    edit: '+ before line 1: bgssd@UNKNOWN: UNKNOWN@10.1.9.9',
    operation: ['--daemon', 'bgssd'],
    closed: ['--daemon', 'sshd'],
    who: 'allow  10.1. EXCEPT 10.1.9.9',
    caller: ['--address', '10.1.2.3'],
    stranger: ['--address', '10.1.9.9'],
    what: 'allow  bgssd',
    linted: { ...TCP, 'hosts.allow': 'sshd: .example.com\n' },
    finding: 'rests-on-reverse-dns',
    difference: 'bgssd: 10.1.',
    expected: [
      'expect deny daemon=bgssd address=10.1.9.9',
      'expect allow daemon=bgssd address=10.1.9.9',
    ],
    bad: ['hosts.deny', 'ALL: 10.0.0.1/24\n'],
  },
  {
    kind: 'toolbox-authorization',
    files: TOOLBOX,
    wider: { ...TOOLBOX, 'auth.txt': 'root:All Tools:n:*\nann:Web:n:*\n' },
    decidedBy: 'auth.txt:2',
    settings: ['--cms', 'cms'],
    allowed: ['--user', 'ann', '--tool', 'restart', '--targets', 'web01'],
    denied: ['--user', 'ann', '--tool', 'restart', '--targets', 'web01,web02'],
    edit: '+ ann:Web:n:web02',
    operation: ['--tool', 'restart', '--system', 'WEB01'],
    closed: [],
    who: 'user ann, by Web on system web01',
    caller: ['--user', 'ann'],
    stranger: ['--user', 'zed'],
    what: 'Web: restart; on web01',
    linted: TOOLBOX,
    finding: 'wildcard-in-file',
    difference: 'user ann, restart, on cms, web02',
    expected: [
      'expect allow user=ann tool=restart targets=web01',
      'expect allow user=ann tool=restart targets=web02',
    ],
    bad: ['nodes.xml', '<node-list>\n'],
  },
]

/** Writes files into a folder that is removed after the test, and returns its path. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await temporaryFolder(), 'policy')
  await mkdir(folder)
  await Promise.all(
    Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)),
  )
  return folder
}
