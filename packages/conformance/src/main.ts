import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { escapeControls } from '@gatehouse/core'
import { kindNamed, KINDS } from './kinds.ts'
import { runVectors, type Difference } from './run.ts'

const USAGE = `usage: npm run vectors -- KIND FILE [--with MODULE]

  KIND     ${KINDS.map(({ name }) => name).join(', ')}
  FILE     a vector file: { files: […] } or { cases: […] }
  MODULE   another implementation with the same functions; default: ours

Prints each difference, and as its last line: AGREE n DIFFER m.
Exit code 0 when nothing differs, 1 when something does, 2 when it could not be tried.
`

/** npm runs scripts in the root of the project; paths are meant from where the user stands. */
const from = process.env['INIT_CWD'] ?? process.cwd()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { with: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  const [name, file, ...rest] = positionals
  const kind = name === undefined ? undefined : kindNamed(name)
  if (values.help === true || kind === undefined || file === undefined || rest.length > 0) {
    process.stderr.write(USAGE)
    return 2
  }
  const document: unknown = JSON.parse(await readFile(resolve(from, file), 'utf8'))
  const implementation =
    values.with === undefined ? kind.ours : await importFor(kind.needs, values.with)
  const { agree, differ, differences } = runVectors(kind, document, implementation)
  for (const difference of differences) process.stdout.write(`${show(difference)}\n`)
  process.stdout.write(`AGREE ${agree} DIFFER ${differ}\n`)
  return differ === 0 ? 0 : 1
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

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(
    `${escapeControls(error instanceof Error ? error.message : String(error))}\n`,
  )
  process.exitCode = 2
}
