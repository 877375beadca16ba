/**
 * Type-checks every `ts` block of the Markdown files, all in one run of the compiler.
 *
 * Each block has to stand alone as a module. A block that is not meant to compile says so and why in
 * its fence: `ts ignore: shows the mistake`. Errors name file and line of the Markdown.
 *
 *     node scripts/check-readme-code.mjs [FILE ...]
 *
 * Without arguments: README.md, packages/*\/README.md and docs/**\/*.md but docs/api.
 * Exit code 0: all compile. 1: an error, or a block without a reason to be ignored.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const FENCE = /^\s*(?<marks>`{3,}|~{3,})\s*(?<info>[^`]*)$/

const files =
  process.argv.length > 2
    ? process.argv.slice(2).map((file) => resolve(file))
    : defaultFiles().map((file) => join(root, file))
const blocks = files.flatMap(blocksOf)
const problems = blocks.filter(({ problem }) => problem !== undefined).map(({ problem }) => problem)
const compiled = blocks.filter(({ code }) => code !== undefined)
problems.push(...compile(compiled))

for (const problem of problems) console.error(problem)
console.log(
  `${compiled.length} ts blocks of ${files.length} Markdown files type-checked, ${problems.length} errors`,
)
process.exitCode = problems.length > 0 ? 1 : 0

function defaultFiles() {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
  return [
    ...['README.md', ...packages].filter((file) => existsSync(join(root, file))),
    ...docs('docs'),
  ]
}

function docs(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      return path === 'docs/api' || entry.name === 'node_modules' ? [] : docs(path)
    }
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** The `ts` blocks of one file: their code behind as many empty lines as stand before it, or a problem. */
function blocksOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const found = []
  let open
  for (const [index, line] of lines.entries()) {
    const fence = FENCE.exec(line)?.groups
    if (open === undefined && fence !== undefined) {
      open = { marks: fence.marks, info: fence.info.trim(), start: index + 1 }
    } else if (fence?.info === '' && fence.marks.startsWith(open?.marks ?? '-')) {
      found.push(blockOf(file, open, lines.slice(open.start, index)))
      open = undefined
    }
  }
  if (open !== undefined) found.push(blockOf(file, open, lines.slice(open.start)))
  return found
}

function blockOf(file, { info, start }, lines) {
  if (!/^ts\b/.test(info)) return {}
  if (/^ts ignore: \S/.test(info)) return {}
  if (info !== 'ts') {
    return {
      problem: `${relative(root, file)}:${start}: fence \`${info}\`: write \`ts\` or \`ts ignore: REASON\``,
    }
  }
  return { file, start, code: '\n'.repeat(start) + lines.join('\n') }
}

/** Compiles all blocks together, outside of the tree, against the packages as this tree resolves them. */
function compile(candidates) {
  if (candidates.length === 0) return []
  const folder = mkdtempSync(join(tmpdir(), 'readme-code-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
    const names = candidates.map((_, index) => `block-${index}.ts`)
    for (const [index, { code }] of candidates.entries()) {
      writeFileSync(join(folder, names[index]), code)
    }
    const compilerOptions = {
      noEmit: true,
      composite: false,
      isolatedDeclarations: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(root, 'node_modules/@types')],
    }
    const project = { extends: join(root, 'tsconfig.base.json'), compilerOptions, files: names }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
    return errorsOf(folder, candidates)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function errorsOf(folder, candidates) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false'],
    { cwd: folder, encoding: 'utf8' },
  )
  if (status === 0) return []
  const place = /^(?<path>[^(\s]+)\((?<row>\d+),(?<column>\d+)\)/
  return (stdout === '' ? stderr : stdout)
    .trimEnd()
    .split('\n')
    .map((line) =>
      line.replace(place, (_, path, row, column) => {
        const block = /^block-(\d+)\.ts$/.exec(path)?.[1]
        const file = block === undefined ? resolve(folder, path) : candidates[Number(block)].file
        return `${relative(root, file)}:${row}:${column}`
      }),
    )
}
