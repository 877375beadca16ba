import { KEY_TYPES } from '@gatehouse/certificate-trust/issuing'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { days, purpose } from './certificate-commands.ts'
import { REVOKE_REASONS } from './certificates/authority-folder.ts'
import {
  initAuthority,
  issueCertificate,
  makeIntermediate,
  makeList,
  revokeCertificate,
  type InitOptions,
  type IntermediateOptions,
  type IssueOptions,
  type ListOptions,
  type RevokeOptions,
} from './commands/certificates/authority.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** Adds the commands of the small certificate authority. */
export function addAuthorityCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  const ca = program.command('ca').description('a small certificate authority, for labs and tests')

  authority(ca.command('init').description('make a root'), 3650).action(
    async (folder: string, options: InitOptions) => {
      done(await initAuthority(folder, options, terminal))
    },
  )
  authority(ca.command('intermediate').description('make an authority below another'), 1825)
    .requiredOption('--issuer <folder>', 'folder of the authority above')
    .action(async (folder: string, options: IntermediateOptions) => {
      done(await makeIntermediate(folder, options, terminal))
    })

  inFolder(ca.command('issue').description('issue a certificate for a request'))
    .argument('<request>', 'PKCS#10')
    .option('--name <host...>', 'host names that it may ask for; .example.com: all below')
    .option('--address <address...>', 'addresses or prefixes that it may ask for')
    .option(
      '--mail <address...>',
      'mail addresses that it may ask for; @example.com: all of a host',
    )
    .option('--as-requested', 'grant every name that it asks for')
    .option('--purpose <name>', 'default: server and client; may be repeated', collect)
    .option('--days <number>', 'default: 365', days)
    .option('--out <file>', 'default: print it')
    .option('--pkcs7', 'a PKCS#7 bundle instead of PEM certificates')
    .action(async (folder: string, request: string, options: IssueOptions) => {
      done(await issueCertificate(folder, request, options, terminal))
    })

  inFolder(ca.command('revoke').description('take a certificate back'))
    .argument('<certificate>', 'SHA-256, or file')
    .addOption(new Option('--reason <name>', 'why').choices(REVOKE_REASONS).default('unspecified'))
    .action(async (folder: string, which: string, options: RevokeOptions) => {
      done(await revokeCertificate(folder, which, options, terminal))
    })

  inFolder(ca.command('crl').description('make the next revocation list, crl.pem in the folder'))
    .option('--days <number>', 'until the next has to be there', days, 7)
    .action(async (folder: string, options: ListOptions) => {
      done(await makeList(folder, options, terminal))
    })
}

function authority(command: Command, defaultDays: number): Command {
  return inFolder(command)
    .requiredOption('--common-name <text>', 'name of the authority')
    .option('--organization <text>', 'organization')
    .addOption(new Option('--key-type <name>', 'default: P-256').choices(KEY_TYPES))
    .option('--days <number>', 'how long it is valid', days, defaultDays)
    .option('--path-length <number>', 'how many authorities may stand below it', pathLength)
}

function inFolder(command: Command): Command {
  return command.argument('<folder>', 'folder of the authority').option('--json', 'one JSON object')
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, purpose(text)]
}

function pathLength(text: string): number {
  if (/^\d$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a path length is a number from 0 to 9')
}
