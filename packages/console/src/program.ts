import type { IssuingError } from '@gatehouse/certificate-trust/issuing'
import { formatSource, type GatehouseError, type ParseError } from '@gatehouse/core'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { addAuthorityCommands } from './authority-commands.ts'
import { addCertificateCommands } from './certificate-commands.ts'
import { callSystems, type CallOptions } from './commands/call.ts'
import { executeTool, type ExecOptions } from './commands/exec.ts'
import {
  exportLog,
  verifyLogFile,
  type LogExportOptions,
  type LogVerifyOptions,
} from './commands/log.ts'
import { serve, type ServeOptions } from './commands/serve.ts'
import { processAccount, type Account } from './exec/account.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { addPolicyCommands } from './policy-commands.ts'
import { addKeysCommands } from './keys-commands.ts'
import { escapeText, jsonLine } from './render.ts'
import { CONSOLE_PORT } from './server/console.ts'
import { addSnmpCommands } from './snmp-commands.ts'
import { addSshCommands } from './ssh-commands.ts'
import { addTaskCommands } from './task-commands.ts'
import type { Terminal } from './terminal.ts'

/** What the command needs from the process it runs in. */
export interface Surroundings {
  /** Where it writes. */
  readonly terminal: Terminal
  /** Resolves when the process is asked to end; `serve` runs until then. */
  readonly untilStopped: () => Promise<void>
  /** The account that it acts for. Default: that of the process. */
  readonly account?: Account
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
    const { code, message = 'unknown error', stack } = error as Partial<GatehouseError>
    const ours = code === 'ERR_CONFIG' || code === 'ERR_PARSE' || code === 'ERR_LIMIT'
    const told = ours ? withPlace(error as GatehouseError) : message
    const reason = ours ? reasonCode(error) : undefined
    if (words.includes('--json')) {
      const stated = { code: ours ? code : 'ERR_INTERNAL', message: told }
      terminal.out(jsonLine({ error: { ...stated, ...(reason === undefined ? {} : { reason }) } }))
    }
    const why = reason === undefined ? '' : ` [${reason}]`
    const text = ours ? `${told}${why}` : `internal error: ${stack ?? message}`
    terminal.err(`gatehouse: ${escapeText(text)}\n`)
    return ours ? EXIT.usage : EXIT.internal
  }
}

/** The message of an error, with its place unless it names that itself. */
function withPlace({ message, source }: GatehouseError): string {
  if (source === undefined) return message
  const isNamed = 'file' in source ? message.includes(source.file) : true
  return isNamed ? message : `${formatSource(source)}: ${message}`
}

/** Code of the rule that was broken, where the error has one. */
function reasonCode(error: unknown): string | undefined {
  const { reason, diagnostics } = error as Partial<
    Pick<IssuingError, 'reason'> & Pick<ParseError, 'diagnostics'>
  >
  return reason?.code ?? diagnostics?.[0].code
}

type Done = (code: ExitCode) => void

function buildProgram(
  { terminal, untilStopped, account = processAccount() }: Surroundings,
  done: Done,
): Command {
  const program = new Command('gatehouse')
    .description('Asks managed systems and policies, and shows what they decide and why.')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.err(escapeText(text)) })
    .showHelpAfterError('(see --help)')
    .addHelpText('after', '\nExit codes: 0 allow, 1 deny, 2 usage or configuration, 3 internal.')

  program
    .command('call')
    .description('ask systems to carry a request out')
    .argument('<systems>', 'names separated by commas, or `all`')
    .argument('<verb>', '`action ACTION`, or `invoke MICROAGENT METHOD`')
    .argument('<words...>')
    .option('--user <name>', 'user name to claim')
    .option('--target <name>', 'collection or policy (action)')
    .option('--group', 'as a group operation (invoke)')
    .option('--argument <name=value...>', 'arguments of the method (invoke)')
    .option('--policy <name>', 'pack it: `trusted`, `trusted-with-domain` or a JSON file (invoke)')
    .option('--dns <name>', 'DNS part of the systems (--policy), default: none')
    .option('--domain <name>', 'Hawk domain of the systems (--policy), default: default')
    .option('--from <address>', 'local address to send from')
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .option('--console <url>', 'have a running console send it (GATEHOUSE_CONSOLE)')
    .option('--inner-key <file>', 'key of that console (GATEHOUSE_INNER_KEY)')
    .option('--trust <file>', 'trust list for a console with HTTPS (GATEHOUSE_TRUST)')
    .option('--json', 'one JSON object')
    .action(async (systems: string, verb: string, words: string[], options: CallOptions) => {
      done(await callSystems(systems, [verb, ...words], options, terminal))
    })

  withOperator(program.command('exec'))
    .description('run a tool on systems by Secure Task Execution, on all of them or none')
    .argument('<tool>', 'name of the tool')
    .requiredOption('--on <systems>', 'names separated by commas, or `all`')
    .option('--from <system>', 'whose settings the others get (Replicate Agent Settings)')
    .option('--argument <name=value...>', 'arguments of the tool')
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .option('--console <url>', 'have a running console do it, as its user (GATEHOUSE_CONSOLE)')
    .option('--inner-key <file>', 'key of that console (GATEHOUSE_INNER_KEY)')
    .option('--trust <file>', 'trust list for a console with HTTPS (GATEHOUSE_TRUST)')
    .option('--json', 'one JSON object')
    .action(async (tool: string, options: ExecOptions) => {
      done(await executeTool(tool, options, { terminal, account }))
    })

  addPolicyCommands(program, terminal, done)
  addCertificateCommands(program, terminal, done)
  addAuthorityCommands(program, terminal, done)
  addKeysCommands(program, terminal, done)
  addSshCommands(program, terminal, done)
  addSnmpCommands(program, terminal, done)

  addTaskCommands(program, { terminal, account }, { done, withOperator })

  const log = program.command('log').description('audit logs')
  log
    .command('verify')
    .description('find the first record that was changed, is missing or out of order')
    .argument('<file>', 'the file in use; rolled files are found beside it')
    .option('--heads <file>', 'signed heads that were kept elsewhere, one a line')
    .option('--key <file...>', 'public Ed25519 keys of the heads, PEM')
    .option('--name <log>', 'name of the log in its heads, default: that of the first')
    .option('--from <sequence>', 'first record that must be there', sequenceNumber)
    .option('--json', 'one JSON object')
    .action(async (file: string, options: LogVerifyOptions) => {
      done(await verifyLogFile(file, options, terminal))
    })
  log
    .command('export')
    .description('print every record')
    .argument('<file>', 'the file in use; rolled files are found beside it')
    .addOption(
      new Option('--format <name>').choices(['csv', 'ocsf'] as const).makeOptionMandatory(),
    )
    .action(async (file: string, options: LogExportOptions) => {
      done(await exportLog(file, options, terminal))
    })

  withOperator(program.command('serve'))
    .description('start the console: one page on 127.0.0.1')
    .option('--port <number>', 'TCP port, 0 for a free one', portNumber, CONSOLE_PORT)
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .option('--inner-key <file>', 'key for commands; made if absent (GATEHOUSE_INNER_KEY)')
    .option('--certificate <file>', 'serve by HTTPS: certificate for 127.0.0.1 or localhost')
    .option('--key <file>', 'its private key, for its owner alone')
    .option('--redirect-port <number>', 'port that sends plain HTTP to HTTPS', portNumber)
    .option('--audit <file>', 'audit log that takes the tasks of this console, and traps refused')
    .option('--snmp <file>', 'settings for SNMP: polls systems, receives traps (GATEHOUSE_SNMP)')
    .action((options: ServeOptions) => serve(options, { terminal, account, untilStopped }))

  return program
}

/** Who a command acts for. */
function withOperator(command: Command): Command {
  return command
    .option('--toolbox <files...>', 'what the user may: files of HP SIM, or a folder')
    .option('--user <name>', 'user in those files, default: the account that runs this')
    .option('--cms <system>', 'the management server, as those files call it')
    .addOption(
      new Option('--encoding <name>', 'of those files, default: ascii').choices(['ascii', 'utf-8']),
    )
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('a port is a number from 0 to 65535')
}

function sequenceNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a sequence is a number from 1')
}
