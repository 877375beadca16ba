import { escapeControls, type GatehouseError } from '@gatehouse/core'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { callSystems, systemsPath, type CallOptions } from './commands/call.ts'
import {
  checkFiles,
  explainFiles,
  formatFiles,
  type FileOptions,
  type FormatOptions,
} from './commands/offline.ts'
import { diffFiles, lintFiles, testFile, type DiffOptions } from './commands/review.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { RequestOptions } from './kinds/file-kind.ts'
import { FILE_KINDS } from './kinds/kinds.ts'
import { CONSOLE_PORT, startConsole, type RunningConsole } from './server/console.ts'
import { systemsFile } from './systems.ts'
import { painter, type Terminal } from './terminal.ts'

/** What the command needs from the process it runs in. */
export interface Surroundings {
  /** Where it writes. */
  readonly terminal: Terminal
  /** Resolves when the process is asked to end; `serve` runs until then. */
  readonly untilStopped: () => Promise<void>
}

/**
 * Runs the `gatehouse` command.
 *
 * @param words - The command line without node and script.
 * @returns The exit code: 0 allow, 1 deny, 2 usage or configuration, 3 internal.
 */
export async function runCommand(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal } = surroundings
  let exit: ExitCode = EXIT.allow
  const program = buildProgram(surroundings, (code) => {
    exit = code
  })
  try {
    await program.parseAsync(words, { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.allow : EXIT.usage
    const { code, message, stack } = error as Partial<GatehouseError>
    const ours = code === 'ERR_CONFIG' || code === 'ERR_PARSE' || code === 'ERR_LIMIT'
    const text = ours ? message : `internal error: ${stack}`
    if (words.includes('--json')) {
      const kind = ours ? code : 'ERR_INTERNAL'
      terminal.out(`${JSON.stringify({ error: { code: kind, message } })}\n`)
    }
    terminal.err(`gatehouse: ${escapeLines(text ?? 'unknown error')}\n`)
    return ours ? EXIT.usage : EXIT.internal
  }
}

type Done = (code: ExitCode) => void

function buildProgram({ terminal, untilStopped }: Surroundings, done: Done): Command {
  const program = new Command('gatehouse')
    .description('Asks managed systems and policy files, and shows what they decide and why.')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('(see --help)')
    .addHelpText('after', '\nExit codes: 0 allow, 1 deny, 2 usage or configuration, 3 internal.')

  program
    .command('call')
    .description('ask systems to carry a request out')
    .argument('<systems>', 'names separated by commas, or `all`')
    .argument('<verb>', '`action ACTION`, or `invoke MICROAGENT METHOD`')
    .argument('<words...>')
    .requiredOption('--user <name>', 'user name to claim')
    .option('--target <name>', 'collection or policy (action)')
    .option('--group', 'as a group operation (invoke)')
    .option('--argument <name=value...>', 'arguments of the method (invoke)')
    .option('--from <address>', 'local address to send from')
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .option('--console <url>', 'have a running console send it (GATEHOUSE_CONSOLE)')
    .option('--json', 'one JSON object')
    .action(async (systems: string, verb: string, words: string[], options: CallOptions) => {
      done(await callSystems(systems, [verb, ...words], options, terminal))
    })

  withRequest(
    fileCommand(program, 'check', 'read policy files, or have them decide a request'),
  ).action(async (files: string[], options: FileOptions & RequestOptions) => {
    done(await checkFiles(files, options, terminal))
  })

  withRequest(
    fileCommand(program, 'explain', 'have policy files decide a request, line by line'),
  ).action(async (files: string[], options: FileOptions & RequestOptions) => {
    done(await explainFiles(files, options, terminal))
  })

  fileCommand(program, 'format', 'print the canonical text of policy files')
    .option('--write', 'replace the files')
    .option('--check', 'change nothing; exit code 1 when a file is not canonical')
    .action(async (files: string[], options: FormatOptions) => {
      done(await formatFiles(files, options, terminal))
    })

  fileCommand(program, 'lint', 'say what a reviewer should worry about in policy files').action(
    async (files: string[], options: FileOptions) => {
      done(await lintFiles(files, options, terminal))
    },
  )

  program
    .command('diff')
    .description('say which requests two policy files answer differently')
    .argument('<before>')
    .argument('<after>')
    .addOption(kindOption())
    .option('--fail-on-new-access', 'exit code 1 when anything is allowed that was denied')
    .option('--json', 'one JSON object')
    .action(async (before: string, after: string, options: DiffOptions) => {
      done(await diffFiles(before, after, options, terminal))
    })

  program
    .command('test')
    .description('say which expectations a policy file meets')
    .argument('<policy>')
    .argument('<expectations>', 'lines `expect allow|deny NAME=VALUE …`')
    .addOption(kindOption())
    .option('--json', 'one JSON object')
    .action(async (policy: string, expectations: string, options: FileOptions) => {
      done(await testFile(policy, expectations, options, terminal))
    })

  program
    .command('serve')
    .description('start the console: one page on 127.0.0.1')
    .option('--port <number>', 'TCP port, 0 for a free one', portNumber, CONSOLE_PORT)
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .action(async ({ port, systems }: { port: number; systems?: string }) => {
      await serve(systemsPath(systems, terminal), port)
    })

  async function serve(path: string, port: number): Promise<void> {
    const systems = systemsFile(path)
    const known = await systems.list()
    const running: RunningConsole = await startConsole({ systems, port })
    const url = painter(terminal.colour)('strong', running.url)
    terminal.out(`console on ${url} with ${known.length} systems; Ctrl-C ends it\n`)
    await untilStopped()
    await running.close()
  }

  return program
}

function fileCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('<files...>')
    .addOption(kindOption())
    .option('--json', 'one JSON object')
}

function kindOption(): Option {
  const kinds = FILE_KINDS.map((kind) => kind.name)
  return new Option('--kind <name>', 'default: from the content').choices(kinds)
}

function withRequest(command: Command): Command {
  return command
    .option('--user <name>', 'user name, as claimed')
    .option('--node <name[:dns[:domain]]>', 'Hawk: the agent asked')
    .option('--group', 'Hawk: a group operation')
    .option('--microagent <name>', 'Hawk: full name of the microagent')
    .option('--method <name>', 'Hawk: name of the method')
    .option(
      '--impact <class>',
      'Hawk: INFO, ACTION, ACTION_INFO or VOID, from the table of the agent',
    )
    .option('--address <address>', 'BMC: address of the peer')
    .option('--name <host>', 'BMC: verified host name of the peer')
    .option('--action <name>', 'BMC: the action')
    .option('--own', 'BMC: the caller started what it wants to stop')
    .option('--others', 'BMC: other users have requests running')
    .option('--request <json>', 'the whole request as JSON')
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('a port is a number from 0 to 65535')
}

function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n')
}
