import type { Command } from 'commander'
import { configureAgents, type AgentConfigOptions } from './commands/agentconfig.ts'
import {
  createKeyPair,
  rotateKeys,
  showKeys,
  showPending,
  type KeysCreateOptions,
  type KeysRotateOptions,
} from './commands/keys.ts'
import type { KeysOptions } from './commands/keys-options.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** Adds the commands about the key that the console logs in with. */
export function addKeysCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  const keys = program.command('keys').description('the SSH key that the console logs in with')
  inFolder(keys.command('create').description('make the key pair'))
    .option('--comment <text>', 'stands behind the public key')
    .action(async (options: KeysCreateOptions) => done(await createKeyPair(options, terminal)))
  inFolder(
    keys.command('show').description('the public key, and the accounts that hold it'),
  ).action(async (options: KeysOptions) => done(await showKeys(options, terminal)))
  inFolder(
    keys.command('pending').description('accounts that still hold the old key; 1 if there are any'),
  ).action(async (options: KeysOptions) => done(await showPending(options, terminal)))
  onSystems(keys.command('rotate').description('a new pair everywhere, and the old one out'))
    .option('--on <systems>', 'systems to try now: names separated by commas, or `all`')
    .option('--account <name>', 'account that holds the key there, beside those that are known')
    .option('--resume', 'go on with the rotation that is pending')
    .option('--forget <systems>', 'give systems up, whatever they hold (--resume)')
    .action(async (options: KeysRotateOptions) => done(await rotateKeys(options, terminal)))

  onSystems(
    program
      .command('agentconfig')
      .description("put the console's public key into an account of systems"),
  )
    .requiredOption('--on <systems>', 'names separated by commas, or `all`')
    .requiredOption('--account <name>', 'account on each of them')
    .option('--password-file <file>', 'its password, default: ask for it')
    .option('--key <file>', 'a private key that it lets in already')
    .option('--restrict', 'the key may do nothing but run commands')
    .option('--command <text>', 'the only command that the key may run')
    .option('--from <list>', 'where the key may come from: patterns separated by commas')
    .option('--comment <text>', 'stands behind the key, default: its own comment')
    .option('--replace', 'replace a line of the key that has other options')
    .action(async (options: AgentConfigOptions) => done(await configureAgents(options, terminal)))
}

function inFolder(command: Command): Command {
  return command
    .option('--keys <folder>', 'folder of the keys (GATEHOUSE_SSH_KEYS, else ./ssh-keys)')
    .option('--json', 'one JSON object')
}

function onSystems(command: Command): Command {
  return inFolder(command).option(
    '--systems <file>',
    'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)',
  )
}
