import { Option, type Command } from 'commander'
import {
  checkPolicies,
  explainPolicies,
  whatCan,
  whoCan,
  type AskOptions,
} from './commands/decide.ts'
import { diffPolicies, type DiffOptions } from './commands/diff.ts'
import type { PolicyOptions } from './commands/each-policy.ts'
import { formatPolicies, type FormatOptions } from './commands/format.ts'
import { lintPolicies, testPolicy } from './commands/review.ts'
import type { ExitCode } from './exit-code.ts'
import { FILE_KINDS, optionsFor } from './kinds/kinds.ts'
import type { Question, QuestionOption } from './kinds/questions.ts'
import type { Terminal } from './terminal.ts'

type Ask = (names: string[], options: AskOptions, terminal: Terminal) => Promise<ExitCode>

/** Adds the commands that read policies, the same for all kinds. */
export function addPolicyCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  const asking = (name: string, description: string, question: Question, ask: Ask): void => {
    const command = withPolicies(program.command(name).description(description))
    for (const option of optionsFor(question)) command.option(...QUESTION_OPTIONS[option])
    command
      .option('--request <json>', 'all of that as one JSON object')
      .action(async (names: string[], options: AskOptions) => {
        done(await ask(names, options, terminal))
      })
  }

  asking('check', 'read policies, or have them decide a request', 'request', checkPolicies)
  asking(
    'explain',
    'have policies decide a request: every line that spoke, and what would change it',
    'request',
    explainPolicies,
  )
  asking('who-can', 'list everybody who may do something', 'operation', whoCan)
  asking('what-can', 'list everything that somebody may do', 'caller', whatCan)

  withPolicies(program.command('lint'))
    .description('say what a reviewer should worry about')
    .action(async (names: string[], options: PolicyOptions) => {
      done(await lintPolicies(names, options, terminal))
    })

  const diff = program
    .command('diff')
    .description('say which requests two policies answer differently')
    .argument('<before>')
    .argument('<after>')
  withSettings(diff)
    .option('--fail-on-new-access', 'exit code 1 when anything is allowed that was denied')
    .option('--markdown', 'for a comment on a pull request')
    .action(async (before: string, after: string, options: DiffOptions) => {
      done(await diffPolicies(before, after, options, terminal))
    })

  withPolicies(program.command('format'))
    .description('print the canonical text of the files')
    .option('--write', 'replace the files')
    .option('--check', 'change nothing; exit code 1 when a file is not canonical')
    .action(async (names: string[], options: FormatOptions) => {
      done(await formatPolicies(names, options, terminal))
    })

  const test = program
    .command('test')
    .description('say which expectations a policy meets')
    .argument('<policy>')
    .argument('<expectations>', 'file of lines `expect allow|deny NAME=VALUE …`')
  withSettings(test).action(
    async (policy: string, expectations: string, options: PolicyOptions) => {
      done(await testPolicy(policy, expectations, options, terminal))
    },
  )
}

function withPolicies(command: Command): Command {
  const what = 'files, a folder with the files of one policy, or ROLE=PATH,ROLE=PATH…'
  return withSettings(command.argument('<policies...>', what))
}

function withSettings(command: Command): Command {
  const kinds = FILE_KINDS.map((kind) => kind.name)
  return command
    .addOption(new Option('--kind <name>', 'default: from name and content').choices(kinds))
    .addOption(
      new Option('--encoding <name>', 'default: ascii').choices(['ascii', 'utf-8'] as const),
    )
    .addOption(
      new Option('--profile <name>', 'TCP Wrappers, default: strict').choices([
        'strict',
        'libwrap',
      ] as const),
    )
    .option('--cms <system>', 'toolboxes: the management server')
    .option('--json', 'one JSON object')
}

const QUESTION_OPTIONS: Readonly<Record<QuestionOption, readonly [string, string]>> = {
  user: ['--user <name>', 'user name, as claimed; TCP Wrappers: as its host says'],
  node: ['--node <name[:dns[:domain]]>', 'Hawk: the agent asked'],
  group: ['--group', 'Hawk: a group operation'],
  microagent: ['--microagent <name>', 'Hawk: full name, or the short one of a standard microagent'],
  method: ['--method <name>', 'Hawk: name of the method'],
  impact: [
    '--impact <class>',
    'Hawk: INFO, ACTION, ACTION_INFO or VOID, from the table of the agent',
  ],
  address: ['--address <address>', 'address of the peer; toolboxes: signed in from'],
  name: ['--name <host>', 'BMC, TCP Wrappers: verified host name of the peer'],
  action: ['--action <name>', 'BMC: the action'],
  own: ['--own', 'BMC: the caller started what it wants to stop'],
  others: ['--others', 'BMC: other users have requests running'],
  daemon: ['--daemon <name>', 'TCP Wrappers: process name of the daemon'],
  server: ['--server <address>', 'TCP Wrappers: address that the peer connected to'],
  port: ['--port <number>', 'TCP Wrappers: port that the peer connected to'],
  groups: ['--groups <names>', 'toolboxes: groups of the user, separated by commas'],
  tool: ['--tool <name>', 'toolboxes: name of the tool'],
  targets: ['--targets <names>', 'toolboxes: systems to run it on, separated by commas'],
  system: ['--system <name>', 'toolboxes: the system that is asked about'],
}
