import { TRUSTED_ROLES } from '@gatehouse/certificate-trust'
import { KEY_TYPES } from '@gatehouse/certificate-trust/issuing'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { readEnd, readInstant } from './certificates/instants.ts'
import { checkKeys, type CheckKeysOptions } from './commands/certificates/check-keys.ts'
import { diagnoseChain, type DiagnoseOptions } from './commands/certificates/diagnose.ts'
import { exportCertificates, type ExportOptions } from './commands/certificates/export.ts'
import { importReply, type ImportOptions } from './commands/certificates/import.ts'
import { renewCertificate, type RenewOptions } from './commands/certificates/renew.ts'
import { makeRequest, type RequestOptions } from './commands/certificates/request.ts'
import { rotateTrusted, type RotateOptions } from './commands/certificates/rotate.ts'
import { makeSelfSigned, type SelfSignedOptions } from './commands/certificates/self-signed.ts'
import { showCertificates, type ShowOptions } from './commands/certificates/show.ts'
import {
  addToList,
  importToList,
  listTrusted,
  removeFromList,
  type AddOptions,
  type RemoveOptions,
  type TrustOptions,
} from './commands/certificates/trust.ts'
import { verifyChain, type VerifyOptions } from './commands/certificates/verify.ts'
import { watchExpiry, type WatchOptions } from './commands/certificates/watch.ts'
import type { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

const INPUT = 'a file in PEM, DER, PKCS#7 or PKCS#12, or HOST:PORT'

/** Adds the commands about certificates and whom to trust. */
export function addCertificateCommands(
  program: Command,
  terminal: Terminal,
  done: (code: ExitCode) => void,
): void {
  const cert = program.command('cert').description('certificates, and whom to trust')
  addReading(cert, terminal, done)
  addIssuing(cert, terminal, done)
  addTrust(cert, terminal, done)
}

function addReading(cert: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  reading(cert.command('show').description('say what certificates and requests say')).action(
    async (input: string, options: ShowOptions) => {
      done(await showCertificates(input, options, terminal))
    },
  )

  named(reading(cert.command('verify').description('decide whether a chain is trusted')))
    .option('--trust <file>', 'trust list')
    .option('--root <file...>', 'roots, in place of a trust list')
    .addOption(
      new Option('--role <name>', 'what the peer is (--trust), default: system').choices([
        'system',
        'console',
      ] as const),
    )
    .option('--chain <file...>', 'more certificates that a chain may lead over')
    .option('--purpose <name>', 'server, client, or a dotted identifier', purpose)
    .option('--at <instant>', 'when, default: now', readInstant)
    .option('--crl <file...>', 'revocation lists, default: revocation is not asked')
    .addOption(
      new Option('--on-unknown <outcome>', 'when no list says anything, default: deny').choices([
        'deny',
        'allow',
      ] as const),
    )
    .addOption(
      new Option('--profile <name>', 'default: webpki').choices(['webpki', 'rfc5280'] as const),
    )
    .action(async (input: string, options: VerifyOptions) => {
      done(await verifyChain(input, options, terminal))
    })

  reading(cert.command('diagnose').description('what a browser says of a chain, and what to do'))
    .option('--name <host>', 'host name that was browsed by')
    .option('--address <address>', 'or the address')
    .option('--trust <file>', 'trust list')
    .option('--root <file...>', 'roots, in place of a trust list')
    .option('--at <instant>', 'when, default: now', readInstant)
    .action(async (input: string, options: DiagnoseOptions) => {
      done(await diagnoseChain(input, options, terminal))
    })

  json(
    cert
      .command('watch')
      .description('say which certificates end within 90, 30 or 7 days, and which lists are due')
      .argument('[inputs...]', INPUT),
  )
    .option('--passphrase-file <file>', 'passphrase of a PKCS#12 store')
    .option('--systems <file>', 'systems file: each is asked, and the files in it are watched')
    .option('--trust <file>', 'trust list: its entries are watched as well')
    .option('--crl <file...>', 'revocation lists')
    .option('--at <instant>', 'when, default: now', readInstant)
    .action(async (inputs: string[], options: WatchOptions) => {
      done(await watchExpiry(inputs, options, terminal))
    })

  json(
    cert
      .command('check-keys')
      .description('say which permissions of key files are wrong')
      .argument('<files...>'),
  )
    .option('--group <number>', 'the one group that may read them, default: none', groupNumber)
    .action(async (files: string[], options: CheckKeysOptions) => {
      done(await checkKeys(files, options, terminal))
    })
}

function addIssuing(cert: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  subject(
    json(cert.command('self-signed').description('make a key and a certificate for this system')),
  )
    .requiredOption('--out-dir <folder>', 'gets key.pem (0600) and certificate.pem')
    .addOption(new Option('--key-type <name>', 'default: P-256').choices(KEY_TYPES))
    .option('--days <number>', 'default: 365', days)
    .action(async (options: SelfSignedOptions) => {
      done(await makeSelfSigned(options, terminal))
    })

  json(
    cert
      .command('renew')
      .description('replace a self-signed certificate that is due, for the same key and names')
      .argument('<certificate>', 'its file, which keeps the old one as FILE.old'),
  )
    .requiredOption('--key <file>', 'private key')
    .option('--passphrase-file <file>', 'passphrase of the key')
    .option('--days <number>', 'default: 365', days)
    .option('--force', 'renew it although it is not due')
    .action(async (file: string, options: RenewOptions) => {
      done(await renewCertificate(file, options, terminal))
    })

  subject(json(cert.command('csr').description('make a certificate request (PKCS#10)')))
    .requiredOption('--key <file>', 'private key')
    .option('--passphrase-file <file>', 'passphrase of the key')
    .option('--like <file>', 'certificate whose names and usages are asked for again')
    .option('--out <file>', 'default: print it')
    .action(async (options: RequestOptions) => {
      done(await makeRequest(options, terminal))
    })

  json(
    cert
      .command('import')
      .description('take what an authority sent back: X.509 or PKCS#7')
      .argument('<reply>', 'file'),
  )
    .requiredOption('--key <file>', 'private key that the request was made with')
    .requiredOption('--out <file>', 'gets the certificate and those above it, PEM')
    .option('--passphrase-file <file>', 'passphrase of the key')
    .option('--request <file>', 'the request, to compare names')
    .option('--replace', 'replace the file that is there')
    .action(async (reply: string, options: ImportOptions) => {
      done(await importReply(reply, options, terminal))
    })

  json(
    cert
      .command('export')
      .description('write certificates in another form, default: PEM')
      .argument('<input>', INPUT),
  )
    .requiredOption('--out <file>', 'file to write')
    .option('--der', 'DER, of one certificate')
    .option('--pkcs7', 'PKCS#7, in PEM')
    .option('--pkcs12', 'PKCS#12, the key with it')
    .option('--key <file>', 'private key (--pkcs12)')
    .option('--key-passphrase-file <file>', 'passphrase of that key')
    .option('--passphrase-file <file>', 'passphrase of the store (--pkcs12)')
    .action(async (input: string, options: ExportOptions) => {
      done(await exportCertificates(input, options, terminal))
    })
}

function addTrust(cert: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  const trust = cert.command('trust').description('the list of trusted certificates')
  listed(trust.command('list').description('say what is trusted')).action(
    async (options: TrustOptions) => {
      done(await listTrusted(options, terminal))
    },
  )
  listed(reading(trust.command('add').description('trust a certificate')))
    .addOption(
      new Option('--role <name>', 'what it is trusted as')
        .choices(TRUSTED_ROLES)
        .makeOptionMandatory(),
    )
    .option('--until <instant>', 'last second in which it counts; a date to its end', readEnd)
    .option('--note <text>', 'what to remember of it')
    .option('--first', 'take the first of several certificates in a file')
    .option('--fingerprint <sha256>', 'as the system itself shows it; needed with HOST:PORT')
    .option('--strong', 'trusted certificates are required: take none over the network')
    .action(async (input: string, options: AddOptions) => {
      done(await addToList(input, options, terminal))
    })
  listed(trust.command('remove').description('trust a certificate no more'))
    .argument('<certificate>', 'SHA-256, or file')
    .addOption(new Option('--role <name>', 'default: every role').choices(TRUSTED_ROLES))
    .action(async (which: string, options: RemoveOptions) => {
      done(await removeFromList(which, options, terminal))
    })
  listed(trust.command('import').description('trust what a configuration names, unattended'))
    .argument('<configuration>', 'JSON file')
    .action(async (configuration: string, options: TrustOptions) => {
      done(await importToList(configuration, options, terminal))
    })

  json(cert.command('rotate').description('trust a new certificate beside an old one until a date'))
    .requiredOption('--from <sha256>', 'the old one, or its file')
    .requiredOption('--to <file>', 'the new one; with --holders its SHA-256 will do')
    .option('--file <file>', 'trust list')
    .option('--until <instant>', 'last second of the old one; a date to its end', readEnd)
    .addOption(new Option('--role <name>', 'default: that of the old one').choices(TRUSTED_ROLES))
    .option(
      '--holders <file>',
      'change nothing; say who holds only the old one, of reports in JSON',
    )
    .action(async (options: RotateOptions) => {
      done(await rotateTrusted(options, terminal))
    })
}

/** One input, and `--json`. */
function reading(command: Command): Command {
  return json(command.argument('<input>', INPUT)).option(
    '--passphrase-file <file>',
    'passphrase of a PKCS#12 store',
  )
}

function listed(command: Command): Command {
  const withFile = command.requiredOption('--file <file>', 'trust list')
  return withFile.options.some(({ long }) => long === '--json') ? withFile : json(withFile)
}

function named(command: Command): Command {
  return command
    .option('--name <host...>', 'host name that the peer was looked for by')
    .option('--address <address...>', 'or its address')
    .option('--mail <address...>', 'or its mail address')
}

function subject(command: Command): Command {
  return command
    .option('--name <host...>', 'host names')
    .option('--address <address...>', 'addresses')
    .option('--mail <address...>', 'mail addresses')
    .option('--common-name <text>', 'common name, which people read and which never decides')
    .option('--organization <text>', 'organization')
}

function json(command: Command): Command {
  return command.option('--json', 'one JSON object')
}

function groupNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a group is given by its number')
}

/** Reads a number of days, a hundred years at most. */
export function days(text: string): number {
  const number = Number(text)
  if (/^[1-9]\d{0,4}$/.test(text) && number <= 36_525) return number
  throw new InvalidArgumentError('days are a number from 1 to 36525')
}

/** Reads `server`, `client` or a dotted identifier. */
export function purpose(text: string): string {
  if (/^(?:server|client|[0-2](?:\.\d{1,10}){1,20})$/.test(text)) return text
  throw new InvalidArgumentError('write server, client or a dotted identifier')
}
