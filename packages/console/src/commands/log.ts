import {
  CSV_HEADER,
  formatCsv,
  logFiles,
  parseHead,
  readRecords,
  toOcsf,
  VERIFY_CODES,
  verifyLog,
  type AuditRecord,
  type Fault,
  type SignedHead,
  type Verification,
  type VerifyOptions,
} from '@gatehouse/audit-log'
import { ConfigError, escapeControls, formatSource } from '@gatehouse/core'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { readWhole } from '../policy-source.ts'
import { jsonLine } from '../render.ts'
import { painter, type Paint, type Terminal } from '../terminal.ts'

/** Options of `log verify`. */
export interface LogVerifyOptions {
  /** File with signed heads, one a line. */
  readonly heads?: string
  /** Files with public keys, PEM. */
  readonly key?: readonly string[]
  /** Name of the log in its heads. */
  readonly name?: string
  /** First sequence that must be there. */
  readonly from?: number
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse log verify FILE`: the first record changed, missing or out of order. Exit code 1 when there is one. */
export async function verifyLogFile(
  file: string,
  options: LogVerifyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { heads: headFile, key: keyFiles = [], name, from, json = false } = options
  if (headFile === undefined && (keyFiles.length > 0 || name !== undefined)) {
    throw new ConfigError('`--key` and `--name` are for `--heads`')
  }
  if (headFile !== undefined && keyFiles.length === 0) {
    throw new ConfigError('`--heads` needs `--key`: without a key nobody knows who signed them')
  }
  const heads = headFile === undefined ? undefined : await readHeads(headFile)
  const keys = await Promise.all(keyFiles.map(readKey))
  const verifyOptions: VerifyOptions = {
    ...(heads === undefined ? {} : { heads, keys }),
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
  }
  const files = await readable(file, logFiles(file))
  const verification = await readable(file, verifyLog(files, verifyOptions))
  if (json) {
    terminal.out(jsonLine({ command: 'log verify', file, ...stated(verification) }))
  } else {
    const lines = renderVerification(file, verification, { from, heads }, painter(terminal.colour))
    terminal.out(`${lines.join('\n')}\n`)
  }
  return verification.intact ? EXIT.allow : EXIT.deny
}

function stated(verification: Verification): object {
  if (verification.intact) return verification
  const { fault } = verification
  return { ...verification, fault: { ...fault, sentence: VERIFY_CODES[fault.code] } }
}

/** What a log was verified against. */
interface Known {
  readonly from: number | undefined
  readonly heads: readonly SignedHead[] | undefined
}

function renderVerification(
  file: string,
  verification: Verification,
  { heads, from }: Known,
  paint: Paint,
): string[] {
  if (!verification.intact)
    return renderFault(file, verification.fault, verification.records, paint)
  const { records, first, last, hash, headsMet, files, startProven } = verification
  const unproven = [
    ...tailOf(heads, last),
    ...(startProven || from !== undefined
      ? []
      : [`whether records before ${first} were dropped on purpose is not known: state \`--from\``]),
  ]
  const many = files.length === 1 ? 'one file' : `${files.length} files`
  const met = headsMet === 1 ? 'one signed head agrees' : `${headsMet} signed heads agree`
  return [
    `${paint('allow', 'INTACT')} ${escapeControls(file)}: ${records} records, ${first} to ${last}, in ${many}`,
    `       last hash ${hash}`,
    ...(heads === undefined ? [] : [`       ${met}`]),
    ...unproven.map((text) => paint('quiet', `       not proven: ${text}`)),
  ]
}

/** What a cut at the end of the log would leave unnoticed. */
function tailOf(heads: Known['heads'], last: number): string[] {
  if (heads === undefined) return ['without `--heads`, a cut tail or a log made anew does not show']
  const behind = last - heads.reduce((most, { count }) => Math.max(most, count), 0)
  return behind === 0 ? [] : [`nothing was signed for the last ${behind} records`]
}

function renderFault(file: string, fault: Fault, records: number, paint: Paint): string[] {
  const { code, line, expected, found } = fault
  const place = fault.file === '' ? escapeControls(file) : formatSource(sourceOf(fault.file, line))
  const sequences = [
    ...(expected === undefined ? [] : [`${expected} is expected`]),
    ...(found === undefined ? [] : [`${found} is found`]),
  ].join(', ')
  return [
    `${paint('deny', 'FAULT')}  ${code.padEnd(20)}  ${place}`,
    `       ${VERIFY_CODES[code]}`,
    ...(sequences === '' ? [] : [`       sequence: ${sequences}`]),
    ...(records === 0 ? [] : [`       sound up to there: ${records} records`]),
  ]
}

function sourceOf(file: string, line: number | undefined): { file: string; line?: number } {
  return line === undefined ? { file } : { file, line }
}

async function readHeads(file: string): Promise<SignedHead[]> {
  const text = new TextDecoder().decode(await readWhole(file))
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }))
  const heads = lines
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      const head = parseHead(line)
      if (head !== undefined) return head
      const source = { file, line: number }
      throw new ConfigError(`${formatSource(source)}: not a signed head`, { source })
    })
  if (heads.length > 0) return heads
  throw new ConfigError(`file \`${file}\` holds no head`, { source: { file } })
}

async function readKey(file: string): Promise<KeyObject> {
  const pem = Buffer.from(await readWhole(file))
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch {
    throw new ConfigError(`file \`${file}\` holds no public key in PEM`, { source: { file } })
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new ConfigError(`the key in \`${file}\` is no Ed25519 key`, { source: { file } })
}

/** What the system refuses to read is a matter of configuration. */
async function readable<Value>(file: string, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new ConfigError(`log \`${file}\` cannot be read: ${code}`, { cause, source: { file } })
  }
}

/** Options of `log export`. */
export interface LogExportOptions {
  readonly format: 'csv' | 'ocsf'
}

const PRODUCT = { name: 'Gatehouse', vendorName: 'Gatehouse' }

const OCSF_LINE = (record: AuditRecord): string => jsonLine(toOcsf(record, PRODUCT))

/** `gatehouse log export FILE`: every record as CSV or OCSF. Exit code 1 when a line is no record. */
export async function exportLog(
  file: string,
  { format }: LogExportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const files = await readable(file, logFiles(file))
  if (files.length === 0) throw new ConfigError(`log \`${file}\` is missing`, { source: { file } })
  const write = format === 'csv' ? formatCsv : OCSF_LINE
  if (format === 'csv') terminal.out(CSV_HEADER)
  return readable(file, writeRecords(files, write, terminal))
}

async function writeRecords(
  files: readonly string[],
  write: (record: AuditRecord) => string,
  terminal: Terminal,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.allow
  for await (const { record, ...place } of readRecords(files)) {
    if (record !== undefined) {
      terminal.out(write(record))
      continue
    }
    terminal.err(`${formatSource(place)}: no record, left out\n`)
    exit = EXIT.deny
  }
  return exit
}
