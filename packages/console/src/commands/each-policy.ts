import { ConfigError, escapeControls, renderParseError, type ParseError } from '@gatehouse/core'
import { EXIT, gravest, type ExitCode } from '../exit-code.ts'
import type { OpenedPolicy, ReadSettings } from '../kinds/file-kind.ts'
import { readPolicies, type PolicySource } from '../policy-source.ts'
import { jsonLine } from '../render.ts'
import { painter, type Paint, type Terminal } from '../terminal.ts'

/** Options that every command about policies has. */
export interface PolicyOptions extends ReadSettings {
  /** Name of the kind; default: recognised from name and content. */
  readonly kind?: string | undefined
  /** One JSON object instead of text for people. */
  readonly json?: boolean | undefined
}

/** What a command says about one policy or file: fields for programs, text for people, and an exit code. */
export interface PolicyResult {
  readonly exit: ExitCode
  readonly fields: object
  readonly out?: string
  readonly err?: string
}

/** What a command makes of one policy. */
export type Work = (
  source: PolicySource,
  policy: OpenedPolicy,
) => PolicyResult | readonly PolicyResult[] | Promise<PolicyResult | readonly PolicyResult[]>

/** Divides the options of a command into those about policies and what is left. */
export function divideOptions<Options extends PolicyOptions>(
  options: Options,
): [PolicyOptions, Omit<Options, keyof PolicyOptions>] {
  const { kind, json, encoding, profile, cms, ...rest } = options
  const settings = {
    ...(encoding === undefined ? {} : { encoding }),
    ...(profile === undefined ? {} : { profile }),
    ...(cms === undefined ? {} : { cms }),
  }
  return [{ kind, json, ...settings }, rest]
}

/** Reads policies in order and says for each what `work` makes of it; one with errors is shown with them. */
export async function eachPolicy(
  command: string,
  names: readonly string[],
  options: PolicyOptions,
  terminal: Terminal,
  work: Work,
): Promise<ExitCode> {
  const sources = await readPolicies(names, options.kind)
  return workThrough(command, sources, options, terminal, work)
}

/** Like {@link eachPolicy}, for policies that were read already. */
export async function workThrough(
  command: string,
  sources: readonly PolicySource[],
  options: PolicyOptions,
  terminal: Terminal,
  work: Work,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const results: PolicyResult[] = []
  for (const source of sources) {
    // oxlint-disable-next-line no-await-in-loop -- results stand in order, and one file is written at a time
    const made = await resultFor(source, options, work, paint)
    const common = { ...placeOf(source), kind: source.kind.name }
    const own = 'exit' in made ? [made] : made
    results.push(...own.map((each) => ({ ...each, fields: { ...common, ...each.fields } })))
  }
  writeResults(command, results, options.json === true, terminal)
  return gravest(results.map(({ exit }) => exit))
}

/** Writes results as one JSON object, or as text for people. */
export function writeResults(
  command: string,
  results: readonly PolicyResult[],
  json: boolean,
  terminal: Terminal,
): void {
  if (json) {
    const output = { command, results: results.map(({ fields }) => fields) }
    terminal.out(jsonLine(output))
    return
  }
  for (const { out, err } of results) {
    if (out !== undefined) terminal.out(`${out}\n`)
    if (err !== undefined) terminal.err(`${err}\n`)
  }
}

function placeOf({ label, kind, texts }: PolicySource): object {
  if (kind.roles.length === 1) return { file: label }
  const files = Object.fromEntries(Array.from(texts, ([role, { file }]) => [role, file]))
  return { file: label, files }
}

async function resultFor(
  source: PolicySource,
  options: PolicyOptions,
  work: Work,
  paint: Paint,
): Promise<PolicyResult | readonly PolicyResult[]> {
  const { kind, texts, label } = source
  let policy: OpenedPolicy
  try {
    policy = kind.open(texts, settingsOf(source, options))
  } catch (error) {
    return refused(label, error, paint)
  }
  return work(source, policy)
}

function settingsOf({ kind }: PolicySource, options: PolicyOptions): ReadSettings {
  const [{ kind: _kind, json: _json, ...settings }] = divideOptions(options)
  for (const setting of ['profile', 'cms'] as const) {
    if (settings[setting] !== undefined && !kind.settings.includes(setting)) {
      throw new ConfigError(`\`--${setting}\` does not apply to a ${kind.name} policy`)
    }
  }
  return settings
}

/** What is said of a policy or file with errors. @throws whatever is no ParseError. */
export function refused(label: string, error: unknown, paint: Paint): PolicyResult {
  if (!isParseError(error)) throw error
  const { diagnostics, total } = error
  const errors = `${total} ${total === 1 ? 'error' : 'errors'}`
  const verdict = `${escapeControls(label)}: ${paint('deny', errors)}, refused whole`
  const err = `${renderParseError(error)}\n${verdict}`
  return { exit: EXIT.usage, fields: { total, diagnostics }, err }
}

function isParseError(error: unknown): error is ParseError {
  return (error as Partial<ParseError>).code === 'ERR_PARSE'
}
