/**
 * Checks that docs/api is what typedoc makes of the sources, and that typedoc has nothing to warn of.
 *
 *     node scripts/check-api-docs.mjs
 *
 * Exit code 0: equal. 1: a page differs, is missing or is too many, or typedoc warned.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = fileURLToPath(new URL('../docs', import.meta.url))
const committed = join(docs, 'api')
const temporary = mkdtempSync(join(tmpdir(), 'api-docs-'))
try {
  const { status } = spawnSync(
    process.execPath,
    [join(docs, 'node_modules/typedoc/bin/typedoc'), '--out', temporary, '--logLevel', 'Warn'],
    { cwd: docs, stdio: 'inherit' },
  )
  if (status === 0) compare()
  else process.exitCode = 1
} finally {
  rmSync(temporary, { recursive: true })
}

function compare() {
  const made = pagesOf(temporary)
  const kept = pagesOf(committed)
  const names = [...new Set([...made.keys(), ...kept.keys()])]
  const stale = names.filter((name) => made.get(name) !== kept.get(name))
  for (const name of stale) console.error(`docs/api/${name} is not what the sources say`)
  if (stale.length > 0) console.error('run `npm run docs` and commit docs/api')
  console.log(`${made.size} pages of the API reference compared, ${stale.length} differ`)
  process.exitCode = stale.length > 0 ? 1 : 0
}

/** Path to text of every page below a folder; empty when there is no such folder. */
function pagesOf(folder) {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
}
