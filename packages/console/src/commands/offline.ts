import {
  ConfigError,
  escapeControls,
  MAX_POLICY_BYTES,
  renderParseError,
  type ParseError,
} from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { EXIT, gravest, type ExitCode } from '../exit-code.ts'
import type { FileKind, OpenedFile, RequestOptions } from '../kinds/file-kind.ts'
import { kindNamed, recogniseKind, requestOf } from '../kinds/kinds.ts'
import { renderDecision } from '../render.ts'
import { replaceFile } from '../replace-file.ts'
import { painter, type Paint, type Terminal } from '../terminal.ts'

/** Options that every offline command has. */
export interface FileOptions {
  /** Name of the kind; default: recognised from the content. */
  readonly kind?: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** Options of `format`. */
export interface FormatOptions extends FileOptions {
  /** Replace the file. */
  readonly write?: boolean
  /** Say whether the file is in its canonical form, change nothing. */
  readonly check?: boolean
}

/** What a command says about one file: fields for programs, text for people, and an exit code. */
export interface FileResult {
  readonly exit: ExitCode
  readonly fields: object
  readonly out?: string
  readonly err?: string
}

/** A file as it was read, before its policy is. */
export interface ReadFile {
  readonly file: string
  readonly bytes: Uint8Array
  readonly kind: FileKind
}

/** `gatehouse check FILE …`: whether files parse or, with a request, what they decide. */
export function checkFiles(
  files: readonly string[],
  options: FileOptions & RequestOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const { kind, json, ...request } = options
  return eachFile('check', files, { kind, json }, terminal, (read, policy) => {
    const asked = requestOf(read.kind, request)
    if (asked === undefined) {
      const out = `${escapeControls(read.file)}: ${paint('allow', 'in order')}, a ${read.kind.name} file`
      return { exit: EXIT.allow, fields: {}, out }
    }
    const decision = policy.check(asked)
    const out = renderDecision(decision, paint).join('\n')
    return { exit: EXIT[decision.outcome], fields: decision, out }
  })
}

/** `gatehouse explain FILE …`: what files decide, and which of their lines led to it. */
export function explainFiles(
  files: readonly string[],
  options: FileOptions & RequestOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const { kind, json, ...request } = options
  return eachFile('explain', files, { kind, json }, terminal, (read, policy) => {
    const asked = requestOf(read.kind, request)
    if (asked === undefined) throw new ConfigError('`explain` needs a request: see `--help`')
    const { lines, ...fields } = policy.explain(asked)
    const out = [
      ...renderDecision(fields, paint),
      ...lines.map((line) => `       ${escapeControls(line)}`),
    ]
    return { exit: EXIT[fields.outcome], fields, out: out.join('\n') }
  })
}

/** `gatehouse format FILE …`: the canonical text of files, printed, written or only compared. */
export function formatFiles(
  files: readonly string[],
  options: FormatOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { write = false, check = false } = options
  if (write && check) throw new ConfigError('`--write` and `--check` exclude each other')
  return eachFile('format', files, options, terminal, async ({ file, bytes }, policy) => {
    const text = policy.format()
    const changed = !Buffer.from(text).equals(bytes)
    if (check) {
      const exit = changed ? EXIT.deny : EXIT.allow
      const out = `${escapeControls(file)}: ${changed ? 'would change' : 'canonical'}`
      return { exit, fields: { changed }, out }
    }
    if (!write) return { exit: EXIT.allow, fields: { changed, text }, out: text.replace(/\n$/, '') }
    if (changed) await replaceFile(file, text)
    const out = `${escapeControls(file)}: ${changed ? 'written' : 'unchanged'}`
    return { exit: EXIT.allow, fields: { changed }, out }
  })
}

/** Reads files in order and says for each what `work` makes of it; a file with errors is shown with them. */
export async function eachFile(
  command: string,
  files: readonly string[],
  options: { readonly kind?: string | undefined; readonly json?: boolean | undefined },
  terminal: Terminal,
  work: (read: ReadFile, policy: OpenedFile) => FileResult | Promise<FileResult>,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const results: FileResult[] = []
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- results stand in the order of the files
    const read = await readPolicy(file, options.kind)
    // oxlint-disable-next-line no-await-in-loop -- and one file is written at a time
    const result = await resultFor(read, work, paint)
    const fields = { file, kind: read.kind.name, ...result.fields }
    results.push({ ...result, fields })
  }
  if (options.json === true) {
    const output = { command, results: results.map(({ fields }) => fields) }
    terminal.out(`${JSON.stringify(output)}\n`)
  } else {
    for (const { out, err } of results) {
      if (out !== undefined) terminal.out(`${out}\n`)
      if (err !== undefined) terminal.err(`${err}\n`)
    }
  }
  return gravest(results.map(({ exit }) => exit))
}

async function readPolicy(file: string, kind: string | undefined): Promise<ReadFile> {
  const bytes = await readWhole(file)
  return { file, bytes, kind: kind === undefined ? recogniseKind(bytes) : kindNamed(kind) }
}

/** The bytes of a file. @throws ConfigError when it cannot be read or is larger than a policy may be. */
export async function readWhole(file: string): Promise<Uint8Array> {
  const read = await readBounded(file, MAX_POLICY_BYTES)
  if ('bytes' in read) return read.bytes
  throw new ConfigError(`file \`${file}\` is ${read.failure}`, { ...read, source: { file } })
}

async function resultFor(
  read: ReadFile,
  work: (read: ReadFile, policy: OpenedFile) => FileResult | Promise<FileResult>,
  paint: Paint,
): Promise<FileResult> {
  let policy: OpenedFile
  try {
    policy = read.kind.open(read.bytes, read.file)
  } catch (error) {
    return refused(read.file, error, paint)
  }
  return work(read, policy)
}

/** What is said of a file with errors. @throws whatever is no ParseError. */
export function refused(file: string, error: unknown, paint: Paint): FileResult {
  if (!isParseError(error)) throw error
  const { diagnostics, total } = error
  const errors = `${total} ${total === 1 ? 'error' : 'errors'}`
  const verdict = `${escapeControls(file)}: ${paint('deny', errors)}, refused whole`
  const err = `${renderParseError(error)}\n${verdict}`
  return { exit: EXIT.usage, fields: { total, diagnostics }, err }
}

function isParseError(error: unknown): error is ParseError {
  return (error as Partial<ParseError>).code === 'ERR_PARSE'
}
