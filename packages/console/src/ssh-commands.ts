import { readFirstUsePolicy } from '@gatehouse/ssh-trust'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { readInstant } from './certificates/instants.ts'
import { authorizeLogin, type AuthorizeOptions } from './commands/ssh/authorize.ts'
import { checkHost, type CheckHostOptions } from './commands/ssh/check-host.ts'
import { explainKey, type ExplainOptions } from './commands/ssh/explain.ts'
import { exportHostKeys, type ExportKeysOptions } from './commands/ssh/export.ts'
import { showFingerprints, type FingerprintOptions } from './commands/ssh/fingerprint.ts'
import { importHostKeys, type ImportKeysOptions } from './commands/ssh/import.ts'
import { lintKeys, SSH_KINDS, type LintKeysOptions } from './commands/ssh/lint.ts'
import { removeHost, type RemoveHostOptions } from './commands/ssh/remove.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

const KNOWN_HOSTS = [
  '--known-hosts <files...>',
  'file of the user first, then global ones',
] as const

/** Adds the commands about keys of SSH: of hosts, and of users. */
export function addSshCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  const ssh = program.command('ssh').description('keys of SSH: of hosts, and of users')
  addAsking(ssh, terminal, done)
  addReading(ssh, terminal, done)
  addStore(ssh, terminal, done)
}

function addAsking(ssh: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  ofHost(shown(ssh.command('check-host').argument('<host[:port]>')))
    .description('decide whether the key that a host shows is believed; asks no host')
    .requiredOption(...KNOWN_HOSTS)
    .action(async (place: string, options: CheckHostOptions) => {
      done(await checkHost(place, options, terminal))
    })

  ofLogin(shown(ssh.command('authorize').argument('<user>')))
    .description('decide whether a key gets in as an account, and what it may do')
    .requiredOption('--file <files...>', 'authorized_keys files of the account')
    .requiredOption('--from <address>', 'where the login comes from')
    .action(async (user: string, options: AuthorizeOptions) => {
      done(await authorizeLogin(user, options, terminal))
    })

  ofLogin(ofHost(shown(ssh.command('explain').argument('<host[:port]|user>'))))
    .description('decide one of both, and show every line that had a say')
    .option(...KNOWN_HOSTS)
    .option('--file <files...>', 'or authorized_keys files of an account')
    .option('--from <address>', 'where the login comes from (--file)')
    .action(async (name: string, options: ExplainOptions) => {
      done(await explainKey(name, options, terminal))
    })
}

function addReading(ssh: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  ssh
    .command('lint')
    .description('say what a reviewer should worry about')
    .argument('<file>', 'known_hosts or authorized_keys')
    .addOption(new Option('--kind <name>', 'default: from the name').choices(SSH_KINDS))
    .option('--json', 'one JSON object')
    .action(async (file: string, options: LintKeysOptions) => {
      done(await lintKeys(file, options, terminal))
    })

  ssh
    .command('fingerprint')
    .description('show the keys of a file as `ssh-keygen -l` does')
    .argument('<file>', 'keys in any form, certificates, known_hosts or authorized_keys')
    .option('--md5', 'MD5, to compare with old lists; it can be forged')
    .option('--json', 'one JSON object')
    .action(async (file: string, options: FingerprintOptions) => {
      done(await showFingerprints(file, options, terminal))
    })
}

function addStore(ssh: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  profiled(ssh.command('import').argument('<keyfile>', 'OpenSSH lines, RFC 4716 or PEM, or a mix'))
    .description('add keys of a host that were compared by hand')
    .requiredOption('--host <host[:port]>', 'whose keys they are')
    .requiredOption(...KNOWN_HOSTS)
    .option('--hash', 'hash the name')
    .option('--replace', 'remove the keys that the file has for this one name')
    .option('--yes', 'the fingerprints have been compared: ask nobody')
    .action(async (file: string, options: ImportKeysOptions) => {
      done(await importHostKeys(file, options, terminal))
    })

  profiled(ssh.command('export').argument('<host[:port]|all>'))
    .description('print the keys that hosts are known by')
    .requiredOption(...KNOWN_HOSTS)
    .addOption(
      new Option('--format <name>', 'default: openssh').choices([
        'openssh',
        'rfc4716',
        'pem',
      ] as const),
    )
    .action(async (place: string, options: ExportKeysOptions) => {
      done(await exportHostKeys(place, options, terminal))
    })

  profiled(ssh.command('remove').argument('<host[:port]>'))
    .description('remove this one name from the first file; markers stay')
    .requiredOption(...KNOWN_HOSTS)
    .option('--leave-patterns', 'leave patterns that cover the name')
    .action(async (place: string, options: RemoveHostOptions) => {
      done(await removeHost(place, options, terminal))
    })
}

function ofHost(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--first-use <value>',
        'MX_SSH_ADD_UNKNOWN_HOSTS: `FIRST TIME` (default), NEVER or false',
      ).argParser(readFirstUsePolicy),
    )
    .option('--alias <name>', 'stands for host and port, as HostKeyAlias')
    .option('--min-rsa-bits <number>', 'default: 1024', bits)
}

function ofLogin(command: Command): Command {
  return command
    .option('--from-name <host>', 'verified host name of the peer')
    .option('--time-zone <name>', 'of the system, for `expiry-time=` in local time')
    .option('--uid <number>', 'check owners and modes for this account, as StrictModes', number)
    .option('--home <folder>', 'its home directory (--uid)')
}

/** What was shown, and against what it is held. */
function shown(command: Command): Command {
  return profiled(command)
    .option('--key <file>', 'the key that is shown: a line, RFC 4716 or PEM')
    .option('--certificate <file>', 'or the OpenSSH certificate')
    .option('--at <instant>', 'when, default: now', readInstant)
    .option('--revoked <file>', 'revoked keys: a KRL, or keys as text')
}

function profiled(command: Command): Command {
  return command
    .addOption(
      new Option('--profile <name>', 'default: strict').choices(['strict', 'openssh'] as const),
    )
    .option('--json', 'one JSON object')
}

function bits(text: string): number {
  if (/^\d{4,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('write a number of bits from 1024')
}

function number(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('write the number of an account')
}
