import { InvalidArgumentError, Option, type Command } from 'commander'
import { checkSnmp, type CheckSnmpOptions } from './commands/snmp/check.ts'
import type { SnmpFileOptions } from './commands/snmp/configuration.ts'
import type { CredentialOptions } from './commands/snmp/credentials.ts'
import { explainSnmp } from './commands/snmp/explain.ts'
import { getObjects, walkObjects, type WalkOptions } from './commands/snmp/get.ts'
import { LEVELS, PDUS, USM_STATUSES } from './commands/snmp/request.ts'
import {
  diffSnmp,
  lintSnmp,
  OPERATIONS,
  whoCanSnmp,
  type DiffSnmpOptions,
  type WhoCanSnmpOptions,
} from './commands/snmp/review.ts'
import { showStatus, type StatusOptions } from './commands/snmp/status.ts'
import { sendTrap, type TrapOptions } from './commands/snmp/trap.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

type Done = (code: ExitCode) => void

/** Adds the commands about SNMP: what configurations decide, and asking agents. */
export function addSnmpCommands(program: Command, terminal: Terminal, done: Done): void {
  const snmp = program.command('snmp').description('SNMP: what configurations decide, and agents')
  addAsking(snmp, terminal, done)
  addReview(snmp, terminal, done)
  addAgents(snmp, terminal, done)
}

function addAsking(snmp: Command, terminal: Terminal, done: Done): void {
  asked(ofFiles(snmp.command('check')))
    .description('read configurations, or have them decide a request')
    .action(async (files: string[], options: CheckSnmpOptions) => {
      done(await checkSnmp(files, options, terminal))
    })
  asked(ofFiles(snmp.command('explain')))
    .description('have them decide a request: every entry on the way, and what the daemon would do')
    .action(async (files: string[], options: CheckSnmpOptions) => {
      done(await explainSnmp(files, options, terminal))
    })
  ofFiles(snmp.command('who-can'))
    .description('list everybody who may do something with an object')
    .requiredOption('--oid <oid>', 'the object; of a notification its name')
    .addOption(
      new Option('--operation <name>', 'default: read, of snmptrapd log').choices(OPERATIONS),
    )
    .action(async (files: string[], options: WhoCanSnmpOptions) => {
      done(await whoCanSnmp(files, options, terminal))
    })
}

function addReview(snmp: Command, terminal: Terminal, done: Done): void {
  ofFiles(snmp.command('lint'))
    .description('say what a reviewer should worry about; reads as the daemon does')
    .action(async (files: string[], options: SnmpFileOptions) => {
      done(await lintSnmp(files, options, terminal))
    })
  withReading(snmp.command('diff').argument('<before>').argument('<after>'))
    .description('say which requests two configurations of snmpd answer differently')
    .option('--fail-on-new-access', 'exit code 1 when anything is allowed that was denied')
    .action(async (before: string, after: string, options: DiffSnmpOptions) => {
      done(await diffSnmp(before, after, options, terminal))
    })
}

function addAgents(snmp: Command, terminal: Terminal, done: Done): void {
  asSender(snmp.command('get').argument('<place>', PLACE).argument('<oids...>'))
    .description('read objects of an agent')
    .action(async (place: string, oids: string[], options: CredentialOptions) => {
      done(await getObjects(place, oids, options, terminal))
    })
  asSender(snmp.command('walk').argument('<place>', PLACE).argument('<oid>'))
    .description('read every object of a subtree')
    .option('--limit <number>', 'most objects, default: 10000', count)
    .action(async (place: string, oid: string, options: WalkOptions) => {
      done(await walkObjects(place, oid, options, terminal))
    })
  const what = 'OID of the notification, then OID=TYPE:VALUE; TYPE as snmptrap: i u c t s x o a'
  asSender(snmp.command('trap').argument('<place>', PLACE).argument('<oid...>', what))
    .description('send a trap, or an inform')
    .option('--inform', 'send an inform, which is acknowledged')
    .option('--uptime <ticks>', 'sysUpTime, default: that of this machine', count)
    .option('--engine <file>', 'identity and boots of the sender (version 3); made if absent')
    .action(async (place: string, words: string[], options: TrapOptions) => {
      done(await sendTrap(place, words, options, terminal))
    })
  snmp
    .command('status')
    .description('show what a running console knows by SNMP')
    .option('--console <url>', 'the console (GATEHOUSE_CONSOLE)')
    .option('--systems <file>', 'systems file (GATEHOUSE_SYSTEMS, else ./systems.json)')
    .option('--inner-key <file>', 'key of that console (GATEHOUSE_INNER_KEY)')
    .option('--trust <file>', 'trust list for a console with HTTPS (GATEHOUSE_TRUST)')
    .option('--json', 'one JSON object')
    .action(async (options: StatusOptions) => {
      done(await showStatus(options, terminal))
    })
}

const PLACE = 'HOST, HOST:PORT or [ADDRESS]:PORT'

const VERSIONS = ['1', '2c', '3'] as const

function ofFiles(command: Command): Command {
  return withReading(command.argument('<files...>', 'snmpd.conf or snmptrapd.conf'))
}

function withReading(command: Command): Command {
  return command
    .addOption(
      new Option('--daemon <name>', 'default: by name and content').choices([
        'snmpd',
        'snmptrapd',
      ] as const),
    )
    .addOption(
      new Option('--profile <name>', 'whose rules decide, default: net-snmp').choices([
        'net-snmp',
        'rfc3415',
      ] as const),
    )
    .option('--lenient', 'drop lines with a fault, as the daemon does')
    .option('--pass-includes', 'pass over include lines')
    .option('--contexts <names...>', 'contexts besides the default one')
    .option('--json', 'one JSON object')
}

/** The request that is asked about. */
function asked(command: Command): Command {
  return asUser(withCommunity(command))
    .option('--address <address>', 'where it comes from')
    .addOption(new Option('--pdu <name>', 'default: get, of snmptrapd trap2').choices(PDUS))
    .option('--oid <oids...>', 'objects; of a notification its name')
    .option('--enterprise <oid>', 'of trap1')
    .option('--generic <number>', 'of trap1: 0 to 6', count)
    .option('--specific <number>', 'of trap1, where generic is 6', count)
    .addOption(
      new Option('--usm <status>', 'version 3: what the user-based model said').choices(
        USM_STATUSES,
      ),
    )
}

/** Who asks an agent. */
function asSender(command: Command): Command {
  return asUser(withCommunity(command))
    .option('--users <file>', 'file of version 3 users, for its owner alone')
    .option('--timeout <ms>', 'for one answer, default: 1000', count)
    .option('--retries <number>', 'how often it is sent again, default: 3', count)
    .option('--json', 'one JSON object')
}

function withCommunity(command: Command): Command {
  return command
    .addOption(new Option('--version <name>', 'default: 2c, with a user 3').choices(VERSIONS))
    .option(
      '--community-file <file>',
      'file with the community, - for standard input (GATEHOUSE_SNMP_COMMUNITY)',
    )
    .option('--insecure-community <text>', 'the community, for all who list processes to see')
}

function asUser(command: Command): Command {
  return command
    .option('--user <name>', 'version 3: the user')
    .addOption(new Option('--level <name>', 'version 3: protection').choices(LEVELS))
    .option('--context <name>', 'version 3: the context')
}

function count(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('write a number')
}
