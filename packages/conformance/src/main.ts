import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { escapeControls } from '@gatehouse/core'
import type { Kind } from './kind.ts'
import { kindNamed, KINDS } from './kinds.ts'
import { runVectors, type Difference } from './run.ts'
import { sshTrust, strictDifferences } from './ssh-trust.ts'
import type { Validator } from './x509/judge.ts'
import { runLimbo, summarize, VALIDATOR_NEEDS, type LimboDifference } from './x509/limbo.ts'

/** Kinds that are suites of chains, all in the form of x509-limbo. */
const SUITES: readonly string[] = ['x509-limbo', 'bettertls']

const USAGE = `usage: npm run vectors -- KIND FILE [--with MODULE] [--tiers FILE] [--profile strict]

  KIND     ${KINDS.map(({ name }) => name).join(', ')},
           ${SUITES.join(', ')}
  FILE     a vector file: { files: […] } or { cases: […] };
           for the last two { version: 1, testcases: […] }; may be compressed with gzip
  MODULE   another implementation with the same functions; default: ours
  --tiers  for the last two: { [id]: { tier } }, printed with each difference
  --profile strict  for ssh-trust: lists where profile strict differs from OpenSSH, and by which switch;
           exit code 1 when a difference has none

Prints each difference, and as its last line: AGREE n DIFFER m; for the last two followed by
(ACCEPTED-WRONGLY a, REJECTED-WRONGLY r, UNSUPPORTED u).
Exit code 0 when nothing differs, 1 when something does, 2 when it could not be tried.
`

/** npm runs scripts in the root of the project; paths are meant from where the user stands. */
const from = process.env['INIT_CWD'] ?? process.cwd()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      with: { type: 'string' },
      tiers: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [name = '', file, ...rest] = positionals
  const kind = kindNamed(name)
  const isSuite = SUITES.includes(name)
  const isRight = file !== undefined && rest.length === 0 && (isSuite || values.tiers === undefined)
  const isProfileRight =
    values.profile === undefined || (values.profile === 'strict' && kind === sshTrust)
  if (values.help === true || !isRight || !isProfileRight || (kind === undefined && !isSuite)) {
    process.stderr.write(USAGE)
    return 2
  }
  const document = await readJson(file)
  if (values.profile === 'strict') return listStrict(document)
  if (kind !== undefined) return runKind(kind, document, values.with)
  return runSuite(document, values.tiers, values.with)
}

async function runKind(kind: Kind, document: unknown, module?: string): Promise<number> {
  const implementation = module === undefined ? kind.ours : await importFor(kind.needs, module)
  const { agree, differ, differences } = runVectors(kind, document, implementation)
  for (const difference of differences) process.stdout.write(`${show(difference)}\n`)
  process.stdout.write(`AGREE ${agree} DIFFER ${differ}\n`)
  return differ === 0 ? 0 : 1
}

function listStrict(document: unknown): number {
  const differences = strictDifferences(document)
  for (const { vector, openssh, strict, switches } of differences) {
    const names = switches.map(({ table, name }) => `${table} ${name}`).join(', ')
    const answers = `openssh ${JSON.stringify(openssh)}, strict ${JSON.stringify(strict)}`
    process.stdout.write(`${escapeControls(`${vector}: ${names || 'NO SWITCH'}: ${answers}`)}\n`)
  }
  const unnamed = differences.filter(({ switches }) => switches.length === 0).length
  process.stdout.write(`STRICT ${differences.length} WITHOUT SWITCH ${unnamed}\n`)
  return unnamed === 0 ? 0 : 1
}

async function runSuite(document: unknown, tiers?: string, module?: string): Promise<number> {
  const validator =
    module === undefined ? undefined : ((await importFor(VALIDATOR_NEEDS, module)) as Validator)
  const report = runLimbo(document, tiers === undefined ? {} : await readJson(tiers), validator)
  for (const difference of report.differences) {
    process.stdout.write(`${showCase(difference)}\n`)
  }
  process.stdout.write(`${summarize(report)}\n`)
  return report.differences.length === 0 ? 0 : 1
}

async function readJson(file: string): Promise<unknown> {
  const bytes = await readFile(resolve(from, file))
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b
  return JSON.parse((isCompressed ? gunzipSync(bytes) : bytes).toString('utf8'))
}

async function importFor(needs: readonly string[], path: string): Promise<object> {
  const found = (await import(pathToFileURL(resolve(from, path)).href)) as Record<string, unknown>
  const absent = needs.filter((name) => typeof found[name] !== 'function')
  if (absent.length > 0) throw new Error(`\`${path}\` exports no function ${absent.join(', ')}`)
  return found
}

function show({ vector, field, expected, actual }: Difference): string {
  const values = `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`
  return escapeControls(`${vector}: ${field}: ${values}`)
}

function showCase({ id, fault, tier, codes }: LimboDifference): string {
  return escapeControls(`${fault} tier ${tier} ${id}: ${codes}`)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(
    `${escapeControls(error instanceof Error ? error.message : String(error))}\n`,
  )
  process.exitCode = 2
}
